from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from presswatch_cli.commands import source
from presswatch_shared.errors import BadInput
from presswatch_shared.store.database import Store

NOW = 1_795_521_600_000_000


def test_a_source_is_added_once(store: Store) -> None:
    first = source.add(store, "HTTPS://Kurier.example/feed", name="Kurier", country="de", now=NOW)
    again = source.add(store, "https://kurier.example/feed#x", now=NOW + 1)
    assert (first.id, first.country, first.url) == (again.id, "DE", "https://kurier.example/feed")
    assert [found.id for found in source.all_sources(store)] == [first.id]


@pytest.mark.parametrize(
    ("url", "country"), [("nonsense", ""), ("ftp://k.example/", ""), ("https://k.example/", "Germany"), ("", "")]
)
def test_what_cannot_be_a_source_is_refused(store: Store, url: str, country: str) -> None:
    with pytest.raises(BadInput):
        source.add(store, url, country=country, now=NOW)
    assert source.all_sources(store) == []


def test_a_source_is_found_by_id_or_address_paused_resumed_and_removed(store: Store) -> None:
    added = source.add(store, "https://kurier.example/feed", now=NOW)
    assert source.pause(store, added.id, now=NOW).state == "paused"
    resumed = source.resume(store, "https://kurier.example/feed", now=NOW + 5)
    assert (resumed.state, resumed.due_at) == ("active", NOW + 5)
    assert source.show(store, added.id).url == added.url
    source.remove(store, added.id)
    with pytest.raises(BadInput, match="source list"):
        source.show(store, added.id)


def test_a_file_is_imported_and_imported_again_without_doubles(store: Store, tmp_path: Path) -> None:
    listing = tmp_path / "list.csv"
    listing.write_text(
        "url,name\n" + "".join(f"https://k{n}.example/,K{n}\n" for n in range(1200)) + "nonsense,x\n", encoding="utf-8"
    )
    steps: list[tuple[int, int]] = []
    first = source.import_file(store, listing, now=NOW, progress=lambda done, total: steps.append((done, total)))
    again = source.import_file(store, listing, now=NOW)
    assert (first.added, first.known, again.added, again.known) == (1200, 0, 0, 1200)
    assert first.problems == [f"{listing}, line 1202: 'nonsense' is no address"]
    assert steps[-1] == (1200, 1200)


@pytest.mark.parametrize("form", ["opml", "csv"])
def test_what_is_exported_can_be_imported(store: Store, tmp_path: Path, form: str) -> None:
    source.add(store, "https://kurier.example/feed", name="Kurier", collection="Ports", country="DE", now=NOW)
    exported = source.export(store, form)
    source.remove(store, "https://kurier.example/feed")
    path = tmp_path / f"list.{form}"
    path.write_text(exported, encoding="utf-8")
    source.import_file(store, path, now=NOW)
    (found,) = source.all_sources(store)
    assert (found.name, found.collection, found.country) == ("Kurier", "Ports", "DE")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        pytest.param("list.txt.zip", b"", "neither .opml nor .csv", id="another kind of file"),
        pytest.param("list.opml", b"<a", "list.opml, line 1", id="broken"),
        pytest.param("missing.csv", None, "cannot be read", id="not there"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    store: Store, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        source.import_file(store, path, now=NOW)


def test_an_unknown_format_is_refused(store: Store) -> None:
    with pytest.raises(BadInput, match="opml or csv"):
        source.export(store, "pdf")


def test_sources_are_shown_as_json_and_as_a_table(store: Store) -> None:
    added = source.add(store, "https://kurier.example/feed", name="[red]Kurier", now=NOW)
    described = source.describe(added)
    assert (described["created_at"], described["last_poll_at"]) == ("2026-11-24T12:00:00Z", None)
    assert "etag" not in described
    shown = StringIO()
    console = Console(file=shown, width=200)
    source.render_table([added], console)
    source.render_preview({"url": "u", "kind": "feed", "title": "T", "items": [], "feeds": ["f"]}, console)
    assert f"{added.id}\t[red]Kurier\t" in shown.getvalue()
    assert "u is a feed: T" in shown.getvalue()
