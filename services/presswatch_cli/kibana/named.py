"""The Kibana that the settings name."""

from __future__ import annotations

from presswatch_shared.kibana_settings import KibanaSettings, kibana_settings
from presswatch_shared.settings import Settings

__all__ = ["kibana_of"]


def kibana_of(settings: Settings) -> KibanaSettings | None:
    """None where they name none."""
    if not settings.kibana:
        return None
    return kibana_settings(
        settings.kibana,
        api_key=settings.kibana_api_key.get_secret_value(),
        authority=settings.kibana_ca,
        space=settings.kibana_space,
    )
