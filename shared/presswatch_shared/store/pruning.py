"""Retention: what is over and old is removed, in batches that hold no lock for long. Nothing that waits is removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, delete, select, tuple_

from presswatch_shared.clock import Micros
from presswatch_shared.store.alerts import seen_articles
from presswatch_shared.store.articles import article_versions, articles
from presswatch_shared.store.database import Tx
from presswatch_shared.store.deliveries import deliveries
from presswatch_shared.store.digests import digests
from presswatch_shared.store.frontier import DONE as PAGE_DONE
from presswatch_shared.store.frontier import REFUSED, frontier
from presswatch_shared.store.inbox import KEPT, inbox
from presswatch_shared.store.inbox import PENDING as AWAITS_DIGEST
from presswatch_shared.store.ledger import ledger
from presswatch_shared.store.notices import notices
from presswatch_shared.store.outbox import PENDING, STATES, outbox
from presswatch_shared.store.signatures import day_of, signature_bands, signatures

__all__ = ["BATCH", "Cutoffs", "Rule", "prune_some", "rules"]

BATCH = 1_000
OVER = [state for state in STATES if state != PENDING]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """Moments before which what is over is forgotten."""

    visits: Micros
    """Visits in the ledger, pages of the frontier, earlier texts of articles."""
    deliveries: Micros
    """Deliveries that ended, and tries."""
    inbox: Micros
    """Alerts in the inbox, digests and notices. What was marked as kept stays."""
    stories: Micros
    """Signatures of texts: copies are looked for no farther back."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that may go."""

    table: Table
    over: ColumnElement[bool]


def rules(cutoffs: Cutoffs) -> Sequence[Rule]:
    """In order: what refers to another table goes first."""
    day = day_of(cutoffs.stories)
    newest = select(articles.c.version).where(articles.c.article_id == article_versions.c.article_id).scalar_subquery()
    old_text = and_(article_versions.c.fetched_at < cutoffs.visits, article_versions.c.version < newest)
    ended = and_(
        outbox.c.state.in_(OVER), outbox.c.due_at < cutoffs.deliveries, outbox.c.finished_at < cutoffs.deliveries
    )
    told = and_(inbox.c.created_at < cutoffs.inbox, inbox.c.state != KEPT, inbox.c.told != AWAITS_DIGEST)
    return (
        Rule(ledger, and_(ledger.c.opened_at < cutoffs.visits, ledger.c.fetch_outcome != "")),
        Rule(frontier, and_(frontier.c.state.in_([PAGE_DONE, REFUSED]), frontier.c.due_at < cutoffs.visits)),
        Rule(article_versions, old_text),
        Rule(seen_articles, seen_articles.c.seen_at < cutoffs.visits),
        Rule(deliveries, and_(deliveries.c.at < cutoffs.deliveries, ~_waits(cutoffs))),
        Rule(outbox, ended),
        Rule(inbox, told),
        Rule(digests, digests.c.created_at < cutoffs.inbox),
        Rule(notices, notices.c.created_at < cutoffs.inbox),
        Rule(signature_bands, signature_bands.c.day < day),
        Rule(signatures, signatures.c.day < day),
    )


def prune_some(tx: Tx, rule: Rule, *, limit: int = BATCH) -> int:
    """Remove up to `limit` rows; says how many there were. Rows that another process holds are left."""
    key = tuple_(*rule.table.primary_key.columns)
    some = select(*rule.table.primary_key.columns).where(rule.over).limit(limit)
    return tx.execute(delete(rule.table).where(key.in_(some.with_for_update(skip_locked=True)))).rowcount


def _waits(cutoffs: Cutoffs) -> ColumnElement[bool]:
    """Whether the delivery of a try goes on."""
    waiting = and_(outbox.c.state == PENDING, outbox.c.created_at < cutoffs.deliveries)
    return deliveries.c.outbox_id.in_(select(outbox.c.id).where(waiting))
