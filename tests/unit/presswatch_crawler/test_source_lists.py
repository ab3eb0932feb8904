from __future__ import annotations

import pytest

from presswatch_crawler.source_lists.opml import read_opml, write_opml
from presswatch_crawler.source_lists.table import read_csv, write_csv
from presswatch_shared.errors import BadInput
from presswatch_shared.store.sources import FEED, SITE, Source

OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Ports">
  <outline type="rss" text="Kurier" title="Der Kurier" xmlUrl="https://kurier.example/feed" htmlUrl="https://kurier.example/"/>
  <outline text="Site only" htmlUrl="https://bote.example/"/>
</outline>
<outline text="broken" xmlUrl="feed://bote.example/"/>
<outline text="again" xmlUrl="https://KURIER.example/feed#x"/>
</body></opml>"""


def source(url: str, **more: str) -> Source:
    return Source(id=url, url=url, created_at=0, politeness_key="k", **more)  # type: ignore[arg-type]  # all are text


def test_opml_gives_feeds_with_name_and_collection_and_names_the_lines_that_are_none() -> None:
    found = read_opml(OPML)
    assert [(row.url, row.name, row.collection) for row in found.sources] == [
        ("https://kurier.example/feed", "Der Kurier", "Ports"),
        ("https://bote.example/", "Site only", "Ports"),
    ]
    assert found.problems == ["line 6: 'feed://bote.example/' is no http or https address"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"<opml>\n<body>\n<outline\n", "line", id="cut short"),
        pytest.param(b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", "line 1: an OPML file with a DOCTYPE", id="DOCTYPE"),
        pytest.param(b"<html/>", "line 1: the file begins with <html>", id="a page"),
        pytest.param(b"", "line 1", id="empty"),
        pytest.param(b"\x00\x01", "line 1", id="binary"),
        pytest.param(b"<opml>\n\n&boom;</opml>", "line 3", id="an entity"),
    ],
)
def test_what_is_no_opml_is_one_sentence_with_the_line(content: bytes, line: str) -> None:
    with pytest.raises(BadInput, match=line):
        read_opml(content)


def test_what_is_written_as_opml_is_read_again() -> None:
    text = write_opml(
        [
            source("https://a.example/f?x=1&y=2", kind=FEED, name='A & "B"', collection="Ports", country="DE"),
            source("https://b.example/", kind=SITE),
        ]
    )
    assert [(row.url, row.name, row.collection, row.country) for row in read_opml(text.encode()).sources] == [
        ("https://b.example/", "https://b.example/", "", ""),
        ("https://a.example/f?x=1&y=2", 'A & "B"', "Ports", "DE"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"url,name\nhttps://k.example/f,Kurier\n", id="with names"),
        pytest.param(b"\xef\xbb\xbfname;URL\r\nKurier;https://k.example/f\r\n", id="BOM, semicolons, other order"),
        pytest.param(b"https://k.example/f\tKurier", id="tabs, no names"),
        pytest.param(b'\n\n"https://k.example/f", "Kurier"\n', id="quotes and blank lines"),
    ],
)
def test_csv_is_read_in_the_ways_people_write_it(content: bytes) -> None:
    (row,) = read_csv(content).sources
    assert (row.url, row.name.strip(' "')) == ("https://k.example/f", "Kurier")


def test_csv_rows_that_are_none_are_named_by_their_line() -> None:
    found = read_csv(b"url\nhttps://k.example/\nnonsense\nhttps://b.example/\n")
    assert len(found.sources) == 2
    assert found.problems == ["line 3: 'nonsense' is no address"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"url\n\xff\xfe\n", "line 2: the file is not UTF-8", id="no UTF-8"),
        pytest.param(b"url\n\0\n", "line 2: the file is not text", id="binary"),
        pytest.param(b'url\n"open\n', "line", id="an open quote"),
        pytest.param(b"url," + b"x" * 200_000, "line 1", id="an endless field"),
    ],
)
def test_what_is_no_csv_is_one_sentence_with_the_line(content: bytes, line: str) -> None:
    with pytest.raises(BadInput, match=line):
        read_csv(content)


def test_what_is_written_as_csv_is_read_again_and_runs_no_formula() -> None:
    text = write_csv([source("https://a.example/", name='=cmd("x")', collection="Häfen, groß")])
    assert "'=cmd" in text
    (row,) = read_csv(text.encode()).sources
    assert (row.name, row.collection) == ('=cmd("x")', "Häfen, groß")
