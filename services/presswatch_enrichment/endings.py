"""What stands behind an article: sign-offs, lines about its author, asks and lists of other articles.

Told by words, and only in the last paragraphs, so that an article about a newsletter keeps its middle.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from presswatch_enrichment.text_size import words_in

__all__ = ["without_ending"]

LAST = 6
"""Paragraphs from the end that are looked at."""
LAST_SHARE = 0.35
LINE_WORDS = 70
BIO_WORDS = 110

SIGN_OFF = (
    r"\(?(?:additional |with )?(?:reporting|writing|research) (?:by|from)\b|\(?(?:edited|compiled|translated) by\b"
    r"|.{0,120}\bcontributed (?:to this (?:report|article|story)|(?:reporting|research))|\(?mit (?:material"
    r"|informationen) (?:von|der)\b"
    r"|\(?avec (?:afp|reuters)\b|\(?con información de\b|\(?с (?:материалами|использованием)\b"
    r"|\(?mit .{0,30}\b(?:dpa|afp|reuters|apa)\)?$"
)
ASK = (
    r"(?:write|email|reach|contact|send tips) (?:to )?\S+.{0,40}@|.{0,60}(?:e-?mail|reach"
    r"|contact)(?:ed)?\b.{0,60}\S@\S"
    r"|follow .{0,80}(?:on|at) (?:twitter|x|facebook|instagram|google news)|.{0,60}(?:folge|suivez|síguenos"
    r"|sigue)\b.{0,60}(?:whatsapp|twitter|facebook|instagram|telegram|google)"
    r"|(?:do you )?have (?:a|any) (?:tip|story|question|information)s?\b|know (?:anything|something) about\b"
    r"|(?:please )?(?:sign up|subscribe|download|bookmark|support (?:us|our)|become a member|join (?:us|our|the))\b"
    r"|.{0,120}\b(?:newsletters?|nyhedsbrev|nyhetsbrev|рассылк\w+)\b.{0,160}(?:sign|anmeld|abonn|subscri|inscri"
    r"|suscri|kostenlos|postfach|inbox|e-?mail|подпи)"
    r"|.{0,80}(?:whatsapp|telegram)[- ]?(?:kanal|channel|canal)|(?:leave|post|add|write) (?:a|your) comment"
    r"|tell us what you think"
    r"|comments?(?: comments?)?$|(?:filed|posted) (?:under|in)\b|tags?:|schlagw[oö]rter|etiketler|etiquetas|теги:"
    r"|mots-clés"
    r"|(?:you can )?view (?:our|more|all)\b|explore further|there'?s (?:plenty )?more where"
    r"|more (?:ap|great|from|on|news|stories|coverage)\b|(?:for|find) more (?:information|coverage|stories|news)\b"
    r"|.{0,40}full coverage\b|watch .{0,60}(?:video|below|above)|hat ihnen dieser artikel|.{0,60}lesekomfort"
    r"|vous (?:avez|pouvez).{0,40}abonn"
    r"|(?:the )?views? (?:and opinions? )?expressed|we want to hear|note: we are"
)
LINE = re.compile(rf"^[-–—•>»▶*\s]*(?:{SIGN_OFF}|{ASK})", re.IGNORECASE)
HEADING = re.compile(
    r"^(?:about (?:the )?(?:author|writer)s?|more (?:great|from|on|stories|news|in|about)\b|related\b"
    r"|read (?:more|next|also)|see also|most (?:read|popular)"
    r"|(?:you )?(?:may|might) also|recommended|story timeline|something to consider|latest\b|trending|popular"
    r"|comments?$"
    r"|über (?:den|die) autor|zur person|mehr (?:zum|aus|von|zu)\b|das könnte|weitere (?:artikel|nachrichten"
    r"|meldungen|themen)|quellen?:?$|audio und video zum thema"
    r"|(?:à|a) lire|sur le même|en savoir plus|lea también|más (?:información|noticias|sobre)|te puede"
    r"|noticias relacionadas"
    r"|leggi anche|leia (?:também|mais)|lees (?:ook|meer)|czytaj|zobacz|les også|läs (?:också|mer)"
    r"|самые популярные|читайте также|по теме|также по теме|関連|あわせて読みたい|相关|延伸阅读|관련|인기)",
    re.IGNORECASE,
)
HEADING_WORDS = 8
IS = re.compile(
    r"[,\s(]*(?:\d{2,4}\)?[,\s]*)?(?:is\b|was\b|are\b|has\b|covers\b|writes\b|reports\b|joined\b|ist\b|war\b"
    r"|sind\b|schreibt\b|berichtet\b|arbeitet\b"
    r"|est\b|es\b|è\b|é\b|är\b|er\b|jest\b|—|–|-|:)",
    re.IGNORECASE,
)


def without_ending(paragraphs: Sequence[str], authors: Sequence[str]) -> Sequence[str]:
    """The paragraphs up to where the article ends."""
    end = _end_by_heading(paragraphs)
    looked_at = 0
    kept = list(paragraphs[:end])
    position = len(kept) - 1
    while position > 0 and looked_at < LAST:
        looked_at += 1
        if _is_line(kept[position]) or _is_about(kept[position], authors):
            del kept[position]
        elif looked_at > LAST // 2:
            break
        position -= 1
    return kept


def _end_by_heading(paragraphs: Sequence[str]) -> int:
    """Where a heading begins that introduces other articles, if little follows it."""
    total = sum(map(len, paragraphs))
    behind = 0
    end = len(paragraphs)
    for index in range(len(paragraphs) - 1, 0, -1):
        behind += len(paragraphs[index])
        if behind > LAST_SHARE * total:
            break
        if words_in(paragraphs[index]) <= HEADING_WORDS and HEADING.match(paragraphs[index]):
            end = index
    return end


def _is_line(paragraph: str) -> bool:
    return words_in(paragraph) <= LINE_WORDS and LINE.match(paragraph) is not None


def _is_about(paragraph: str, authors: Sequence[str]) -> bool:
    """Begins with the author's name, and says who that is."""
    if words_in(paragraph) > BIO_WORDS:
        return False
    return any(len(name) > 4 and paragraph.startswith(name) and _tells(paragraph[len(name) :]) for name in authors)


def _tells(rest: str) -> bool:
    return not rest.strip() or IS.match(rest) is not None
