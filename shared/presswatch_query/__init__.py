"""The watch language: analyser, grammar, reference evaluator, live matcher, and why an article matched or did not.

Pure: nothing here connects, reads settings or the clock.
"""

from presswatch_query.aliases import Aliases
from presswatch_query.analyser import ANALYSER_VERSION, Token, analyse
from presswatch_query.article import AnalysedArticle, Article, analyse_article
from presswatch_query.evaluation import Evaluation, Span, evaluate
from presswatch_query.explanation import Explanation, explain
from presswatch_query.matcher import Matcher, WatchCost
from presswatch_query.parsing import Query, check, parse
from presswatch_query.problems import BadAlias, Check, Problem, QueryRejected

__all__ = [
    "ANALYSER_VERSION",
    "Aliases",
    "AnalysedArticle",
    "Article",
    "BadAlias",
    "Check",
    "Evaluation",
    "Explanation",
    "Matcher",
    "Problem",
    "Query",
    "QueryRejected",
    "Span",
    "Token",
    "WatchCost",
    "analyse",
    "analyse_article",
    "check",
    "evaluate",
    "explain",
    "parse",
]
