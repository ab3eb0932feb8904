"""`presswatch match`: which watches of a file match which articles, without any store or server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from presswatch_cli.commands.alias_file import read_aliases
from presswatch_cli.commands.json_lines import as_line, objects, text_of
from presswatch_query import (
    AnalysedArticle,
    Article,
    Matcher,
    Problem,
    Query,
    QueryRejected,
    analyse_article,
    evaluate,
    parse,
)
from presswatch_shared.errors import BadInput

__all__ = ["run_match"]

DONE, INVALID = 0, 2
TEXTS = ("title", "body", "lead", "url", "source", "lang", "country", "category")

WatchId = str | int


def run_match(
    watches: Path,
    articles: Iterable[str],
    *,
    aliases: Path | None,
    spans: bool,
    skip_invalid: bool,
    out: TextIO,
    err: TextIO,
) -> int:
    """Prints, in input order, a line an article with the ids that match; returns the exit code.

    Invalid watches are named on `err`; unless they may be skipped, nothing is matched then.

    Raises:
        BadInput: a file or a line that cannot be used.
    """
    queries, refused = _read_watches(watches, aliases)
    for watch_id, errors in refused:
        for error in errors:
            err.write(f"watch {watch_id}: {error.message} [{error.code} {error.start}-{error.end}]\n")
    if refused and not skip_invalid:
        err.write(f"{len(refused)} of {len(refused) + len(queries)} watches are invalid; nothing was matched\n")
        return INVALID
    matcher, ids = _matcher_of(queries)
    for number, row in objects(articles, what="articles"):
        article = analyse_article(_article(row, f"articles, line {number}"))
        found = sorted((ids[key] for key in matcher.match(article)), key=_order)
        line: dict[str, Any] = {"id": row.get("id"), "watches": found}
        if spans:
            line["spans"] = {str(watch_id): _places(queries[watch_id], article) for watch_id in found}
        out.write(as_line(line))
    for key, failure in matcher.failures().items():
        err.write(f"watch {ids[key]} failed and was left out where it did: {failure}\n")
    return DONE


def _matcher_of(queries: Mapping[WatchId, Query]) -> tuple[Matcher, Mapping[str, WatchId]]:
    """The matcher, and the ids as given by the keys it knows them under."""
    matcher = Matcher()
    ids: dict[str, WatchId] = {}
    for watch_id, query in queries.items():
        key = f"{type(watch_id).__name__}:{watch_id}"
        ids[key] = watch_id
        matcher.add(key, query)
    return matcher, ids


def _order(watch_id: WatchId) -> tuple[bool, WatchId]:
    return isinstance(watch_id, str), watch_id


def _read_watches(
    path: Path, aliases: Path | None
) -> tuple[dict[WatchId, Query], list[tuple[WatchId, Sequence[Problem]]]]:
    known = read_aliases(aliases)
    queries: dict[WatchId, Query] = {}
    refused: list[tuple[WatchId, Sequence[Problem]]] = []
    seen: set[WatchId] = set()
    for number, row in objects(_lines_of(path), what=str(path)):
        watch_id = row.get("id")
        if not isinstance(watch_id, (str, int)) or isinstance(watch_id, bool):
            raise BadInput(f'{path}, line {number} has no "id"')
        if watch_id in seen:
            raise BadInput(f"{path}, line {number}: there is already a watch {watch_id}")
        seen.add(watch_id)
        text = text_of(row, "query", where=f"{path}, line {number}", required=True)
        try:
            queries[watch_id] = parse(text, known)
        except QueryRejected as rejected:
            refused.append((watch_id, rejected.errors))
    return queries, refused


def _lines_of(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8: {error}") from error


def _article(row: Mapping[str, Any], where: str) -> Article:
    authors = row.get("authors") or ()
    names = (authors,) if isinstance(authors, str) else authors
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise BadInput(f'{where}: "authors" is no list of texts')
    texts = {name: text_of(row, name, where=where) for name in TEXTS}
    return Article(id=str(row.get("id", "")), authors=tuple(names), **texts)


def _places(query: Query, article: AnalysedArticle) -> list[dict[str, Any]]:
    """The places of one watch, each once however many of its clauses are found there."""
    spans = evaluate(query, article).spans
    unique = dict.fromkeys((span.field, span.start, span.end) for span in spans)
    return [{"field": field, "start": start, "end": end} for field, start, end in unique]
