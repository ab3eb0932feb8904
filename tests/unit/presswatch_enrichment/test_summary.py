from __future__ import annotations

import time

import pytest

from presswatch_enrichment.sentences import sentences
from presswatch_enrichment.summary import count_words, keyphrases, summarise

CHINESE = (
    "管理员周一晚上登上塔楼，打开了从城里运来的新灯。居民们聚集在码头观看新灯点亮的时刻。"
    "港口管理局表示，新灯将帮助渔民在冬天安全回港。管理局还说，旧灯将在博物馆展出。天气很好。"
)
ENGLISH = (
    "The harbour office has bought a new lamp for the lighthouse of Eastmere.\n\n"
    "Mr. Dahl said that the old lamp had failed twice in the winter storms. It rained a little in the afternoon. "
    "Fishermen had asked the harbour office for a stronger lamp, because the lighthouse marks the reef. "
    "The bakery sold out early."
)


@pytest.mark.parametrize(
    ("title", "body", "lang"),
    [
        pytest.param("The new lamp", ENGLISH, "en", id="English"),
        pytest.param("灯塔重新点亮", CHINESE, "zh", id="Chinese"),
    ],
)
def test_a_summary_is_made_of_the_texts_own_sentences_and_begins_with_the_first(
    title: str, body: str, lang: str
) -> None:
    own = list(sentences(body))
    summary = summarise(title, body, lang)
    assert summary.startswith(own[0])
    assert sum(sentence in summary for sentence in own) == 3
    assert summary == summarise(title, body, lang)


def test_a_title_and_a_full_stop_of_an_abbreviation_cut_no_sentence() -> None:
    assert "Mr. Dahl said that the old lamp had failed twice in the winter storms." in list(sentences(ENGLISH))


def test_keyphrases_are_what_the_text_comes_back_to() -> None:
    assert {"harbour office", "lighthouse"} <= set(keyphrases("The new lamp", ENGLISH, "en"))


def test_keyphrases_of_a_text_without_blanks_are_runs_of_its_characters() -> None:
    assert {"管理局", "新灯"} <= set(keyphrases("灯塔重新点亮", CHINESE, "zh"))


def test_words_of_a_text_without_blanks_are_its_characters() -> None:
    assert count_words("新灯亮了。") == 4
    assert count_words("Three words here, and 2 more") == 6


def test_a_text_that_repeats_itself_costs_no_more_time() -> None:
    started = time.process_time()
    keyphrases("", "灯" * 100_000, "zh")
    keyphrases("", "lamp " * 50_000, "en")
    summarise("", "灯。" * 50_000, "zh")
    assert time.process_time() - started < 3
