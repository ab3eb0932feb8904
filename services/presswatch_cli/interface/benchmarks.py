"""`presswatch bench …`: what the parts bear, measured on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json
from presswatch_shared.errors import BadInput

if TYPE_CHECKING:
    from presswatch_enrichment.page import Page

__all__ = ["app"]

app = typer.Typer(help="Measure the parts, and the whole, on this machine.", no_args_is_help=True)

Export = Annotated[Path | None, typer.Option(metavar="DIR", help="Write the input that was used into this folder.")]
Seed = Annotated[int, typer.Option(help="Another number gives other input.")]
Pages = Annotated[
    list[Path] | None, typer.Option("--pages", metavar="FILE", help='Lines of {"id","url","html"}, also .xz.')
]
Articles = Annotated[int | None, typer.Option(min=1, help="How many, at most.")]
SAMPLE = 100


@app.command()
def match(
    watches: Annotated[list[int] | None, typer.Option(min=1, help="How many; may be given several times.")] = None,
    articles: Annotated[int, typer.Option(min=1, help="How many are matched.")] = 500,
    texts: Annotated[Path | None, typer.Option(metavar="FILE", help="Lines of JSON with a body; else made up.")] = None,
    peers: Annotated[bool, typer.Option(help="Measure what one would write oneself, too.")] = True,
    names: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of the watches' words that no article has; fewer: more matches."),
    ] = None,
    export: Export = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Articles a second against many watches, and how soon a watch is added and removed."""
    from presswatch_cli.commands.bench_match import SIZES, BenchOptions, bench_match, render_text
    from presswatch_cli.commands.bench_match_set import SHARE_OF_NAMES
    from presswatch_cli.progress import measuring

    sizes = tuple(watches or SIZES)
    share = SHARE_OF_NAMES if names is None else names
    options = BenchOptions(
        sizes=sizes, articles=articles, seed=seed, names=share, texts=texts, peers=peers, export=export
    )
    with measuring("sizes") as progress:
        result = bench_match(options, progress)
    _print(result, as_json, lambda: typer.echo(render_text(result)))


@app.command()
def extract(
    pages: Pages = None, articles: Articles = None, export: Export = None, seed: Seed = 1, as_json: AsJson = False
) -> None:
    """CPU time a page, extraction alone, beside trafilatura on the same pages."""
    from presswatch_cli.commands.bench_pages import bench_extract

    _measure_pages(bench_extract, _pages(pages, articles, seed), export, as_json)


@app.command()
def enrich(
    pages: Pages = None, articles: Articles = None, export: Export = None, seed: Seed = 1, as_json: AsJson = False
) -> None:
    """CPU time a page, from bytes to the enriched article, by step."""
    from presswatch_cli.commands.bench_pages import bench_enrich

    _measure_pages(bench_enrich, _pages(pages, articles, seed), export, as_json)


