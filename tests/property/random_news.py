"""Random articles and random queries of the whole language over one small vocabulary, so that they meet often.

The spellings are chosen for where tokens, raw text and index terms part: case, marks composed and not, possessives,
invisible characters, designators, scripts without spaces, tokens longer than an index takes.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from presswatch_shared.clock import DAY
from presswatch_shared.events import ArticleEnriched
from tests.fixtures.enriched import NOON, enriched

__all__ = ["random_article", "random_query"]

LONG = "lorem" * 25
LATIN = [
    "Rostec",
    "rostec",
    "ROSTEC",
    "Caracas",
    "Maduro",
    "Chávez",
    "Cha\u0301vez",
    "Łódź",
    "Straße",
    "İstanbul",
    "plant",
]
SHORT = ["a", "s", "S", "U.S.", "US", "us", "USA", "IT", "x", "C++", "C", "AT&T", "o'clock", "Rostec's", "U.S.’s"]
DESIGNATORS = ["Su-30", "Su-30MK2", "Su30MK2", "SU 30", "Su-3", "3,500", "3500", "30", "30MK", "T-72", "½"]
CYRILLIC = ["Ростех", "РОСТЕХ", "Маду́ро", "Мадуро", "ёлка", "елка", "Київ", "завод"]
GREEK = ["Ρωσία", "ΡΩΣΙΑΣ", "ρωσιας"]
EAST = ["苏-30战斗机", "战斗机", "战", "か\u3099く", "がく", "ﾛｼｱ", "ｶﾞｽ", "รัสเซีย", "ซี", "로스텍", "로스텍이", "러시아"]
SOUTH = ["कि", "की", "हिन्दी", "हिन्दीकि", "شركة", "شَرِكة", 'צה"ל', "שָׁלוֹם"]
HIDDEN = ["Ro\u00adstec", "3\u200d0", "Ros\u200dtec", "x\u0301US", "e\u0300\u0323US", "❤\ufe0f", "3\ufe0f0"]
LENGTHY = [LONG, LONG + "x", LONG[:99], LONG[:100], LONG[:101], "Z" + LONG[1:]]
WORDS = [*LATIN, *LATIN, *SHORT, *DESIGNATORS, *CYRILLIC, *GREEK, *EAST, *SOUTH, *HIDDEN, *LENGTHY]
BETWEEN = [" ", " ", " ", " ", ", ", ". ", "-", " — ", "'s ", "’s ", "‘s ", "\u00a0", "\n\n", "", "\u200b", " the "]
HOSTS = ["herald.example", "news.herald.example", "bbc.co.uk", "news.bbc.co.uk", "xn--80ak6aa92e.com", ""]
LANGS = ["en", "ru", "zh", ""]
COUNTRIES = ["GB", "RU", ""]
CATEGORIES = ["World", "world news", "Спорт", ""]
FIELDS = ["title", "body", "lead", "author", "url", "TITLE"]


def random_text(chance: random.Random, longest: int) -> str:
    """Up to so many words."""
    return "".join(chance.choice(WORDS) + chance.choice(BETWEEN) for _ in range(chance.randrange(longest)))


def random_article(chance: random.Random, article_id: str) -> ArticleEnriched:
    """An article whose fields may each be empty."""
    words = "-".join(chance.choice(LATIN) for _ in range(2))
    return enriched(
        article_id,
        title=random_text(chance, 6),
        body=random_text(chance, 30),
        lead=chance.choice(["", "  ", random_text(chance, 5)]),
        authors=tuple(random_text(chance, 4) for _ in range(chance.randrange(3))),
        url=f"https://{chance.choice(HOSTS) or 'x.example'}/{words}/{article_id}",
        source=chance.choice(HOSTS),
        lang=chance.choice(LANGS),
        country=chance.choice(COUNTRIES),
        category=chance.choice(CATEGORIES),
        published_at=NOON - chance.randrange(9) * DAY,
    )


def random_query(chance: random.Random, depth: int = 3) -> str:
    """A query text; nearly all pass the check, the others are for the caller to leave out."""
    make = chance.choice([_and, _and, _or, _near, _many, _field, _leaf, _leaf, _leaf, _exact] if depth else [_leaf])
    return make(chance, depth - 1)


def _leaf(chance: random.Random, depth: int) -> str:
    make = chance.choice([_word, _word, _word, _phrase, _phrase, _slop, _prefix, _fuzzy, _literal, _literal])
    return make(chance)


def _word(chance: random.Random) -> str:
    return _plain(chance.choice(WORDS))


def _plain(word: str) -> str:
    return f'"{word.replace(chr(34), "")}"' if not word.isalnum() or word in ("AND", "OR", "NOT", "US") else word


def _phrase(chance: random.Random) -> str:
    return f'"{_quoted(chance, 3)}"'


def _quoted(chance: random.Random, longest: int) -> str:
    words = [chance.choice(WORDS) for _ in range(chance.randrange(1, longest + 1))]
    return chance.choice([" ", " ", "-", "'s "]).join(words).replace('"', "")


def _slop(chance: random.Random) -> str:
    return f"{_phrase(chance)}~{chance.randrange(5)}"


def _prefix(chance: random.Random) -> str:
    word = chance.choice(
        ["Rost", "ros", "Cara", "Su-3", "Su-30M", "завод", "рос", "лор", "lorem", LONG[:100], LONG[:101], LONG]
    )
    return f"{word}*"


def _fuzzy(chance: random.Random) -> str:
    word = chance.choice(
        ["Rostec", "rosetc", "Rostecc", "Caraca", "Мадуро", "Мадура", "Ростех", LONG, LONG[:100], LONG[:99], LONG[1:]]
    )
    return f"{word}~1"


def _literal(chance: random.Random) -> str:
    """Often a part of a word that need not be a token of its own."""
    word = chance.choice([*WORDS, *SOUTH, *EAST, *HIDDEN])
    text = word[chance.randrange(len(word)) :] if chance.random() < 0.5 else word
    if chance.random() < 0.3:
        text = f"{text}{chance.choice(BETWEEN)}{chance.choice(WORDS)}"
    return '="' + text.replace('"', "") + '"'


def _and(chance: random.Random, depth: int) -> str:
    parts = [f"({random_query(chance, depth)})" for _ in range(chance.randrange(1, 3))]
    if chance.random() < 0.6:
        parts.append(f"NOT ({random_query(chance, depth)})")
    return " AND ".join(parts)


def _or(chance: random.Random, depth: int) -> str:
    return " OR ".join(f"({random_query(chance, depth)})" for _ in range(chance.randrange(2, 4)))


def _operand(chance: random.Random) -> str:
    make: Callable[[random.Random], str] = chance.choice([_word, _word, _phrase, _prefix, _fuzzy])
    return make(chance) if chance.random() < 0.7 else f"({make(chance)} OR {_word(chance)})"


def _near(chance: random.Random, depth: int) -> str:
    operator = chance.choice(["NEAR", "NEAR/1", "NEAR/5", "ONEAR", "ONEAR/2", "NEAR/0"])
    return f"{_operand(chance)} {operator} {_operand(chance)}"


def _many(chance: random.Random, depth: int) -> str:
    return f"ATLEAST/{chance.choice([2, 2, 3])}({_operand(chance)})"


def _field(chance: random.Random, depth: int) -> str:
    make = chance.choice([_leaf, _leaf, _near, _many, _and])
    inner = make(chance, 0)
    return f"{chance.choice(FIELDS)}:({inner})"


def _exact(chance: random.Random, depth: int) -> str:
    values = {
        "source": ["herald.example", "news.herald.example", "bbc.co.uk", "BBC.co.uk"],
        "lang": ["en", "RU", "zh"],
        "country": ["GB", "ru"],
        "category": ["World", '"WORLD: News"', "спорт"],
    }
    field = chance.choice(sorted(values))
    return f"{field}:{chance.choice(values[field])}"
