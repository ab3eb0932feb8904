from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from presswatch_enrichment.content.blocks import read_layout
from presswatch_enrichment.content.body import article_body, better
from presswatch_enrichment.content.main_text import MainText, main_text

SENTENCES = (
    "The lock keeper closed the gates at dusk because the river had risen by a metre since the morning.",
    "Two barges waited below the bridge, and their crews played cards in the galley until midnight.",
    "By six the water had fallen again, so the keeper let the first of them through the upper lock.",
    "The second followed an hour later, loaded with gravel for the new road to the brickworks.",
)
TEXT = "".join(f"<p>{sentence} {sentence}</p>" for sentence in SENTENCES * 2)


def found(body: str, standfirst: str = "") -> MainText:
    return main_text(
        read_layout(LexborHTMLParser(f"<html><body>{body}</body></html>")), (standfirst,) if standfirst else ()
    )


def test_the_element_that_holds_most_of_the_text_is_the_article() -> None:
    links = "".join(f'<li><a href="/{i}">Headline number {i} of the day</a></li>' for i in range(60))
    text = found(f"<div><ul>{links}</ul></div><div><div>{TEXT}</div></div><div><p>Imprint and contact</p></div>")
    assert text.sure
    assert text.text.split("\n\n") == [f"{s} {s}" for s in SENTENCES * 2]


@pytest.mark.parametrize(
    "name",
    ["content-with-sidebar", "paywall", "comments-enabled article", "widget", "Page-ad-margins", "main-menu-hidden"],
)
def test_a_name_that_sounds_like_something_else_does_not_cost_the_text(name: str) -> None:
    assert SENTENCES[0] in found(f'<div class="{name}"><div>{TEXT}</div></div>').text


def test_paragraphs_that_are_each_called_paywall_are_the_text() -> None:
    paragraphs = TEXT.replace("<p>", '<p class="paywall">')
    assert SENTENCES[3] in found(f"<div>{paragraphs}</div>").text


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(f"<aside><p>{SENTENCES[0][::-1]}</p></aside>", id="aside"),
        pytest.param(f'<div class="related-stories"><p>{SENTENCES[0][::-1]}</p></div>', id="named part"),
        pytest.param(f'<div style="display: none"><p>{SENTENCES[0][::-1]}</p></div>', id="hidden by style"),
        pytest.param(f"<div hidden><p>{SENTENCES[0][::-1]}</p></div>", id="hidden"),
        pytest.param(f"<figure><figcaption>{SENTENCES[0][::-1]}</figcaption></figure>", id="caption"),
        pytest.param(f'<p><a href="/x">{SENTENCES[0][::-1]}</a></p>', id="a paragraph that is a link"),
        pytest.param(f"<button>{SENTENCES[0][::-1]}</button>", id="button"),
        pytest.param("<div>Photo of the upper lock</div>", id="label in no paragraph"),
        pytest.param("<h3>Newest headlines</h3>", id="heading without text below"),
    ],
)
def test_what_stands_beside_the_text_is_left_out(part: str) -> None:
    assert found(f"<article>{TEXT}{part}</article>").text == found(f"<article>{TEXT}</article>").text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        pytest.param(
            "<h2>At the upper lock</h2><p>It was dark.</p>", "At the upper lock\n\nIt was dark.", id="heading"
        ),
        pytest.param("<ul><li>One barge</li><li>Two crews</li></ul>", "One barge\n\nTwo crews", id="list"),
        pytest.param("<blockquote>We waited.</blockquote>", "We waited.", id="quote"),
        pytest.param("<table><tr><td>Gravel</td><td>40 tonnes</td></tr></table>", "Gravel\n\n40 tonnes", id="table"),
        pytest.param(
            '<p>See the <a href="/x">old map</a> of it.</p>', "See the old map of it.", id="a link in a sentence"
        ),
        pytest.param("<p>A<b>B</b>C<br>D</p>", "ABC D", id="inline elements and breaks"),
    ],
)
def test_every_kind_of_text_is_kept(part: str, text: str) -> None:
    assert found(f"<article>{TEXT}{part}</article>").text.endswith(text)


