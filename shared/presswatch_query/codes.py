"""Codes of languages (ISO 639-1) and countries (ISO 3166-1 alpha-2), casefolded, and what is often written instead."""

from __future__ import annotations

__all__ = ["COUNTRIES", "COUNTRY_HINTS", "LANGUAGES", "LANGUAGE_HINTS"]

LANGUAGES_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it
    iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo
    za zh zu
"""
LANGUAGES = frozenset(LANGUAGES_CODES.split())

COUNTRIES_CODES = """
    ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by
    bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk
    fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir
    is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk
    ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm
    pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf
    tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
COUNTRIES = frozenset(COUNTRIES_CODES.split())

LANGUAGE_HINTS = {
    "ara": "ar", "arabic": "ar", "chi": "zh", "chinese": "zh", "cn": "zh", "cz": "cs", "deu": "de", "dutch": "nl",
    "eng": "en", "english": "en", "fra": "fr", "french": "fr", "ger": "de", "german": "de", "gr": "el", "hebrew": "he",
    "in": "id", "italian": "it", "iw": "he", "japanese": "ja", "ji": "yi", "jp": "ja", "kor": "ko", "korean": "ko",
    "kp": "ko", "mo": "ro", "polish": "pl", "por": "pt", "portuguese": "pt", "rus": "ru", "russian": "ru", "sh": "sr",
    "spa": "es", "spanish": "es", "turkish": "tr", "ua": "uk", "ukrainian": "uk", "us": "en", "vn": "vi", "zho": "zh",
}  # fmt: skip

COUNTRY_HINTS = {
    "britain": "GB", "china": "CN", "deu": "DE", "el": "GR", "en": "GB", "esp": "ES", "eng": "GB", "fra": "FR",
    "france": "FR", "gbr": "GB", "germany": "DE", "iran": "IR", "israel": "IL", "italy": "IT", "japan": "JP",
    "russia": "RU", "rus": "RU", "spain": "ES", "su": "RU", "turkey": "TR", "uae": "AE", "uk": "GB", "ukraine": "UA",
    "ukr": "UA", "usa": "US", "venezuela": "VE",
}  # fmt: skip
