"""Golden vectors: text → tokens (text, position, start, end). They change only with ANALYSER_VERSION."""

from __future__ import annotations

import gc
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presswatch_query import ANALYSER_VERSION, analyse
from presswatch_query.analyser import token_places, token_texts
from presswatch_query.normal_forms import ORDERLY_RUN, normal_form

CHUNK = 1 << 12
GOLDEN: Sequence[tuple[str, str, str]] = [
    ("nothing", "", ""),
    ("white space", " \t\n\u3000", ""),
    ("only signs", "— … ?! €", ""),
    ("a word", "Rostec", "rostec@0-6"),
    ("case", "ROSTEC rOsTeC", "rostec@0-6 rostec@7-13"),
    ("a designator", "Su-30MK2", "su@0-2 30@3-5 mk@5-7 2@7-8"),
    ("a designator without hyphen", "Su30MK2", "su@0-2 30@2-4 mk@4-6 2@6-7"),
    ("an abbreviation", "U.S.", "u@0-1 s@2-3"),
    ("a domain", "rostec.ru", "rostec@0-6 ru@7-9"),
    ("a grouped number", "3,500", "3@0-1 500@2-5"),
    ("a letter between numbers", "4x4", "4@0-1 x@1-2 4@2-3"),
    ("signs of programming", "C++ C# .NET", "c@0-1 c@4-5 net@8-11"),
    ("an underscore separates", "foo_bar", "foo@0-3 bar@4-7"),
    ("an address", "https://x.com/a?b=c", "https@0-5 x@8-9 com@10-13 a@14-15 b@16-17 c@18-19"),
    ("possessive, typewriter", "Rostec's chief", "rostec@0-6 chief@9-14"),
    ("possessive, typographic", "Rostec’s chief", "rostec@0-6 chief@9-14"),
    ("possessive, modifier letter", "Rostecʼs", "rostec@0-6"),
    ("possessive, full width", "Rostec＇s", "rostec@0-6"),
    ("possessive in capitals", "ROSTEC'S CHIEF", "rostec@0-6 chief@9-14"),
    ("possessive after a number", "Su-30’s", "su@0-2 30@3-5"),
    ("possessive after a full stop", "U.S.’s", "u@0-1 s@2-3"),
    ("possessive after two full stops stays", "U..'s", "u@0-1 s@4-5"),
    ("possessive twice", "a's's b", "a@0-1 b@6-7"),
    ("possessive and a full stop after it", "a's.'s b", "a@0-1 b@7-8"),
    ("possessive before a number", "Rostec's30", "rostec@0-6 30@8-10"),
    ("possessive before Han", "Rostec's苏", "rostec@0-6 苏@8-9"),
    ("no possessive: two apostrophes", "Rostec''s", "rostec@0-6 s@8-9"),
    ("no possessive: a longer word", "O'Sullivan's", "o@0-1 sullivan@2-10"),
    ("no possessive: s goes on", "rock'sn", "rock@0-4 sn@5-7"),
    ("no possessive: s with a mark", "rock's\u0301", "rock@0-4 s@5-7"),
    ("no possessive: s goes on after a joiner", "rock's\u200dn", "rock@0-4 sn@5-8"),
    ("no possessive: full-width s", "rock'ｓ", "rock@0-4 s@5-6"),
    ("no possessive: long s", "rock'ſ", "rock@0-4 s@5-6"),
    ("no possessive: s with an accent", "rock'š", "rock@0-4 s@5-6"),
    ("no possessive: nothing before", "'s", "s@1-2"),
    ("letters of one word from ASCII and beyond it", "smørrebrød 7½ «Éva’s»", "smorrebrod@0-10 712@11-13 eva@15-18"),
    ("no possessive: space before", "rock 's", "rock@0-4 s@6-7"),
    ("no possessive: opening quote", "rock‘s", "rock@0-4 s@5-6"),
    ("no possessive: joiner before the apostrophe", "rock\u200d's", "rock@0-4 s@6-7"),
    ("no possessive after Han", "苏's", "苏@0-1 s@2-3"),
    ("no possessive after a Thai letter with a mark", "ซี's", "ซี@0-2 s@3-4"),
    ("possessive after a Latin letter with a mark", "cafe\u0301's", "cafe@0-5"),
    ("an apostrophe separates", "İstanbul'da", "istanbul@0-8 da@9-11"),
    ("a modifier apostrophe separates", "Oʻzbekʼiston", "oʻzbek@0-6 iston@7-12"),
    ("apostrophe inside a letter", "ŉ", "n@0-1"),
    ("Turkish letters", "İstanbul DIYARBAKIR Diyarbakır", "istanbul@0-8 diyarbakir@9-19 diyarbakir@20-30"),
    ("sharp s", "Straße STRAẞE", "strasse@0-6 strasse@7-13"),
    ("fold table", "Łódź Tromsø Đặng Æon œuvre ıl", "lodz@0-4 tromso@5-11 dang@12-16 aeon@17-20 oeuvre@21-26 il@27-29"),
    ("fold table under marks", "ǿ ǽ", "o@0-1 ae@2-3"),
    ("letters that stay", "ŋ þ ð ħ", "ŋ@0-1 þ@2-3 ð@4-5 ħ@6-7"),
    ("Latin marks", "Chávez Cha\u0301vez", "chavez@0-6 chavez@7-14"),
    ("Vietnamese", "Nguyễn", "nguyen@0-6"),
    ("full width", "Ｓｕ－３０", "su@0-2 30@3-5"),
    ("ligature", "ﬁnance", "finance@0-6"),
    ("small capitals and superscripts", "xʰ ᴀ", "xh@0-2 ᴀ@3-4"),
    ("ordinals", "1ª Nº", "1@0-1 a@1-2 no@3-5"),
    ("soft hyphen and joiner", "Ro\u00adstec Ros\u200dtec", "rostec@0-7 rostec@8-15"),
    ("format characters around a word", "\u200eRostec\u200f", "rostec@1-7"),
    ("a format character inside a number separates", "3\u200d0", "3@0-1 0@2-3"),
    ("a format character between letter and number", "Su\u00ad30", "su@0-2 30@3-5"),
    ("a variation selector hangs on", "a\ufe0fb", "ab@0-3"),
    ("an emoji separates", "a❤️b", "a@0-1 b@3-4"),
    ("a mark at the beginning separates", "\u0301abc", "abc@1-4"),
    ("a mark after a number separates", "3\u0301a", "3@0-1 a@2-3"),
    ("Cyrillic", "Маду́ро ёлка йод Київ Ўзбек", "мадуро@0-7 елка@8-12 иод@13-16 киів@17-21 узбек@22-27"),
    ("Greek", "ΡΩΣΊΑΣ ρωσίας", "ρωσιασ@0-6 ρωσιασ@7-13"),
    ("Greek with iota subscript", "ᾳ", "αι@0-1"),
    ("Hebrew points", "שָׁלוֹם", "שלום@0-7"),
    ("Hebrew quotes separate", 'צה"ל', "צה@0-2 ל@3-4"),
    ("Arabic vowels and tatweel", "شَرِكة كـَتب", "شركة@0-6 كـتب@7-12"),
    ("Arabic presentation form", "ﷲ", "الله@0-1"),
    ("Devanagari marks stay", "कि की", "कि@0-2 की@3-5"),
    ("Bengali", "বাংলাদেশ", "বাংলাদেশ@0-8"),
    ("Tamil", "தமிழ்", "தமிழ்@0-5"),
    ("Georgian", "საქართველო ᲡᲐᲥ", "საქართველო@0-10 საქ@11-14"),
    ("Armenian", "Հայաստան և", "հայաստան@0-8 եւ@9-10"),
    ("Ethiopic", "ኢትዮጵያ", "ኢትዮጵያ@0-5"),
    ("Han", "苏-30战斗机", "苏@0-1 30@2-4 战@4-5 斗@5-6 机@6-7"),
    ("Han beside Latin", "中国BBC报道", "中@0-1 国@1-2 bbc@2-5 报@5-6 道@6-7"),
    ("Han compatibility form", "\uf900", "豈@0-1"),
    ("Han beyond the basic plane", "𠮷野", "𠮷@0-1 野@1-2"),
    ("kana", "ロシアの", "ロ@0-1 シ@1-2 ア@2-3 の@3-4"),
    ("kana with a combining voice mark", "か\u3099く", "が@0-2 く@2-3"),
    ("half-width kana", "ｶﾞｽ ﾛｼｱ", "ガ@0-2 ス@2-3 ロ@4-5 シ@5-6 ア@6-7"),
    ("prolonged sound mark", "ミサイルー", "ミ@0-1 サ@1-2 イ@2-3 ル@3-4 ー@4-5"),
    ("iteration and closing marks", "人々〆", "人@0-1 々@1-2 〆@2-3"),
    ("Thai", "รัสเซีย", "รั@0-2 ส@2-3 เ@3-4 ซี@4-6 ย@6-7"),
    ("Lao", "ລາວ", "ລ@0-1 າ@1-2 ວ@2-3"),
    ("Khmer", "កម្ពុជា", "ក@0-1 ម្@1-3 ពុ@3-5 ជា@5-7"),
    ("Myanmar", "မြန်မာ", "မြ@0-2 န်@2-4 မာ@4-6"),
    ("Hangul", "로스텍이 발표했다", "로스텍이@0-4 발표했다@5-9"),
    ("Hangul in pieces", "\u1105\u1169\u1109\u1173", "로스@0-4"),
    ("numbers of other scripts", "٣٥ ३५ ๓๕", "٣٥@0-2 ३५@3-5 ๓๕@6-8"),
    ("fractions and enclosed numbers", "½ ² Ⅳ ① ⑴", "12@0-1 2@2-3 iv@4-5 1@6-7 1@8-9"),
    ("Han numbers in circles", "㊀", "一@0-1"),
    ("mathematical letters", "𝐑ostec", "rostec@0-6"),
    ("Deseret", "𐐀𐐨", "𐐨𐐨@0-2"),
    ("control characters", "a\0b\x1fc", "a@0-1 b@2-3 c@4-5"),
    ("lone surrogates", "a\ud800b", "a@0-1 b@2-3"),
    ("private use", "a\ue000b", "a@0-1 b@2-3"),
    ("typographic punctuation", "“It’s” — ‘ok’…", "it@1-3 ok@10-12"),
    ("a letter newer than the tables separates", "a\ua7cbb", "a@0-1 b@2-3"),
]