def test_a_standfirst_shown_above_the_text_belongs_to_it() -> None:
    standfirst = "A night of high water on the river, told by those who waited below the bridge."
    page = f"<header><h2>{standfirst}</h2></header><article>{TEXT}</article>"
    assert found(page, standfirst).text.startswith(standfirst)
    assert standfirst not in found(f"<article>{TEXT}</article>", standfirst).text


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("", id="nothing"),
        pytest.param("<p>Short.</p>", id="too little text"),
        pytest.param(
            "<div>" + f"<div>{TEXT}</div>" * 3 + "</div>" + f"<div>{TEXT}</div>" * 4, id="text in many places"
        ),
    ],
)
def test_it_is_not_sure_where_the_text_is_little_or_in_many_places(page: str) -> None:
    assert not found(page).sure


def body_of(html: str, witness: str = "") -> tuple[str, str]:
    page = f"<html><body>{html}</body></html>"
    found = article_body(LexborHTMLParser(page), page, "https://lock.example/1", witness=witness)
    return found.text, found.source


def test_a_sure_answer_needs_no_second_opinion_and_structured_data_is_the_last() -> None:
    assert body_of(f"<article>{TEXT}</article>")[1] == "blocks"
    assert body_of("<div></div>", witness=" ".join(SENTENCES))[1] == "jsonld"
    assert body_of("<div></div>") == ("", "")


SHORT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


@pytest.mark.parametrize(
    ("beside", "source"),
    [
        pytest.param(
            "<ul><li><a href='/x'>Ferries and locks of the upper river</a></li></ul>" * 40, "blocks", id="links"
        ),
        pytest.param("<div><span>Open from six</span></div>" * 400, "trafilatura", id="much else"),
    ],
)
def test_a_short_text_is_believed_where_the_page_says_little_else(beside: str, source: str) -> None:
    assert body_of(f"<div><article>{SHORT}</article></div>{beside}")[1] == source


def test_where_the_whole_page_is_read_a_second_opinion_on_a_small_part_of_it_does_not_count() -> None:
    parts = [f"<div><h2>Lock {i}</h2><p>{SENTENCES[i % 4]} At lock {i} all was well.</p></div>" for i in range(30)]
    layout = read_layout(LexborHTMLParser(f"<html><body>{''.join(parts)}</body></html>"))
    text = main_text(layout)
    assert text.box is None
    assert better(layout, text, SENTENCES[0] * 3, (), "") == (text.text, "blocks")
    assert better(layout, text, text.text[:-80], (), "")[1] == "trafilatura"


def test_a_pull_quote_is_not_said_twice() -> None:
    quote = f"<blockquote><p>{SENTENCES[1]}</p></blockquote>"
    assert found(f"<article>{TEXT}{quote}</article>").text == found(f"<article>{TEXT}</article>").text


def test_a_quotation_that_stands_nowhere_else_is_text() -> None:
    quote = "<blockquote><p>The river gives nothing back, my father said when the mill was gone.</p></blockquote>"
    assert "The river gives nothing back" in found(f"<article>{TEXT}{quote}</article>").text


def test_short_lines_of_a_list_may_come_back() -> None:
    items = "<ul><li>One lamp, two oars</li><li>A long rope</li></ul>"
    assert found(f"<article>{TEXT}{items}{TEXT[:130]}</p>{items}</article>").text.count("One lamp, two oars") == 2


def test_what_only_a_screen_reader_says_is_left_out() -> None:
    link = (
        f'<p>{SENTENCES[0]} <a href="/x">the log<span class="visually-hidden"> (opens in a new window)</span></a>.</p>'
    )
    assert "opens in a new window" not in found(f"<article>{TEXT}{link}</article>").text


def test_a_paragraph_that_is_hidden_by_a_paywall_is_text() -> None:
    hidden = '<p class="paywall" aria-hidden="true">The mill stood empty until the spring, and nobody asked why.</p>'
    assert "The mill stood empty" in found(f"<article>{TEXT}{hidden}</article>").text


def test_a_description_that_is_shown_above_the_text_begins_it() -> None:
    lead = "Keepers work through the night as the river rises by a metre."
    text = found(f"<div><p>{lead}</p></div><div><article>{TEXT}</article></div>", f"{lead[:52]}…")
    assert text.text.startswith(lead)
