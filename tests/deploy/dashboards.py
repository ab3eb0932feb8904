"""Every query of Grafana's dashboards parses, and asks for series and labels that there are."""

from __future__ import annotations

import json

from tests.deploy.programs import ROOT
from tests.fixtures.alert_rules import faults

__all__ = ["check_dashboards"]


def check_dashboards() -> int:
    """How many queries are wrong."""
    boards = [json.loads(path.read_text()) for path in sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))]
    queries = [target["expr"] for board in boards for panel in board["panels"] for target in panel["targets"]]
    wrong = {query: found for query in queries if (found := faults(query))}
    for query, found in wrong.items():
        print(f"{query}:\n{'; '.join(found)}")
    print(f"Grafana: {len(boards)} dashboards, {sum(len(b['panels']) for b in boards)} panels, {len(queries)} queries")
    return len(wrong)