def rendered(text: str) -> str:
    return " ".join(f"{token.text}@{token.start}-{token.end}" for token in analyse(text))


@pytest.mark.parametrize(("text", "tokens"), [pytest.param(*row[1:], id=row[0]) for row in GOLDEN])
def test_the_tokens_of(text: str, tokens: str) -> None:
    assert rendered(text) == tokens
    assert [token.position for token in analyse(text)] == list(range(len(analyse(text))))


@pytest.mark.parametrize("text", [pytest.param(row[1], id=row[0]) for row in GOLDEN])
def test_the_quick_ways_give_the_same(text: str) -> None:
    tokens = analyse(text)
    assert token_texts(text) == [token.text for token in tokens]
    assert token_places(text) == [(token.start, token.end) for token in tokens]
    assert [token.text for token in analyse(f"{text} é")][:-1] == [token.text for token in tokens]


def test_the_version_is_the_first() -> None:
    assert ANALYSER_VERSION == 1


def stands_for_itself(char: str) -> bool:
    """Whether it is a letter or a number; U+02BC is an apostrophe."""
    return unicodedata.category(char)[0] in "LN" and char != "\u02bc"


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="compares with the Unicode data of Python 3.11")
def test_a_character_by_itself_is_a_token_if_it_is_a_letter_or_number() -> None:
    for first in (*range(0, 0x32000, CHUNK), 0xE0000, 0x10F000):
        chars = [chr(point) for point in range(first, first + CHUNK)]
        expected = [2 * at for at, char in enumerate(chars) if stands_for_itself(char)]
        assert [token.start for token in analyse(" ".join(chars))] == expected


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_tokens_are_in_order_and_come_from_their_places(text: str) -> None:
    end = 0
    for token in analyse(text):
        assert end <= token.start < token.end
        end = token.end
        assert [other.text for other in analyse(text[token.start : token.end])] == [token.text]
    assert end <= len(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("aAsS '’ʼ.é3苏ซี\u0301\u200d-ß")))
