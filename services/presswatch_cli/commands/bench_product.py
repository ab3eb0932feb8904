"""Roles of the product in a process of their own, for `presswatch bench pipeline`: its outlets stand in no DNS.

`python -m presswatch_cli.commands.bench_product DATA NAMES ROLE…` runs until its standard input closes. NAMES is JSON:
host → [address, port]. Where a file `stores.json` lies beside DATA, it has the settings of the stores.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from presswatch_cli.commands.bench_stdin import until_stdin_closes
from presswatch_cli.commands.run import serve_parts
from presswatch_cli.composition import Parts
from presswatch_cli.data_folder import hold, prepare
from presswatch_shared.http.resolving import ResolverMap
from presswatch_shared.logs import configure
from presswatch_shared.settings import BindAddress, Settings

__all__ = ["STORES", "bench_settings", "main"]

STORES = "stores.json"
ANY_PORT = BindAddress(host="127.0.0.1", port=0)


def bench_settings(folder: Path) -> Settings:
    """Embedded stores in the folder or those of `stores.json`; no waiting between fetches, no second poll of a feed."""
    named = folder.parent / STORES
    return Settings(
        **(json.loads(named.read_bytes()) if named.exists() else {}),
        data=folder,
        bind=ANY_PORT,
        metrics_bind=ANY_PORT,
        crawler_host_delay=0.0,
        crawler_min_interval=3600.0,
        log_level="WARNING",
    )


async def _run(settings: Settings, names: ResolverMap, roles: Sequence[str]) -> None:
    stop = asyncio.Event()
    watching = asyncio.create_task(until_stdin_closes())
    watching.add_done_callback(lambda _: stop.set())
    await serve_parts(Parts(settings, names=names), roles, stop, lambda _: None)
    watching.cancel()


def main() -> None:
    folder, names, roles = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    settings = bench_settings(prepare(folder))
    configure(settings.log_level)
    with hold(folder, "run" if len(roles) > 1 else roles[0]):
        asyncio.run(_run(settings, {host: (address, port) for host, (address, port) in names.items()}, roles))


if __name__ == "__main__":
    main()
