"""Pages in scripts with other blanks and full stops than English has."""

from __future__ import annotations

import pytest

from presswatch_enrichment.extract import extract
from presswatch_enrichment.summary import summarise
from presswatch_enrichment.text_size import words_in
from tests.fixtures.saved_pages import page

TEXTS = {
    "ar": (
        "أعلنت هيئة الميناء يوم الاثنين أن السفن ستعود إلى الجزر بعد أن هدأت العاصفة التي ضربت الساحل.",
        "وقال مدير الهيئة إن العمال أصلحوا الرصيف القديم، وإن الركاب ينتظرون منذ الصباح الباكر. هل تصل السفينة؟",
    ),
    "zh": (
        "港务局星期一宣布，风暴过去之后，渡轮将重新开往外岛，第一班船已经载着两百名乘客离开码头。",
        "相关部门表示，工人们连夜修好了旧码头，灯塔的新灯也已点亮，居民们在岸边等候了整整一个早晨。",
    ),
    "ja": (
        "港湾局は月曜日、嵐が過ぎたため離島への渡し船を再開すると発表し、最初の便は二百人を乗せて出港した。",
        "局長によると、作業員は夜通し古い桟橋を修理し、灯台の新しいランプもともり、住民は朝から岸で待っていた。",
    ),
    "th": (
        "สำนักงานท่าเรือประกาศเมื่อวันจันทร์ว่าเรือข้ามฟากจะกลับมาแล่นไปยังเกาะรอบนอกหลังจากพายุสงบลงแล้ว",
        "ผู้อำนวยการกล่าวว่าคนงานซ่อมท่าเรือเก่าตลอดทั้งคืนและผู้โดยสารรออยู่ที่ชายฝั่งตั้งแต่เช้าตรู่ของวันนี้",
    ),
    "hi": (
        "बंदरगाह कार्यालय ने सोमवार को कहा कि तूफान के बाद बाहरी द्वीपों के लिए नौका फिर से चलने लगी है।",
        "निदेशक ने बताया कि मज़दूरों ने पूरी रात पुराने घाट की मरम्मत की और यात्री सुबह से किनारे पर खड़े थे।",
    ),
    "el": (
        "Το λιμεναρχείο ανακοίνωσε τη Δευτέρα ότι τα πλοία ξεκινούν πάλι για τα νησιά μετά την καταιγίδα.",
        "Ο διευθυντής είπε ότι οι εργάτες επισκεύασαν τη νύχτα την παλιά αποβάθρα και ο κόσμος περίμενε από το πρωί.",
    ),
    "he": (
        "רשות הנמל הודיעה ביום שני כי המעבורת לאיים החיצוניים חוזרת לפעול לאחר שהסערה שככה בלילה.",
        "המנהל אמר כי הפועלים תיקנו את הרציף הישן כל הלילה, והנוסעים המתינו על החוף משעות הבוקר המוקדמות.",
    ),
    "ru": (
        "Портовая служба сообщила в понедельник, что паром снова ходит к дальним островам после шторма.",
        "Начальник службы сказал, что рабочие всю ночь чинили старый причал, а пассажиры ждали на берегу с утра.",
    ),
}


def article(lang: str, *, around: str = "", times: int = 2) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXTS[lang] * times)
    links = "".join(f'<li><a href="/{i}">{TEXTS[lang][0][:24]}</a></li>' for i in range(40))
    return (
        f'<html lang="{lang}"><head><meta charset="utf-8"><title>{TEXTS[lang][0][:20]}</title></head><body>'
        f"<div><ul>{links}</ul></div><div><h1>{TEXTS[lang][0][:20]}</h1><div>{text}</div></div>{around}</body></html>"
    )


@pytest.mark.parametrize("lang", TEXTS)
def test_the_text_is_found_among_links_in_any_script(lang: str) -> None:
    found = extract(page(article(lang, times=1)))
    assert found.outcome == "article"
    assert found.body.split("\n\n") == list(TEXTS[lang])


@pytest.mark.parametrize("lang", TEXTS)
def test_a_cookie_notice_makes_no_wall_of_an_article(lang: str) -> None:
    notice = "<div>We value your privacy. Accept all cookies. Manage your consent.</div>"
    assert extract(page(article(lang, around=notice, times=4))).outcome == "article"


@pytest.mark.parametrize("lang", TEXTS)
def test_the_summary_is_whole_sentences_of_the_text(lang: str) -> None:
    body = "\n\n".join(TEXTS[lang])
    summary = summarise("", body, lang)
    assert summary.startswith(TEXTS[lang][0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Two words", 2, id="blanks"),
        pytest.param("灯塔点亮", 2, id="two ideographs are a word"),
        pytest.param("เรือข้ามฟาก", 2, id="five letters of Thai are a word"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_a_text_is_measured_in_words(text: str, words: int) -> None:
    assert words_in(text) == words


def test_a_chinese_paragraph_that_begins_like_a_list_of_other_articles_stays() -> None:
    assert "相关部门表示" in extract(page(article("zh"))).body
