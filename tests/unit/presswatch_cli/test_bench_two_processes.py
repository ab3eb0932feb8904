"""What a second process brings, measured on work that is known."""

from __future__ import annotations

import pytest

from presswatch_cli.commands.bench_two_processes import in_two_processes, two_processes_line


def count_down(start: int) -> None:
    while start:
        start -= 1


def test_each_ratio_of_work_that_needs_no_memory_is_of_two_cores_at_most() -> None:
    figures = in_two_processes(count_down, [20_000] * 40, turns=2, warm_up=3)
    assert figures is not None
    assert figures["one"] > 0
    assert figures["two"] > 0
    assert 1.2 < figures["ratio_by_cpu"] < 3
    assert str(figures["ratio_by_cpu"]) in two_processes_line(figures)


def refuse(item: int) -> None:
    raise ValueError(f"{item} is refused")


def test_work_that_fails_is_told_and_no_process_waits_for_it(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="failed"):
        in_two_processes(refuse, [1, 2], turns=1)
    assert "1 is refused" in capfd.readouterr().err
