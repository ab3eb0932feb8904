"""How many alerts a series of matching articles gives: the rules between a match and an alert, for a back-test."""

from __future__ import annotations

from presswatch_shared.events import ArticleEnriched

__all__ = ["ExpectedAlerts"]


class ExpectedAlerts:
    """Takes matching articles in the order of their dates; copies of one story give one alert, for the first."""

    def __init__(self) -> None:
        self.stories: set[str] = set()

    def __len__(self) -> int:
        return len(self.stories)

    def fires(self, article: ArticleEnriched) -> bool:
        """Whether this one would have made an alert."""
        if article.story_id in self.stories:
            return False
        self.stories.add(article.story_id)
        return True
