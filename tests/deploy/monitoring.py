"""promtool reads config, rules, their tests and the metrics; amtool reads the configs of Alertmanager."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from presswatch_shared.metrics import Metrics
from tests.deploy.programs import ROOT, fails, left_out
from tests.servers.monitoring_tools import tool

__all__ = ["check_alertmanager", "check_prometheus", "every_metric"]

PROMETHEUS = ROOT / "deploy" / "prometheus"
ALERTMANAGER = ROOT / "deploy" / "alertmanager"
HOW = "`python -m tests.servers.monitoring_tools` fetches it where there is apt-get"


def check_prometheus() -> int:
    """How many checks failed."""
    promtool = tool("promtool")
    if promtool is None:
        return left_out("promtool", f"configs, rules and metrics were not read by it ({HOW})")
    configs, rules, tests = (_names(PROMETHEUS, pattern) for pattern in ("*.yml", "rules/*.yml", "tests/*.yml"))
    with tempfile.TemporaryDirectory() as scratch:
        copied = Path(scratch) / "prometheus"
        shutil.copytree(PROMETHEUS, copied)
        # The secret that the operator puts there.
        (copied / "web.token").touch()
        failures = sum(fails([promtool, "check", "config", name], folder=copied) for name in configs)
    failures += fails([promtool, "check", "rules", *rules], folder=PROMETHEUS)
    failures += fails([promtool, "test", "rules", *tests], folder=PROMETHEUS)
    failures += _metrics_fail(promtool)
    text = "".join((PROMETHEUS / name).read_text(encoding="utf-8") for name in [*rules, *tests])
    alerts, records = (len(re.findall(rf"^ +- {kind}: ", text, re.MULTILINE)) for kind in ("alert", "record"))
    cases = len(re.findall(r"^ +- alertname: ", text, re.MULTILINE))
    print(
        f"promtool: {len(configs)} configs, {records} recording rules, {alerts} alerts, {cases} tests of alerts, "
        f"{len(Metrics().described)} metrics"
    )
    return failures


def check_alertmanager() -> int:
    """How many checks failed."""
    amtool = tool("amtool")
    if amtool is None:
        return left_out("amtool", f"deploy/alertmanager was not read by it ({HOW})")
    configs = _names(ALERTMANAGER, "*.yml")
    failures = sum(fails([amtool, "check-config", name], folder=ALERTMANAGER) for name in configs)
    print(f"amtool: {len(configs)} configs")
    return failures


def every_metric() -> Metrics:
    """The catalogue with a number in each of its metrics."""
    metrics = Metrics()
    for one in vars(metrics).values():
        if isinstance(one, MetricWrapperBase) and one._labelnames:
            one.labels(*one._labelnames)
    return metrics


def _metrics_fail(promtool: str) -> int:
    done = subprocess.run(
        [promtool, "check", "metrics"], input=every_metric().expose(), capture_output=True, check=False
    )
    if done.returncode:
        print(f"promtool check metrics:\n{done.stderr.decode()}")
    return int(done.returncode != 0)


def _names(folder: Path, pattern: str) -> Sequence[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern))
