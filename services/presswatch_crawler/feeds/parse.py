"""One way into all formats of feeds: the strict parsers first, then the lenient one."""

from __future__ import annotations

from presswatch_crawler.feeds.charset import decode_document
from presswatch_crawler.feeds.json_feed import parse_json_feed
from presswatch_crawler.feeds.model import Feed, UnreadableFeed
from presswatch_crawler.feeds.strict import NotWellFormed, parse_strict

__all__ = ["parse_any", "parse_well_formed"]


def parse_well_formed(body: bytes, content_type: str, url: str) -> Feed:
    """JSON or strict XML.

    Raises:
        NotWellFormed: for the lenient parser.
    """
    text = decode_document(body, content_type)
    return parse_json_feed(text, url) if text.lstrip()[:1] == "{" else parse_strict(text, url)


def parse_any(body: bytes, content_type: str, url: str) -> Feed:
    """Strict, else lenient. Only for a process that may be killed.

    Raises:
        UnreadableFeed: no feed.
    """
    try:
        return parse_well_formed(body, content_type, url)
    except NotWellFormed:
        # feedparser is imported only where it is needed: most feeds are well-formed.
        from presswatch_crawler.feeds.lenient import parse_lenient

        try:
            return parse_lenient(decode_document(body, content_type), url)
        except NotWellFormed as error:
            raise UnreadableFeed(f"no feed: {error}") from error
