"""`presswatch bench match` on a few watches: that it runs, and that what it exports can be run elsewhere."""

from __future__ import annotations

import io
import json
from pathlib import Path

from presswatch_cli.commands.bench_match import BenchOptions, bench_match, render_text
from presswatch_cli.commands.bench_match_peers import joined_check
from presswatch_cli.commands.bench_match_set import WatchMaker, articles_from, invented_articles
from presswatch_cli.commands.match import run_match
from presswatch_query import Article, analyse_article, check, evaluate, parse
from presswatch_query.analyser import token_texts


def test_every_watch_of_the_set_is_valid_and_the_set_is_the_same_for_a_seed() -> None:
    texts = invented_articles(20, seed=3)
    queries = list(WatchMaker(texts, seed=3).queries(500))
    assert queries == list(WatchMaker(texts, seed=3).queries(500))
    assert [query for query in queries if not check(query).ok] == []
    assert sum(" " not in query and "*" not in query for query in queries) in range(60, 140)


def test_the_figures_of_a_small_run_and_what_it_exports(tmp_path: Path) -> None:
    options = BenchOptions(sizes=(300,), articles=20, seed=3, export=tmp_path)
    result = bench_match(options)
    figures = result["watches"]["300"]
    assert figures["articles_per_second"] > 0
    assert set(figures["peers"]) >= {"regex_loop_articles_per_second"}
    assert figures["two_processes"]["ratio"] > 0
    assert sum(figures["microseconds_by_step"].values()) > 0
    assert "300 watches" in render_text(result)
    out = io.StringIO()
    articles = (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    watches = tmp_path / "watches-300.jsonl"
    assert run_match(watches, articles, aliases=None, spans=False, skip_invalid=False, out=out, err=out) == 0
    found = [len(json.loads(line)["watches"]) for line in out.getvalue().splitlines()]
    assert round(sum(found) / len(found), 1) == figures["matches_per_article"]


def test_own_texts_are_cut_to_one_length(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"body": "' + "word " * 1_500 + '"}\n{"title": "none"}\n', encoding="utf-8")
    texts = articles_from(path, 5)
    assert [len(text.split()) for text in texts] == [680, 680, 140, 680, 680]


def test_the_quick_peer_finds_what_the_matcher_finds() -> None:
    texts = invented_articles(10, seed=3)
    queries = [parse(query) for query in WatchMaker(texts, seed=3).queries(400)]
    checks = [joined_check(query.tree) for query in queries]
    for text in texts:
        joined = f" {' '.join(token_texts(text))} "
        expected = [evaluate(query, analyse_article(Article(body=text))).matched for query in queries]
        assert [check(joined) for check in checks] == expected
