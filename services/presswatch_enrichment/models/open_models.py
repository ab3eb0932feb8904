"""The models that the settings name: `natasha`, `spacy:PIPELINE`, `gliner:FOLDER`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from presswatch_enrichment.models.gliner_model import GlinerModel
from presswatch_enrichment.models.natasha_model import NatashaModel
from presswatch_enrichment.models.port import EntityModel
from presswatch_enrichment.models.spacy_model import SpacyModel
from presswatch_shared.errors import BadInput

__all__ = ["open_model", "open_models"]

WITH_WEIGHTS: Mapping[str, Callable[[str], EntityModel]] = {"spacy": SpacyModel, "gliner": GlinerModel}
EXAMPLES = "natasha, spacy:en_core_web_sm or gliner:FOLDER"


def open_models(names: Sequence[str]) -> Sequence[EntityModel]:
    """All models, loaded.

    Raises:
        BadInput: a name that is none, a package that is not installed, or weights that are not there.
    """
    return [open_model(name) for name in names]


def open_model(name: str) -> EntityModel:
    """See `open_models`."""
    kind, _, weights = name.partition(":")
    try:
        if name == NatashaModel.name:
            return NatashaModel()
        if kind in WITH_WEIGHTS and weights:
            return WITH_WEIGHTS[kind](weights)
    except ImportError as error:
        raise BadInput(f"the entity model {name} needs a package: pip install 'presswatch[{kind}]'") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"the entity model {name} cannot be loaded: {str(error).splitlines()[0]}") from error
    raise BadInput(f"{name!r} is no entity model: write {EXAMPLES}")
