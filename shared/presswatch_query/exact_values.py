"""Values of the exact fields: the form they are compared in, and which a query may ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from presswatch_query.analyser import token_texts
from presswatch_query.codes import COUNTRIES, COUNTRY_HINTS, LANGUAGE_HINTS, LANGUAGES
from presswatch_query.texts import gettext

__all__ = ["article_values", "exact_form", "holds_value", "refusal", "value_hint"]

HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


def article_values(source: str, lang: str, country: str, category: str) -> Mapping[str, str]:
    """The exact fields of an article as they are compared; empty ones stay empty."""
    raw = {"source": source, "lang": lang, "country": country, "category": category}
    return {field: exact_form(field, value) for field, value in raw.items()}


def exact_form(field: str, value: str) -> str:
    """The compared form: casefolded; `source` as punycode, `category` as its tokens joined by spaces."""
    if field == "category":
        return " ".join(token_texts(value))
    folded = value.strip().casefold()
    return _punycode(folded) if field == "source" else folded


def _punycode(host: str) -> str:
    """The host in ASCII; as it is where that cannot be done."""
    if host.isascii():
        return host
    import ada_url  # A driver is imported when it is used.

    try:
        return ada_url.idna.encode(host).decode("ascii") or host
    except (ValueError, UnicodeError):
        return host


def holds_value(field: str, wanted: str, value: str) -> bool:
    """Whether an article's value is the wanted one; both in their `exact_form`. A source also by its sub-domains."""
    if not value:
        return False
    return value == wanted or (field == "source" and value.endswith(f".{wanted}"))


def refusal(field: str, form: str) -> str:
    """Why a query may not ask for this value (in its `exact_form`): the rest of a sentence; empty if it may."""
    if field == "lang" and form not in LANGUAGES:
        return gettext("is not a language code of ISO 639-1 (two letters, such as en)")
    if field == "country" and form not in COUNTRIES:
        return gettext("is not a country code of ISO 3166-1 (two letters, such as GB)")
    if field == "source":
        if not HOST.fullmatch(form):
            return gettext("is not a host name, such as reuters.com")
        if _is_public_suffix(form):
            return gettext("is a public suffix under which everybody has a name, not a host")
    return ""


def value_hint(field: str, form: str) -> str:
    """What was probably meant by a refused value; empty if nobody knows."""
    if field == "lang":
        region = re.fullmatch(r"([a-z]{2})[-_].+", form)
        known = region[1] if region and region[1] in LANGUAGES else _full_width(form, LANGUAGES)
        return LANGUAGE_HINTS.get(form, known)
    if field == "country":
        return COUNTRY_HINTS.get(form) or _full_width(form, COUNTRIES).upper()
    if field == "source":
        host = re.sub(r"^[a-z]+:/*|[/?#:].*$|^[*.]+|[*.]+$", "", re.sub(r"^[a-z]+:/*", "", form))
        return host if HOST.fullmatch(host) and not _is_public_suffix(host) else ""
    return ""


def _full_width(form: str, codes: frozenset[str]) -> str:
    """The code that was written in full-width letters, as Chinese and Japanese keyboards give them."""
    written = "".join(token_texts(form))
    return written if written in codes and not form.isascii() else ""


@cache
def _suffix_rules() -> frozenset[str]:
    """The ICANN part of the list that tldextract comes with; read as a file: importing it takes half a second."""
    package = find_spec("tldextract")
    folders = package.submodule_search_locations if package else None
    if not folders:
        raise ModuleNotFoundError("source: in a query needs the package tldextract (pip install tldextract)")
    text = (Path(folders[0]) / ".tld_set_snapshot").read_text(encoding="utf-8")
    icann = text.partition("===BEGIN PRIVATE DOMAINS===")[0]
    rules = (line.strip() for line in icann.splitlines() if "." in line and not line.startswith("//"))
    return frozenset(_punycode(rule) for rule in rules)


def _is_public_suffix(host: str) -> bool:
    """Whether everybody may have names under it; a single label is no host in any case."""
    rules = _suffix_rules()
    return f"!{host}" not in rules and (host in rules or f"*.{host.partition('.')[2]}" in rules)