@app.command()
def duplicates(
    context: typer.Context,
    articles: Annotated[int, typer.Option(min=1, help="How many originals; each has seven copies.")] = 300,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Which copies join the story of their original, which others do falsely, bytes a text; on PRESSWATCH_STORE."""
    from presswatch_cli.commands.bench_duplicates import BenchOptions, bench_duplicates, render_text
    from presswatch_cli.progress import measuring

    settings = context_of(context).settings
    password = settings.store_password.get_secret_value()
    options = BenchOptions(articles=articles, seed=seed, store=settings.store, password=password)
    with measuring("kinds") as progress:
        result = bench_duplicates(options, progress)
    _print(result, as_json, lambda: typer.echo(render_text(result)))


@app.command()
def pipeline(
    context: typer.Context,
    pages: Pages = None,
    articles: Articles = None,
    export: Export = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Pages through the whole product, from crawler to webhook: rate, seconds, memory, CPU a stage.

    Where the settings name Kafka, PostgreSQL and a search server, on these as well: topics and a database of the
    bench's own, which go away, and indices that begin with presswatch-bench, which stay.

    Example: presswatch bench pipeline --pages PAGES.jsonl --json
    """
    from presswatch_cli.commands.bench_pipeline import BenchOptions, bench_pipeline, render_text
    from presswatch_cli.progress import measuring

    settings = context_of(context).settings
    options = BenchOptions(pages=pages or (), articles=articles, seed=seed, export=export, settings=settings)
    with measuring("pages") as progress:
        result = asyncio.run(bench_pipeline(options, progress))
    _print(result, as_json, lambda: typer.echo(render_text(result)))


@app.command()
def search(
    context: typer.Context,
    articles: Annotated[int, typer.Option(min=1, help="How many are indexed.")] = 5_000,
    export: Export = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """How fast articles become searchable and are found, beside SQLite's full-text index; on PRESSWATCH_INDEX, too."""
    from presswatch_cli.commands.bench_search import BenchOptions, bench_search, render_text
    from presswatch_cli.progress import measuring

    options = BenchOptions(articles=articles, seed=seed, export=export)
    with measuring("articles") as progress:
        result = asyncio.run(bench_search(options, progress, context_of(context).settings))
    _print(result, as_json, lambda: typer.echo(render_text(result)))


@app.command()
def web(
    articles: Annotated[int, typer.Option(min=100, help="How many are indexed.")] = 100_000,
    rounds: Annotated[int, typer.Option(min=2, help="Requests of each kind.")] = 20,
    listeners: Annotated[int, typer.Option(min=1, max=900, help="Listeners of live alerts.")] = 500,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the made-up articles here, for the next run.")
    ] = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Milliseconds of the server for a page of results, an article, a name; live alerts with many listeners.

    Example: presswatch bench web --articles 20000 --json
    """
    from presswatch_cli.commands.bench_listeners import LiveOptions
    from presswatch_cli.commands.bench_web import BenchOptions, bench_web, render_text
    from presswatch_cli.progress import measuring
    from presswatch_shared.logs import configure

    configure("WARNING")
    live = LiveOptions(listeners=listeners, deaf=max(1, listeners // 20))
    options = BenchOptions(articles=articles, rounds=rounds, seed=seed, live=live, folder=keep)
    with measuring("articles") as progress:
        result = asyncio.run(bench_web(options, progress))
    _print(result, as_json, lambda: typer.echo(render_text(result)))


@app.command()
def stream(
    context: typer.Context,
    events: Annotated[int, typer.Option(min=1, help="How many are appended and handled.")] = 10_000,
    export: Export = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """What the flow of events bears: on disk, in memory, and on Kafka by both hosts where that is set."""
    from rich.console import Console

    from presswatch_cli.commands.bench_kafka import kafka_hosts
    from presswatch_cli.commands.bench_stream import BenchOptions, bench_stream, render_text
    from presswatch_cli.progress import measuring

    options = BenchOptions(events=events, seed=seed, export=export)
    others = kafka_hosts(context_of(context).settings)
    with measuring("events") as progress:
        result = asyncio.run(bench_stream(options, progress, others))
    _print(result, as_json, lambda: render_text(result, Console()))


@app.command()
def alerting(
    watches: Annotated[int, typer.Option(min=1, help="How many are loaded.")] = 100_000,
    articles: Annotated[int, typer.Option(min=1, help="How many go through.")] = 500,
    export: Export = None,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """The whole alerting stage, embedded: seconds to start, memory, articles a second, how soon a change counts."""
    from presswatch_cli.commands.bench_alerting import BenchOptions, bench_alerting, render_text
    from presswatch_cli.progress import measuring
    from presswatch_shared.logs import configure

    configure("WARNING")
    options = BenchOptions(watches=watches, articles=articles, seed=seed, export=export)
    with measuring("steps") as progress:
        result = asyncio.run(bench_alerting(options, progress))
    _print(result, as_json, lambda: typer.echo(render_text(result)))


def _pages(files: Sequence[Path] | None, articles: int | None, seed: int) -> Sequence[Page]:
    from presswatch_cli.commands.bench_pages import pages_of_file, sample_pages

    if not files:
        return sample_pages(articles or SAMPLE, now=now(), seed=seed)
    given = [page for path in files for page in pages_of_file(path, now=now())][:articles]
    if not given:
        raise BadInput(f"{files[0]} holds no page")
    return given


def _measure_pages(
    bench: Callable[[Sequence[Page], Callable[[int, int], None]], dict[str, Any]],
    pages: Sequence[Page],
    export: Path | None,
    as_json: bool,
) -> None:
    from rich.console import Console

    from presswatch_cli.commands.bench_pages import export_pages, render_text
    from presswatch_cli.progress import measuring

    if export:
        export_pages(pages, export)
    with measuring("pages") as progress:
        result = bench(pages, progress)
    _print(result, as_json, lambda: render_text(result, Console()))


def _print(result: Mapping[str, Any], as_json: bool, render: Callable[[], None]) -> None:
    if as_json:
        print_json(result)
    else:
        render()
