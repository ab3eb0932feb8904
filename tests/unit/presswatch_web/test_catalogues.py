"""The catalogues: as the sources want them, and every text of the pages is in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment, nodes

from presswatch_shared.languages import DEFAULT, LANGUAGES
from tools import catalogues

TEMPLATES = sorted((catalogues.WEB / "templates").glob("*.html"))
# Names, forms of files, and signs that are written alike everywhere.
ALIKE = frozenset(("atom", "json feed", "csv", "ndjson", "utc", "ve", '"su-30mk2" or "su-30 mk2"'))
READ_BY_PEOPLE = ("placeholder", "title", "aria-label", "alt", "data-label")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"<[^>]*>")
NUMBER = "%(count)s"
WORD = re.compile(r"[^\W\d_]{2,}")


def forms_of(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else [form or "" for form in message.string]


def sources_of(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def keys(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {tuple(sources_of(message)) for message in catalogue if message.id}


@pytest.fixture(scope="module")
def wanted() -> set[tuple[str, ...]]:
    return keys(catalogues.extracted())


@pytest.fixture(scope="module", params=catalogues.LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return catalogues.translated(request.param)


def test_every_language_but_english_has_a_catalogue() -> None:
    assert set(catalogues.LANGUAGES) == set(LANGUAGES) - {DEFAULT}


def test_the_catalogue_has_the_texts_of_the_sources_and_no_others(
    wanted: set[tuple[str, ...]], catalogue: Catalog
) -> None:
    there = keys(catalogue)
    assert sorted(wanted - there) == [], "run make translations, then translate these"
    assert sorted(there - wanted) == [], "run make translations"


def test_every_text_is_translated_and_none_was_guessed(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and not all(forms_of(message))] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


def test_a_text_that_counts_has_all_forms_of_its_language(catalogue: Catalog) -> None:
    counting = [message for message in catalogue if message.id and message.pluralizable]
    assert counting
    assert {len(forms_of(message)) for message in counting} == {catalogue.num_plurals}


def test_the_values_of_a_text_are_in_its_translation(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and not has_its_values(message)] == []


def has_its_values(message: Message) -> bool:
    """A form may leave out what one of the English forms leaves out: `once` has no number."""
    given = [set(PLACEHOLDER.findall(source)) for source in sources_of(message)]
    return all(
        set.intersection(*given) <= set(PLACEHOLDER.findall(form)) <= set.union(*given)
        and not re.search(r"%(?!\(\w+\)s|%)", form)
        for form in forms_of(message)
    )


def test_a_russian_form_for_one_also_stands_for_21_so_it_has_the_number() -> None:
    russian = [message for message in catalogues.translated("ru") if message.id and message.pluralizable]
    of_many = [forms_of(message) for message in russian if NUMBER in sources_of(message)[1]]
    assert of_many
    assert [forms for forms in of_many if NUMBER in forms[1] and NUMBER not in forms[0]] == []


def test_the_markup_of_a_text_is_that_of_its_translation(catalogue: Catalog) -> None:
    changed = [
        message.id
        for message in catalogue
        if message.id
        for form in forms_of(message)
        if Counter(TAG.findall(form)) not in [Counter(TAG.findall(source)) for source in sources_of(message)]
    ]
    assert changed == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_text_outside_of_gettext(path: Path) -> None:
    assert [text for text in bare_texts(path) if is_told(text)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("<p>Hello there</p>", ["Hello there"], id="text"),
        pytest.param('<p>{{ _("Hello there") }}</p>', [], id="a message"),
        pytest.param("<p>{% trans %}Hello <b>there</b>{% endtrans %}</p>", [], id="a message with markup"),
        pytest.param('<input placeholder="Hello" name="word">', ["Hello"], id="an attribute that is read"),
        pytest.param('<p>{{ "Hello" if x else _("Hello") }}</p>', ["Hello"], id="one branch"),
        pytest.param('<p class="{{ "holds" if x else "fails" }}">{{ name ~ " more" }}</p>', [" more"], id="no class"),
    ],
)
def test_text_outside_of_gettext_is_found(source: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(source, encoding="utf-8")
    assert [text for text in bare_texts(path) if is_told(text)] == found


def is_told(text: str) -> bool:
    left = text.strip().lower()
    return left not in ALIKE and WORD.search(left.replace("presswatch", "")) is not None


def bare_texts(path: Path) -> Iterator[str]:
    """What a template puts on a page by itself, and what it puts into attributes that people read."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    page = _Page()
    page.feed("".join(_as_html(environment, path.read_text(encoding="utf-8"))))
    yield from page.texts


def _kept(text: str) -> str:
    return text.replace('"', "").replace("<", "").replace(">", "")


def _as_html(environment: Environment, source: str) -> Iterator[str]:
    """The template as HTML: data as they stand, of expressions the texts they may give, of messages nothing."""
    is_message = False
    inside = ""
    pieces: list[str] = []
    for _, kind, value in environment.lex(source):
        if kind in ("block_begin", "variable_begin"):
            inside, pieces = kind, []
        elif kind == "block_end":
            words = "".join(pieces).split()[:1]
            is_message = words == ["trans"] or (is_message and words != ["endtrans"])
            inside = ""
        elif kind == "variable_end":
            yield from map(_kept, _given(environment, "".join(pieces)))
            inside = ""
        elif inside:
            pieces.append(value)
        elif kind == "data" and not is_message:
            yield value


def _given(environment: Environment, expression: str) -> Iterator[str]:
    parsed = environment.parse("{{" + expression + "}}")
    for output in parsed.find_all(nodes.Output):
        for node in output.nodes:
            yield from _results(node)


def _results(node: nodes.Node) -> Iterator[str]:
    """The literal texts that an expression may have as its value."""
    match node:
        case nodes.Const() if isinstance(node.value, str):
            yield node.value
        case nodes.CondExpr():
            yield from _results(node.expr1)
            yield from _results(node.expr2) if node.expr2 else ()
        case nodes.Concat():
            for part in node.nodes:
                yield from _results(part)
        case nodes.Or():
            yield from _results(node.left)
            yield from _results(node.right)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        self.texts += [value for name, value in attrs if name in READ_BY_PEOPLE and value]

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            continue

    def handle_data(self, data: str) -> None:
        # What stands in <code> is to be typed as it is.
        if "code" not in self._within and "kbd" not in self._within:
            self.texts.append(data)
