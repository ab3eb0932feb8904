"""The one entry point: runs a command and turns what goes wrong into a sentence and an exit code."""

from __future__ import annotations

import os
import sys

from presswatch_cli.reader import ReaderLeft
from presswatch_shared.errors import BadInput, CheckFailed, PresswatchError, Retry, ServerUnreachable

__all__ = ["main"]

EXIT_CODES: tuple[tuple[type[PresswatchError], int], ...] = (
    (CheckFailed, 1),
    (BadInput, 2),
    (ServerUnreachable, 3),
    # What a long-running loop would try again, a command says and leaves to the user.
    (Retry, 3),
    (PresswatchError, 2),
)

INTERRUPTED = 128 + 2


def main() -> None:
    """Run `presswatch …`; exits with 0 done, 1 a check failed, 2 wrong use or bad input, 3 a server is away."""
    try:
        from presswatch_cli.interface.root import app

        app()
    except PresswatchError as error:
        print(f"presswatch: {error}", file=sys.stderr)  # noqa: T201 (the sentence for the user)
        sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except KeyboardInterrupt:
        # Ctrl-C before the command took over: there is nothing to finish.
        sys.exit(INTERRUPTED)
    except (ReaderLeft, BrokenPipeError):
        # Nothing more must be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
