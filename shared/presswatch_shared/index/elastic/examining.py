"""A look at the search server: who it is, how it feels, and whether our templates are there."""

from __future__ import annotations

from presswatch_shared.errors import BadInput
from presswatch_shared.index.elastic.connecting import connect
from presswatch_shared.index.elastic.failures import asking
from presswatch_shared.index.elastic.searching import count_articles
from presswatch_shared.index.elastic.setting_up import missing_templates
from presswatch_shared.index.elastic.settings import ElasticSettings

__all__ = ["examine"]


def examine(settings: ElasticSettings) -> str:
    """One line of what was seen.

    Raises:
        ServerUnreachable: nobody answers.
        BadInput: the version does not fit, templates are missing, or its health is red.
        Retry: it answers that it cannot.
    """
    server = connect(settings)
    try:
        if missing := missing_templates(server, settings):
            raise BadInput(f"{server.product} at {settings.where} lacks our templates: {', '.join(missing)}")
        with asking(settings.where, "asking for its health"):
            health = server.client.cluster.health()["status"]
            articles = count_articles(server.client, settings.articles)
        if health == "red":
            raise BadInput(f"{server.product} at {settings.where} is red: shards are missing")
        return f"{server.product} at {settings.where}, {health}, {articles:,} articles"
    finally:
        server.client.close()
