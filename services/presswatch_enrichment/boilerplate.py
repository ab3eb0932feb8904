"""Paragraphs that are not the article's: its title again, datelines and bylines, "read also", subscription lines.

Extractors see structure; these are told by their words. Only short paragraphs are judged, so that a sentence about a
newsletter stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from presswatch_enrichment.endings import without_ending
from presswatch_enrichment.letters import key_of
from presswatch_enrichment.text_size import words_in

__all__ = ["without_boilerplate"]

TOP = 5
"""Paragraphs in which the title, the date and the author may stand again."""
SHORT_WORDS = 16
BYLINE_WORDS = 12

READ_ALSO = (
    r"(?:read|see|watch|listen)(?: it)? (?:also|more|next|now|on)\b|(?:also|more) (?:read|on this|from|stories)\b"
    r"|related(?: (?:articles|stories|content"
    r"|topics|news))?\s*:?$|recommended|you (?:may|might) (?:also )?(?:like|be interested)|more on this"
    r"|don'?t miss|trending|most (?:read|popular)"
    r"|lesen sie (?:auch|hier|mehr|dazu)|(?:auch|mehr) (?:zum thema|interessant|dazu)|das könnte (?:sie|dich)"
    r"|zum thema\s*:|mehr (?:zum|aus|über)\b"
    r"|(?:à|a) lire (?:aussi|également)|lire (?:aussi|la suite)|voir aussi|sur le même sujet|lea (?:también"
    r"|además)|lee (?:también|además)"
    r"|(?:te|le) puede interesar|más (?:sobre|información)\b|leggi anche|potrebbe interessarti|leia (?:também"
    r"|mais)|lees (?:ook|meer)"
    r"|читайте (?:также|также:)|по теме|les også|läs (?:också|mer|även)|czytaj (?:też|także|więcej)|zobacz (?:też"
    r"|także)|lue myös|læs også"
)
ASKS = (
    r"(?:sign up|subscribe|register|join)\b.{0,60}\b(?:newsletter|daily|weekly|updates|alerts|channel|whatsapp"
    r"|telegram|today|now|here|inbox)"
    r"|get (?:the|our) .{0,40}(?:newsletter|inbox|app)|follow (?:us|me|him|her|@)|(?:share|tweet|comment|print"
    r"|e-?mail|save|copy link|facebook|twitter|whatsapp"
    r"|linkedin|teilen|drucken|merken|partager|imprimer|compartir|condividi|delen|поделиться)$|share (?:this|on"
    r"|via)\b|advertis(?:e?ment|ing)$|anzeige$|werbung$"
    r"|publicidad$|publicité$|pubblicità$|реклама$|passer la publicité|skip (?:ad|advertisement)|continue reading"
    r"|story continues|article continues"
    r"|abonn(?:iere|ez-vous|eer)|suscr[ií]bete|iscriviti|подпис(?:ывайтесь|аться)|newsletter\b.{0,60}(?:abonnieren"
    r"|anmelden|abonnez|suscr)"
    r"|(?:click|tap|klicken sie|hier klicken|haz clic|cliquez) (?:here|hier|ici|aquí)?\b.{0,60}$"
    r"|listen to this article|play (?:video|audio)|loading"
    r"|nutzungsbedingungen|terms of (?:use|service)|privacy policy|cookie"
)
CAPTION = re.compile(
    r"[(\[](?:image|photo|picture|pic|foto|bild|getty|reuters|afp|ap photo)\b[^)\]]{0,60}[)\]]$", re.IGNORECASE
)
CAPTION_WORDS = 40
CLOSES = (
    r"©|\(c\) ?\d{4}|copyright\b|all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos|tutti i diritti|все права"
    r"|with (?:files|reporting|additional reporting) (?:from|by)\b|(?:first|originally) published (?:in|on|by)\b"
    r"|permalink\b|기사입력"
    r"|(?:like|enjoyed?) this (?:story|article)\??|got a (?:tip|story)\b|have (?:a|you got a) (?:tip|story)\b"
    r"|this (?:article|story) (?:was|has been) (?:originally |first )?(?:published|updated|amended)|quelle\s*:"
    r"|source\s*:|(?:photo|image|picture|foto|bild|imagen"
    r"|fotó)s?\s*(?:credit)?\s*[:/|©]|getty images|shutterstock|(?:image|photo) (?:by|courtesy)"
)
ALWAYS = re.compile(rf"^(?:[-–—•>»▶\s]*)(?:{READ_ALSO}|{ASKS}|{CLOSES})", re.IGNORECASE)
STAMP = re.compile(
    r"^(?:(?:published|updated|posted|last (?:updated|modified)|stand|aktualisiert|veröffentlicht|publié(?:e)?"
    r"|mis à jour|publicado|actualizado"
    r"|pubblicato|aggiornato|gepubliceerd|опубликовано|обновлено)\b.{0,60}"
    r"|[\d\s.,:/|\-–apmhuhrUhr]{4,30}|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .{0,20}\d{4}.{0,20}"
    r"|\d{1,2}\.? \w{3,10}\.? \d{4}.{0,24}|\w{3,10} \d{1,2},? \d{4}.{0,24}|\d+ ?(?:min(?:ute)?s?|Min\.?) ?(?:read"
    r"|lesezeit|de lecture|lesen)?.{0,12}"
    r"|\d\d:\d\d ?min.{0,40})$",
    re.IGNORECASE,
)
BY_WORDS = frozenset(("by", "von", "par", "por", "di", "door", "av", "af", "text:", "autor:", "autorin:", "автор:"))
SMALL_WORDS = frozenset(("and", "und", "et", "y", "e", "en", "og", "och", "for", "de", "van", "von", "bin", "al", "in"))


def without_boilerplate(body: str, title: str, authors: Sequence[str] = ()) -> str:
    """The body without such paragraphs; order and wording of the others stay."""
    paragraphs = body.split("\n\n")
    names = {key_of(name) for name in authors}
    kept = [
        paragraph
        for place, paragraph in enumerate(paragraphs)
        if not (_is_boilerplate(paragraph) or (place < TOP and _repeats_the_top(paragraph, key_of(title), names)))
    ]
    return "\n\n".join(without_ending(kept, authors))


def _is_boilerplate(paragraph: str) -> bool:
    words = words_in(paragraph)
    if words <= CAPTION_WORDS and CAPTION.search(paragraph):
        return True
    return words <= SHORT_WORDS and ALWAYS.match(paragraph) is not None


def _repeats_the_top(paragraph: str, title: str, names: set[str]) -> bool:
    key = key_of(paragraph)
    if not key or (title and key == title) or key in names:
        return True
    if words_in(paragraph) > BYLINE_WORDS:
        return False
    return STAMP.match(paragraph) is not None or _is_byline(paragraph.split())


def _is_byline(words: Sequence[str]) -> bool:
    """By, and then nothing but names and numbers, and no full stop as behind a sentence."""
    if len(words) < 3 or words[0].casefold() not in BY_WORDS or words[-1].endswith("."):
        return False
    return all(not word[0].islower() or word in SMALL_WORDS for word in words[1:])
