"""How common a token is: a guess by its look, and what the articles seen so far say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

__all__ = ["TokenShares"]

COMMON_WORDS = """
    a about after all also am an and any are as at be because been before being between but by can could day did do does
    first for from had has have he her his how i if in into is it its just last like made make may me more most much my
    new no not now of off on one only or other our out over people s said say says she so some such t than that the
    their them then there these they this time to two under up us was way we were what when where which who will with
    would year years you your
    au aux avec ce ces cette dans de des du elle en est et il la le les leur mais ne nous on ou par pas plus pour que
    qui sa se ses son sont sur un une
    al como con del el en entre es esta este fue ha han las lo los mas muy o para pero por que se ser si sin sobre su
    sus una y
    aber als am auch auf aus bei das dass dem den der des die ein eine einen er es fur haben hat ich im ist mit nach
    nicht noch sich sie sind um und uber von vor war werden wie wird zu zum zur
    che di e gli i il le nel non per piu sono
    a ao as com da das do dos e em foi mais na nas no nos o os pela pelo que sao uma um
    а без был бы в во все для до его ее если есть еще за и из или их к как когда ко кто мы на не него нет но о об от
    по под при с со так также то того только у уже чем что чтобы это этом
"""
COMMON = frozenset(COMMON_WORDS.split())
SHARE_OF_COMMON = 0.5
SHARE_OF_SHORT = 0.08
SHARE_OF_LONG = 0.02
SHORT = 3

LEARN_FROM_EVERY = 8
TRUSTED_AFTER = 64
LEARN_AT_MOST = 1 << 12
MOST_TOKENS = 1 << 18


class TokenShares:
    """The share of articles that have a token; learns from one article in eight, up to some thousands."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._offered = 0
        self._learned = 0

    def __call__(self, token: str) -> float:
        guess = SHARE_OF_COMMON if token in COMMON else SHARE_OF_SHORT if len(token) <= SHORT else SHARE_OF_LONG
        if self._learned < TRUSTED_AFTER:
            return guess
        return (self._counts[token] + guess) / (self._learned + 1)

    def offer(self, tokens: Set[str]) -> None:
        """The tokens of one more article."""
        self._offered += 1
        if self._offered % LEARN_FROM_EVERY == 0 and self._learned < LEARN_AT_MOST and len(self._counts) < MOST_TOKENS:
            self._learned += 1
            self._counts.update(tokens)
