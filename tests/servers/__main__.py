"""`python -m tests.servers up|down|with|keep`: the servers of `make servers-up`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.servers.errors import ServerUnavailable
from tests.servers.keeping import keep
from tests.servers.kinds import KINDS, SECURED
from tests.servers.standing import down, run_with, up


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start all, return when they are ready")
    commands.add_parser("down", help="stop all")
    runner = commands.add_parser("with", help="run a command while they stand")
    runner.add_argument("argument", nargs=argparse.REMAINDER)
    keeper = commands.add_parser("keep", help="hold some until told to end")
    keeper.add_argument("names", nargs="+", choices=[*KINDS, *SECURED])
    keeper.add_argument("--folder", type=Path, required=True)
    keeper.add_argument("--owner", type=int)
    chosen = parser.parse_args()
    try:
        if chosen.command == "keep":
            keep(chosen.names, chosen.folder, chosen.owner)
        elif chosen.command == "with":
            sys.exit(run_with(chosen.argument))
        else:
            print({"up": up, "down": down}[chosen.command]())
    except ServerUnavailable as error:
        sys.exit(str(error))


main()
