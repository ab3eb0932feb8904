"""`presswatch admin kibana` against an endpoint that answers as Kibana does."""

from collections.abc import Iterator

import pytest

from presswatch_cli.commands.kibana import apply_kibana, render_text
from presswatch_cli.kibana.catalogue import kibana_objects
from presswatch_cli.kibana.client import KibanaClient
from presswatch_cli.kibana.importing import wait_until_ready
from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.kibana_settings import kibana_settings
from presswatch_shared.settings import Settings
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch, add_watch, change_watch, remove_watch
from tests.fixtures.scripted_kibana import ScriptedKibana, scripted_kibana

ALL = len(kibana_objects("presswatch"))
NOW = 1_700_000_000_000_000


@pytest.fixture
def kibana() -> Iterator[ScriptedKibana]:
    with scripted_kibana() as script:
        yield script


def settings_of(script: ScriptedKibana, **others: str) -> Settings:
    return Settings.model_validate({"kibana": script.url, **others})


def test_everything_is_imported_and_again_changes_nothing(kibana: ScriptedKibana) -> None:
    first = apply_kibana(settings_of(kibana), None, wait_seconds=0)
    before = dict(kibana.objects)
    again = apply_kibana(settings_of(kibana), None, wait_seconds=0)

    assert (first.taken, first.refused, first.version) == (ALL, [], "9.4.3")
    assert again == first
    assert kibana.objects == before
    assert kibana.without_xsrf == 0


def test_a_space_is_made_once_and_everything_lies_in_it(kibana: ScriptedKibana) -> None:
    settings = settings_of(kibana, kibana_space="desk")

    assert apply_kibana(settings, None, wait_seconds=0).space_made
    assert not apply_kibana(settings, None, wait_seconds=0).space_made
    assert {space for space, _, _ in kibana.objects} == {"desk"}


def test_a_space_that_may_not_be_made_is_told_in_one_sentence(kibana: ScriptedKibana) -> None:
    kibana.may_make_spaces = False

    with pytest.raises(BadInput, match=r"space 'desk' is not there and cannot be made: Unauthorized to create"):
        apply_kibana(settings_of(kibana, kibana_space="desk"), None, wait_seconds=0)


def test_objects_that_kibana_refuses_are_told_one_by_one_and_the_others_are_there(kibana: ScriptedKibana) -> None:
    kibana.refuse["presswatch-dashboard-alerts"] = {
        "type": "missing_references",
        "references": [{"type": "lens", "id": "presswatch-alerts-time"}],
    }
    kibana.refuse["presswatch-alerts-time"] = {"type": "unknown", "message": "its form is newer", "statusCode": 400}

    outcome = apply_kibana(settings_of(kibana), None, wait_seconds=0)

    assert outcome.taken == ALL - 2 == len(kibana.objects)
    assert sorted(outcome.refused) == [
        "dashboard 'Presswatch: alerts by watch': it refers to lens presswatch-alerts-time, not there",
        "lens 'Alerts over time, by watch': its form is newer",
    ]


def test_kibana_is_waited_for_while_it_starts(kibana: ScriptedKibana) -> None:
    kibana.starting = 3
    slept: list[float] = []

    client = KibanaClient(kibana_settings(kibana.url))
    assert wait_until_ready(client, seconds=60, sleep=slept.append, clock=lambda: sum(slept)) == "9.4.3"
    assert len(slept) == 3


def test_the_wait_has_an_end(kibana: ScriptedKibana) -> None:
    kibana.starting = 1_000_000
    slept: list[float] = []

    client = KibanaClient(kibana_settings(kibana.url))
    with pytest.raises(ServerUnreachable, match=r"is not ready \(Kibana server is not ready yet.\), after 60 s"):
        wait_until_ready(client, seconds=60, sleep=slept.append, clock=lambda: sum(slept))
    assert sum(slept) == 60


def test_nobody_at_the_address_is_a_server_that_is_missing() -> None:
    with pytest.raises(ServerUnreachable, match=r"Kibana at http://127\.0\.0\.1:9 does not answer"):
        apply_kibana(Settings.model_validate({"kibana": "http://127.0.0.1:9"}), None, wait_seconds=0)


@pytest.mark.parametrize("version", ["8.18.2", "7.17.0", "10.0.0", ""])
def test_a_version_that_does_not_fit_is_refused(kibana: ScriptedKibana, version: str) -> None:
    kibana.version = version

    with pytest.raises(BadInput, match=r"these objects fit 8\.19 and 9"):
        apply_kibana(settings_of(kibana), None, wait_seconds=0)
    assert not kibana.objects


def test_what_is_no_kibana_is_told_so(kibana: ScriptedKibana) -> None:
    kibana.is_kibana = False

    with pytest.raises(BadInput, match="is no Kibana"):
        apply_kibana(settings_of(kibana), None, wait_seconds=0)


def test_who_is_not_let_in_learns_which_settings_to_mend(kibana: ScriptedKibana) -> None:
    kibana.user = "anna:secret"

    with pytest.raises(BadInput, match="PRESSWATCH_KIBANA_API_KEY"):
        apply_kibana(settings_of(kibana), None, wait_seconds=0)
    known = settings_of(kibana, kibana=kibana.url.replace("//", "//anna:secret@"))
    assert apply_kibana(known, None, wait_seconds=0).taken == ALL


def test_each_watch_has_a_search_and_those_of_removed_watches_go(kibana: ScriptedKibana, store: Store) -> None:
    kept = store.run_now(add_watch, NewWatch(query="Rostec", name='Ros"tec <b>'), now=NOW)
    gone = store.run_now(add_watch, NewWatch(query="Caracas", name="Caracas"), now=NOW)
    searches = {("", "search", f"presswatch-watch-{watch.id}") for watch in (kept, gone)}

    assert apply_kibana(settings_of(kibana), store, wait_seconds=0).taken == ALL + 2
    assert searches <= set(kibana.objects)

    store.run_now(remove_watch, gone.id, now=NOW)
    store.run_now(change_watch, kept.id, now=NOW, name="Another name")
    assert apply_kibana(settings_of(kibana), store, wait_seconds=0).taken == ALL + 1

    (left,) = [one for key, one in kibana.objects.items() if key in searches]
    assert left["attributes"]["title"] == "Presswatch watch: Another name"
    assert f'watch_id: \\"{kept.id}\\"' in left["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"]


def test_a_search_that_kibana_keeps_is_named(kibana: ScriptedKibana, store: Store) -> None:
    watch = store.run_now(add_watch, NewWatch(query="Rostec", name="Rostec"), now=NOW)
    apply_kibana(settings_of(kibana), store, wait_seconds=0)
    store.run_now(remove_watch, watch.id, now=NOW)
    kibana.keeps_searches = True

    outcome = apply_kibana(settings_of(kibana), store, wait_seconds=0)

    assert list(outcome.not_removed) == [f"presswatch-watch-{watch.id}"]
    assert "remove it in Kibana by hand" in render_text(outcome)
