from __future__ import annotations

import pytest

from presswatch_enrichment.language import detect_language

TEXTS = {
    "en": (
        "Port orders two rescue ships",
        "The authority of the port has ordered two rescue ships, its director said.",
    ),
    "es": ("El embalse vuelve a llenarse", "Las lluvias de enero han devuelto el agua al embalse del valle."),
    "fr": (
        "Le phare brille de nouveau",
        "Le gardien du phare a allumé la nouvelle lampe lundi soir devant les habitants.",
    ),
    "de": (
        "Hafen bestellt Rettungsschiffe",
        "Die Hafenbehörde hat zwei Schiffe bestellt, wie ihr Leiter am Mittwoch sagte.",
    ),
    "it": ("Il faro torna a brillare", "Il guardiano ha acceso la nuova lampada davanti agli abitanti del paese."),
    "pt": (
        "O farol voltou a brilhar",
        "O faroleiro acendeu a nova lâmpada na segunda-feira à noite diante dos moradores.",
    ),
    "nl": ("Haven bestelt reddingsschepen", "De havendienst heeft twee schepen besteld, zei de directeur woensdag."),
    "ru": ("Маяк снова зажгли", "Смотритель поднялся на башню и включил новую лампу, которую привезли из города."),
    "uk": ("Маяк знову засвітили", "Доглядач піднявся на вежу й увімкнув нову лампу, яку привезли з обласного центру."),
    "pl": ("Latarnia znowu świeci", "Latarnik wszedł na wieżę i włączył nową lampę, którą przywieziono z miasta."),
    "cs": ("Maják znovu svítí", "Strážce vystoupal na věž a zapnul novou lampu, kterou přivezli z města."),
    "sv": ("Fyren lyser igen", "Fyrvaktaren gick upp i tornet och tände den nya lampan som hade kommit från staden."),
    "da": ("Fyret lyser igen", "Fyrpasseren gik op i tårnet og tændte den nye lampe, som var kommet fra byen."),
    "no": ("Fyret lyser igjen", "Fyrvokteren gikk opp i tårnet og tente den nye lampen som var kommet fra byen."),
    "fi": (
        "Majakka valaisee taas",
        "Majakanvartija nousi torniin ja sytytti uuden lampun, joka oli tuotu kaupungista.",
    ),
    "hu": ("Újra világít a torony", "A toronyőr felment és bekapcsolta az új lámpát, amelyet a városból hoztak."),
    "ro": ("Farul luminează din nou", "Paznicul a urcat în turn și a aprins lampa nouă adusă din oraș."),
    "tr": ("Fener yeniden yandı", "Bekçi kuleye çıktı ve şehirden getirilen yeni lambayı yaktı."),
    "el": ("Ο φάρος άναψε ξανά", "Ο φύλακας ανέβηκε στον πύργο και άναψε τη νέα λάμπα που ήρθε από την πόλη."),
    "ar": ("المنارة تضيء من جديد", "صعد الحارس إلى البرج وأشعل المصباح الجديد الذي جاء من المدينة."),
    "zh": ("灯塔重新点亮", "管理员周一晚上登上塔楼，打开了从城里运来的新灯，居民们聚集在码头观看。"),
    "ja": ("灯台が再び点灯", "灯台守は月曜日の夜に塔に登り、町から運ばれた新しいランプをつけた。"),
    "ko": ("등대에 다시 불이 켜졌다", "등대지기는 월요일 저녁 탑에 올라가 도시에서 가져온 새 등을 켰다."),
}


@pytest.mark.parametrize("lang", TEXTS)
def test_the_language_of_an_article_is_told(lang: str) -> None:
    assert detect_language(*TEXTS[lang]) == lang


# Their words are also those of a sister language.
SISTERS = {"Fyren lyser igen": {"sv", "da"}}


@pytest.mark.parametrize("lang", TEXTS)
def test_the_language_of_a_headline_alone_and_of_half_a_sentence_is_told(lang: str) -> None:
    title, body = TEXTS[lang]
    assert detect_language(title, "") in SISTERS.get(title, {lang})
    assert detect_language("", body[:40]) == lang


def test_the_pages_own_claim_does_not_overrule_the_text() -> None:
    assert detect_language(*TEXTS["de"], hint="en") == "de"


@pytest.mark.parametrize(("text", "expected"), [("", ""), ("12:30", ""), ("Rostec", "")])
def test_nothing_is_said_of_a_text_too_short_to_tell(text: str, expected: str) -> None:
    assert detect_language(text, "") == expected
    assert detect_language(text, "", hint="sv") == "sv"


def test_capitals_and_control_characters_do_no_harm() -> None:
    title, body = TEXTS["en"]
    assert detect_language(title.upper(), body.upper()) == "en"
    assert detect_language(title, body.replace(" ", " \x00\ud800 ")) == "en"
