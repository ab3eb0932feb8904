from __future__ import annotations

from collections.abc import Sequence

import pytest

from presswatch_enrichment.models.merge import merge
from presswatch_enrichment.models.open_models import open_model
from presswatch_enrichment.models.port import Found
from presswatch_enrichment.models.service import ModelStage
from presswatch_shared.envelope import wrap
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched, Entity, Heartbeat, Mention
from presswatch_shared.stream.port import Record
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.enriched import enriched

BODY = "Rostec met Graulund. Graulund left."
ROSTEC = Entity(id="organisation:rostec", name="Rostec", type="organisation", mentions=(Mention("body", 0, 6),))


class Finds:
    """A model that finds what it was told."""

    name = "finds"

    def __init__(self, found: Sequence[Found], *languages: str) -> None:
        self._found = found
        self.languages = frozenset(languages)

    def find(self, text: str) -> Sequence[Found]:
        return [one for one in self._found if one.end <= len(text)]


def told() -> ArticleEnriched:
    return enriched("a1", title="T", body=BODY, lang="en", entities=(ROSTEC,), extractor="own/1")


def record(event: ArticleEnriched | Heartbeat) -> Record:
    return Record(ARTICLES_ENRICHED.name, wrap(event, at=1, trace="00-trace"))


def test_what_is_there_stays_and_new_names_are_added_with_all_their_mentions() -> None:
    found = [Found(0, 10, "person"), Found(11, 19, "organisation"), Found(21, 29, "organisation")]
    first, second = merge((ROSTEC,), "body", BODY, found)
    assert first == ROSTEC
    assert (second.id, second.name) == ("organisation:graulund", "Graulund")
    assert [(m.start, m.end) for m in second.mentions] == [(11, 19), (21, 29)]


def test_a_name_of_the_article_gets_one_more_mention() -> None:
    (only,) = merge((ROSTEC,), "title", "Rostec", [Found(0, 6, "organisation")])
    assert [m.field for m in only.mentions] == ["title", "body"]


async def test_an_article_is_told_again_as_the_same_version_and_fires_no_alert() -> None:
    (out,) = await ModelStage([Finds([Found(11, 19, "organisation")], "en")]).handle([record(told())])
    assert isinstance(out.event, ArticleEnriched)
    assert (out.event.version, out.event.extractor, out.event.reprocessed) == (told().version, "own/1+finds", True)
    assert [entity.name for entity in out.event.entities] == ["Rostec", "Graulund"]
    assert out.event.identity != told().identity


async def test_the_stage_does_not_feed_itself() -> None:
    stage = ModelStage([Finds([Found(11, 19, "organisation")])])
    (out,) = await stage.handle([record(told())])
    assert isinstance(out.event, ArticleEnriched)
    assert await stage.handle([record(out.event)]) == []


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(Finds([Found(11, 19, "place")], "ru"), id="another language"),
        pytest.param(Finds([Found(0, 6, "organisation")], "en"), id="nothing new"),
    ],
)
async def test_nothing_is_told_where_a_model_adds_nothing(model: Finds) -> None:
    assert await ModelStage([model]).handle([record(told()), record(Heartbeat(sequence=1, sent_at=1))]) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("oracle", "is no entity model", id="unknown"),
        pytest.param("spacy", "is no entity model", id="no pipeline named"),
        pytest.param("gliner:/nowhere", "presswatch[gliner]", id="not installed"),
    ],
)
def test_a_model_that_is_not_to_be_had_is_refused_with_what_to_do(name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("[", r"\[")):
        open_model(name)


def test_natasha_finds_russian_names_with_the_models_it_ships() -> None:
    text = "Директор верфи Пётр Граулунд выступил в посёлке Тарнбю."
    found = open_model("natasha").find(text)
    assert {(text[one.start : one.end], one.type) for one in found} >= {("Пётр Граулунд", "person")}
    assert any(one.type == "place" for one in found)
