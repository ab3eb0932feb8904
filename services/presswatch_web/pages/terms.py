"""Stable codes of the store and the stages as words: states, outcomes, reasons, kinds, roles.

A code that is not here is shown as it is, its underscores as spaces: words of other programs, such as the reason that a
server gives, have no end.
"""

from __future__ import annotations

from presswatch_shared.texts import Text, gettext

__all__ = ["SCOPES", "TERMS", "scope_term", "term"]


def term(code: str) -> str:
    """The words for a code."""
    return TERMS.get(str(code)) or str(code).replace("_", " ")


def scope_term(scope: str) -> str:
    """What a token with this scope may do."""
    return SCOPES.get(scope, scope)


SCOPES: dict[str, Text] = {
    "read": gettext("read everything"),
    "write": gettext("make and change"),
    "admin": gettext("administer"),
    "metrics": gettext("read metrics"),
}
TERMS: dict[str, Text] = {
    # What is named in articles.
    "person": gettext("person"),
    "organisation": gettext("organisation"),
    "place": gettext("place"),
    "weapon": gettext("weapon"),
    "vehicle": gettext("vehicle"),
    # States of watches, sources, channels, users and deliveries.
    "active": gettext("active"),
    "paused": gettext("paused"),
    "removed": gettext("removed"),
    "retired": gettext("retired"),
    "disabled": gettext("switched off"),
    "pending": gettext("waiting"),
    "delivered": gettext("delivered"),
    "given_up": gettext("given up"),
    "channel_disabled": gettext("channel switched off"),
    "dropped": gettext("dropped"),
    "superseded": gettext("superseded"),
    # Outcomes of a try to deliver.
    "gone": gettext("gone for good"),
    "rejected": gettext("rejected"),
    "redirected": gettext("redirected"),
    "timeout": gettext("no answer in time"),
    "unreachable": gettext("unreachable"),
    "blocked": gettext("address not allowed"),
    "failed": gettext("failed"),
    "bounced": gettext("bounced"),
    "deferred": gettext("put off by the receiver"),
    # What is delivered, and over what.
    "fired": gettext("alert"),
    "updated": gettext("update"),
    "digest": gettext("digest"),
    "test": gettext("test"),
    "notice": gettext("notice"),
    "webhook": gettext("webhook"),
    "email": gettext("e-mail"),
    "apprise": gettext("chat or push"),
    "feed": gettext("feed"),
    "inbox": gettext("inbox"),
    # Why an alert stands in the inbox alone.
    "muted": gettext("story muted"),
    "snoozed": gettext("watch snoozed"),
    "quiet_hours": gettext("quiet hours"),
    "cool_down": gettext("cool-down"),
    "rate": gettext("too many in an hour"),
    "watch_removed": gettext("watch removed"),
    # Kinds of sources, and how looking at them went.
    "site": gettext("site"),
    "sitemap": gettext("sitemap"),
    "unknown": gettext("unknown"),
    "read": gettext("read"),
    "lenient": gettext("read despite faults"),
    "not_modified": gettext("nothing new"),
    "robots": gettext("forbidden by robots.txt"),
    "robots_unreachable": gettext("robots.txt unreachable"),
    "redirects": gettext("redirected without end"),
    "unreadable": gettext("unreadable"),
    "too_large": gettext("too large"),
    "too_slow": gettext("too slow"),
    "dns": gettext("host unknown"),
    "tls": gettext("no trusted connection"),
    "connect": gettext("no connection"),
    "protocol": gettext("broken answer"),
    "address": gettext("address not allowed"),
    "malformed": gettext("no address"),
    "refused": gettext("refused"),
    "broken": gettext("broken"),
    # Why a page is no article, and a message is set aside.
    "soft_404": gettext("not found, though it says 200"),
    "bot_challenge": gettext("test for robots"),
    "redirect_stub": gettext("forwarding page"),
    "consent_wall": gettext("asks for consent"),
    "login_wall": gettext("asks for a login"),
    "paywall_stub": gettext("behind a paywall"),
    "index_page": gettext("list of articles"),
    "not_html": gettext("not HTML"),
    "empty": gettext("without text"),
    "too_complex": gettext("too complex"),
    "memory": gettext("needs too much memory"),
    "undecodable": gettext("cannot be decoded"),
    "unindexable": gettext("cannot be indexed"),
    "killed": gettext("ended the process"),
    "poison": gettext("can never be handled"),
    # Parts of the product.
    "store": gettext("store"),
    "stream": gettext("stream"),
    "index": gettext("index"),
    "crawler": gettext("crawler"),
    "enrichment": gettext("enrichment"),
    "indexing": gettext("indexing"),
    "alerting": gettext("alerting"),
    "delivery": gettext("delivery"),
    # Roles.
    "reader": gettext("reader"),
    "analyst": gettext("analyst"),
    "admin": gettext("admin"),
    # When a watch tells.
    "instant": gettext("at once"),
    "hourly": gettext("hourly digest"),
    "daily": gettext("daily digest"),
    "weekly": gettext("weekly digest"),
    "monday": gettext("Monday"),
    "tuesday": gettext("Tuesday"),
    "wednesday": gettext("Wednesday"),
    "thursday": gettext("Thursday"),
    "friday": gettext("Friday"),
    "saturday": gettext("Saturday"),
    "sunday": gettext("Sunday"),
}
