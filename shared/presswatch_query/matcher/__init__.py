"""Which of many watches match an article."""

from presswatch_query.matcher.matcher import Matcher, WatchCost

__all__ = ["Matcher", "WatchCost"]