def test_texts_and_places_agree_with_the_tokens(text: str) -> None:
    tokens = analyse(text)
    assert token_texts(text) == [token.text for token in tokens]
    assert token_places(text) == [(token.start, token.end) for token in tokens]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_ascii_short_cut_cuts_as_the_whole_rules_do(text: str) -> None:
    assert [token[:3] for token in analyse(text)] == [token[:3] for token in analyse(f"{text} é")[:-1]]


MARKS = st.text(
    alphabet=st.sampled_from("\u0301\u0316\u0334\u0345\u0344\u093f\u3099\u20dd\ufe0f\u0f73\u0f71\U0001d165")
)


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="compares with the Unicode data of Python 3.11")
@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["a", "か", "क", "\u1100\u1161", ""]), MARKS, MARKS)
def test_long_runs_of_marks_have_the_same_normal_forms(letter: str, some: str, others: str) -> None:
    text = letter + some + "\u0316\u0301" * ORDERLY_RUN + others + "b"
    assert normal_form("NFC", text) == unicodedata.normalize("NFC", text)
    assert normal_form("NFKC", text) == unicodedata.normalize("NFKC", text)
    assert normal_form("NFD", text) == unicodedata.normalize("NFD", text)


def test_what_a_newer_python_knows_is_unknown_to_the_normal_forms() -> None:
    assert normal_form("NFC", "\U00011383e\u0301\u0897") == "\U00011383é\u0897"


def test_a_text_that_cannot_be_folded_leaves_nothing_to_the_garbage_collector() -> None:
    token_texts("Москва и Каракас: a long text")
    gc.collect()
    gc.disable()
    try:
        token_texts("Москва и Каракас: a long text")
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_very_many_different_words_give_the_tokens_of_each_by_itself() -> None:
    endings = ["é", "й", "ΐ", "ﬁ", "कि", "\u00ad", "ẞ", "ﷺ", "ｱﾞ", "\u0301\u0323"]
    words = [f"ж{chr(0x430 + n % 32)}{chr(0x3B1 + n // 32 % 16)}{n}{endings[n % 10]}" for n in range(20_000)]
    alone = [token for word in words for token in token_texts(word)]
    assert token_texts(" ".join(words)) == alone
    assert [token.text for token in analyse(" ".join(words))] == alone
