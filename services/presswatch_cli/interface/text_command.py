"""A command that takes a text which may begin with a minus, as a query may: `-Caracas` is no option."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

__all__ = ["TextCommand"]


class TextCommand(TyperCommand):
    """What begins with one minus and is no option of the command is the text."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        options = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        texts = [arg for arg in args if arg[:1] == "-" and arg[:2] != "--" and arg != "-" and arg not in options]
        if texts and "--" not in args:
            args = [*(arg for arg in args if arg not in texts), "--", *texts]
        return super().parse_args(ctx, args)
