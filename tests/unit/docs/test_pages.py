"""Every page of the documentation: what it tells to type, set, open or look at is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import Settings
from tests.fixtures.told_commands import dead_links, fences, mentioned_commands, ours, refusal, shell_commands

ROOT = Path(__file__).parents[3]
PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").glob("*/README.md")))
LANGUAGES = {"", "sh", "python", "json", "yaml"}
PROGRAMS = {"docker", "pip", "helm", "kubectl", "curl", "prometheus", "promtool", "amtool", "make", "systemctl"}
PROGRAMS |= {"export", "set", ".", "cp", "chmod", "chown", "df", "du", "sed"}
TYPED = re.compile(r"^ *(?:\w+=\S+ )*(?:presswatch|make|docker|curl|pip|export) .*$", re.MULTILINE)
TOP = tuple(f"{name}/" for name in ("deploy", "docs", "services", "shared", "tests", "tools", ".ci"))
MADE_BY_THE_READER = {"deploy/prometheus/web.token", "docs/decisions/NNNN-title.md"}


def is_of_service(page: Path) -> bool:
    return page.parent.parent == ROOT / "services"


def faults(check: Callable[[str], Sequence[Any]]) -> Mapping[str, Sequence[Any]]:
    """What is wrong, by page."""
    found = {str(page.relative_to(ROOT)): check(page.read_text(encoding="utf-8")) for page in PAGES}
    return {page: wrong for page, wrong in found.items() if wrong}


def test_every_command_of_ours_is_taken_as_it_stands() -> None:
    def refused(text: str) -> Sequence[Any]:
        typed = [words for command in shell_commands(text) if (words := ours(command))]
        return [(words, said) for words in typed if (said := refusal(words))]

    assert faults(refused) == {}


def test_every_command_that_a_sentence_names_is_one() -> None:
    def refused(text: str) -> Sequence[Any]:
        named = [words for words in mentioned_commands(text) if words[0] == "presswatch"]
        return [(words, said) for words in named if (said := refusal(words, whole=False))]

    assert faults(refused) == {}


def test_every_other_command_is_of_a_known_program() -> None:
    assert faults(lambda text: [words for words in others(text) if words[0] not in PROGRAMS]) == {}


def test_make_has_every_target_and_pytest_every_path() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    def missing(text: str) -> Sequence[Any]:
        made = [words for words in (*others(text), *mentioned_commands(text)) if words[0] == "make"]
        paths = [path for words in made for path in paths_of_arguments(words) if not (ROOT / path).exists()]
        return [words for words in made if words[1] not in targets] + paths

    assert faults(missing) == {}


def test_what_is_typed_stands_in_a_block_that_is_read_here() -> None:
    assert faults(lambda text: sorted({language for language, _ in fences(text)} - LANGUAGES)) == {}
    assert faults(lambda text: TYPED.findall("".join(block for name, block in fences(text) if not name))) == {}


def test_every_setting_named_is_one() -> None:
    known = {f"PRESSWATCH_{field.upper()}{file}" for field in Settings.model_fields for file in ("", "_FILE")}
    known |= of_compose() | of_tests()
    name = re.compile(r"\bPRESSWATCH_[A-Z_]+[A-Z](?![A-Z_…])")
    assert faults(lambda text: sorted(set(name.findall(text)) - known)) == {}


def test_every_metric_named_is_one() -> None:
    known = {name for one in Metrics().described for name in (one.name, *one.series)}
    known |= {path.name for path in ROOT.glob("*/presswatch_*")}
    name = re.compile(r"`(presswatch_\w+)(?:\{[^`]*\})?`")
    assert faults(lambda text: sorted(set(name.findall(text)) - known)) == {}


def test_every_address_of_the_web_service_named_is_a_route() -> None:
    served = {re.sub("{.*?}", "{}", path) for path in routes()} | {"/api/v1/openapi.json"}
    name = re.compile(r"`(?:(?:GET|POST|PUT|DELETE) )?(/(?:api/v1/|livez|readyz|metrics)[^`?]*)[^`]*`")
    assert faults(lambda text: [path for path in name.findall(text) if re.sub("{.*?}", "{}", path) not in served]) == {}


def test_links_lead_somewhere() -> None:
    assert {str(page): dead for page in PAGES if (dead := dead_links(page))} == {}


def test_every_path_named_is_there() -> None:
    def missing(text: str) -> Sequence[str]:
        named = {name for name in re.findall(r"`([\w./*-]+/[\w./*-]*)`", text) if name.startswith(TOP)}
        return sorted(name for name in named - MADE_BY_THE_READER if not any(ROOT.glob(name.rstrip("/"))))

    assert faults(missing) == {}


def test_every_source_file_named_is_there() -> None:
    there = "\n".join(f"/{path.relative_to(ROOT)}" for top in TOP for path in (ROOT / top).rglob("*.*"))
    name = re.compile(r"`((?:\w+/)*\w+\.(?:py|tsv|js|css|ndjson))`")
    assert faults(lambda text: [file for file in name.findall(text) if f"/{file}\n" not in f"{there}\n"]) == {}


def test_every_class_that_a_service_names_is_there() -> None:
    dotted = re.compile(r"`(\w+)\.([A-Z]\w+)(?:\(.*?\)|\.\w+)?`")
    named = [(page, *names) for page in PAGES if is_of_service(page) for names in dotted.findall(page.read_text())]
    assert len(named) > 5
    assert [
        one for one in named if not re.search(rf"^(?:class )?{one[2]}\b", module(one[0], one[1]), re.MULTILINE)
    ] == []


def test_the_index_names_every_page_of_docs() -> None:
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in PAGES if path.parent.name in ("docs", "runbooks")}
    listed = set(re.findall(r"\]\(([^)#]+)", text))
    assert {page for page in pages if "/" not in page or page.endswith("README.md")} - {"README.md"} <= listed


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("presswatch dlq lost", id="no such command"),
        pytest.param("presswatch dlq list --colour red", id="no such option"),
        pytest.param("presswatch --colour red run", id="no such option before the command"),
        pytest.param("presswatch explain", id="an argument is missing"),
        pytest.param("presswatch deliveries show 4711 4712", id="an argument too many"),
        pytest.param("presswatch deliveries list --limit many", id="no such value"),
    ],
)
def test_a_command_that_is_none_is_found_out(words: str) -> None:
    assert refusal(words.split())


def test_all_that_one_line_does_is_read() -> None:
    page = "```sh\nA=1 presswatch status --json > out && docker compose exec web presswatch dlq list  # all\n```\n"
    assert [ours(words) for words in shell_commands(page)] == [
        ["presswatch", "status", "--json"],
        ["presswatch", "dlq", "list"],
    ]


def module(page: Path, name: str) -> str:
    """The source of a module beside a README; empty where there is none."""
    path = page.parent / f"{name}.py"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def others(text: str) -> Sequence[Sequence[str]]:
    return [words for words in shell_commands(text) if not ours(words)]


def paths_of_arguments(words: Sequence[str]) -> Sequence[str]:
    """What `ARGS="tests/…"` hands to pytest."""
    arguments = [word.removeprefix("ARGS=") for word in words if word.startswith("ARGS=")]
    return [path for text in arguments for path in shlex.split(text) if path.startswith("tests/")]


def routes() -> set[str]:
    """As they are declared: to make the application would take longer than all that is read here."""
    found = set()
    for path in (ROOT / "services" / "presswatch_web").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        prefix = re.search(r'APIRouter\(prefix="(.*?)"', source)
        declared = re.findall(r'\.(?:get|post|put|delete|patch|api_route)\(\s*"([^"]*)"', source)
        found |= {f"{prefix[1] if prefix else ''}{route}" for route in declared}
    return found


@cache
def of_compose() -> set[str]:
    """Variables of docker-compose.yml that are no settings."""
    return set(re.findall(r"\$\{(PRESSWATCH_\w+)", (ROOT / "docker-compose.yml").read_text()))


@cache
def of_tests() -> set[str]:
    """Variables that tests read."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")]
    return set(re.findall(r"PRESSWATCH_TEST_[A-Z_]+", "".join(sources)))
