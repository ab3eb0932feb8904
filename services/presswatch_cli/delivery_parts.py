"""What delivery takes from the settings."""

from __future__ import annotations

from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.errors import BadInput
from presswatch_shared.settings import Settings
from presswatch_shared.smtp_settings import SmtpSettings, smtp_settings

__all__ = ["delivery_settings", "mail_server_settings", "public_url"]


def delivery_settings(settings: Settings, *, sole_claimer: bool) -> DeliverySettings:
    """Raises: BadInput: the settings of the mail server do not fit together."""
    return DeliverySettings(
        sole_claimer=sole_claimer,
        public_url=public_url(settings),
        smtp=mail_server_settings(settings),
        apprise_schemes=settings.apprise_schemes,
        lease=settings.delivery_lease,
        language=settings.language,
    )


def mail_server_settings(settings: Settings) -> SmtpSettings | None:
    """None where no mail server is set.

    Raises:
        BadInput: the sender is no mail address.
    """
    if not settings.smtp:
        return None
    try:
        return smtp_settings(
            settings.smtp,
            password=settings.smtp_password.get_secret_value(),
            sender=settings.smtp_sender,
            starttls=settings.smtp_starttls,
            ca_file=settings.smtp_ca,
        )
    except BadInput as error:
        name = "PRESSWATCH_SMTP_SENDER" if settings.smtp_sender else "PRESSWATCH_SMTP"
        raise BadInput(f"{name}: {error}") from error


def public_url(settings: Settings) -> str:
    """Address of the web service for links in mails and feeds, without a slash at its end."""
    return (settings.public_url or f"http://{settings.bind}").rstrip("/")
