"""Recognise opt-outs in the headings and cells of a list by parts of words, in about twenty languages.

Tables of whole words miss what people inflect and combine: "Datum der Abmeldung", "désabonnée", "수신거부일". In come normalised texts
(`csv_columns.plain`); it never decides what becomes of a line.
"""

import re
from typing import Final, Literal

# What no list uses for anything but people who get no mail.
_CERTAIN: Final = (
    r"un-?sub|\bun subscri|\bopt(?:ed)?[ -]?out|\bnever subscribed|\b(?:not|non)[ -]?subscribed|do(?: ?not|n'?t) ?(?:e-?mail|mail|contact|send)"
    r"|abgemeld|abmeld|abbestell|ausgetragen|austragung|werbewiderspruch|d[ée]sabonn|d[ée]sinscri|desuscri|dessinscri|desinscri|descadastr"
    r"|disiscri|disdett|dado de baja|fecha de baja|uitgeschreven|uitschrijv|afgemeld|afmeld|wypisan|wypisz|rezygna|odhl[aá][sš]|odjav|leiratkoz"
    r"|avmeld|afmeldt|avregistr|avprenumer|avslutad|peruut|отпис|отказал|退会|配信停止|配信不可|受信拒否|購読解除|解除済|希望しない|退订|退訂"
    r"|取消订阅|取消訂閱|不接收|不发送|수신 ?거부|수신 ?차단|구독 ?(?:취소|해지|중지)|메일 ?(?:거부|안 ?받)|이메일 ?안 ?받"
)
# In a heading or a status, these are about the list as well; in a note or a tag they may mean anything.
_LIKELY: Final = (
    r"|black ?list|block ?list|suppress|complain|\bspam|\bjunk\b|\bban(?:ned|nis?)?\b|deactivat|deaktiv|d[ée]sactiv|desactiv|disattiv"
    r"|gesperrt|sperr(?:e|ung|liste|vermerk)|widerspr(?:uch|ochen)|widerruf|k[üu]e?ndig|gek[üu]e?ndigt|objection|objected|opposition|opposed"
    r"|\bno ?e?-?mails?\b|\bbaja\b|cancell?a\w* (?:\w+ )?(?:inscri|assinatura|suscri|iscri)|cancelou"
    r"|停止|解除|탈퇴|해지|退出|заблокир|tilbakek|återkall"
)
_HEADING: Final = re.compile(
    _CERTAIN
    + _LIKELY
    + r"|\b(?:removed|deleted|eras(?:ed|ure)|forget|forgotten|deceased|verstorben|gelöscht|austritt|ausgetreten|beendet)\b|\bleft (?:the list|on|at)\b"
)
_STATUS: Final = re.compile(
    _CERTAIN
    + _LIKELY
    + r"|cancel+[ao]?t?[ao]?\b|cancel(?:l?ed|ad[oa])|\bremoved|\bdeleted|\barchived|gelöscht|supprim|eliminad|eliminat|usunięt|удал"
    r"|取消|거부|\bblock"
)
_CELL: Final = re.compile(
    rf"(?:{_CERTAIN}|^(?:no|kein\w*|aucun\w*|nessun\w*|sin|sem|nenhum\w*|geen|brak|ingen) (?:e-?mails?|mails?|correos?|posta|courriels?|newsletters?)\b)"
)
LONGEST_CELL = 30  # characters: more is somebody's note
# "Not subscribed", "kein Newsletter", "sans consentement": a flag whose meaning is turned round.
_NEGATED: Final = re.compile(
    r"(?:^|\b)(?:not?|non|never|kein\w*|nicht|ohne|sin|sem|senza|sans|pas de|geen|niet|bez|nie|ingen|ikke)[ -](?:(?!of )\w+ )?"
    r"(?:subscribed|newsletters?|e-?mails?|mailings?|marketing|consent|permission|opt(?:ed)?[ -]?in|abonn|angemeld|werbung|suscri|iscri|inscri)"
)
_OTHER_CHANNEL: Final = re.compile(
    r"\b(?:sms|mms|whats ?app|telegram|phone|telefon|telephone|call|push|fax|postal|letters?)\b"
)
_ABOUT: Final = re.compile(r"\b(?:link|url|href|text|wording|notes?|source|ip|version)$")
_DECLINES: Final = re.compile(
    r"^(?:non?|none|not|off|never|nein|nee|nie|kein\w*|nicht|ohne|nem|nej|ei|ikke|ingen|ne|hayır|нет|не|sin|sem|senza|sans|pas)\b[ -]?|^(?:不|否|未|안 ?|미|拒|×|✗|✘|✕|❌)"
    r"|しない|不可|不要|不希望|拒否|停止|거부|거절|안함|안 함|미동의|미수신|철회|transactional"
)
_ENABLED: Final = re.compile(
    r"^(?:subscribed|opted[ -]in|opt-in|active|none|no opt-?out|abonniert|angemeldet|inscrit|suscrito|iscritto|subscribe)$"
)

Meaning = Literal["opted_out", "ignored"]


def of_heading(text: str) -> Meaning | None:
    """What a heading says of opt-outs; `ignored` if it concerns other channels than mail, or only a link or text."""
    if _ABOUT.search(text) or (_OTHER_CHANNEL.search(text) and "mail" not in text):
        return "ignored"
    return "opted_out" if _NEGATED.search(text) or _HEADING.search(text) else None


def is_status(text: str) -> bool:
    """Whether a word for a subscriber's status means that they get no mail."""
    return len(text) <= LONGEST_CELL and _STATUS.search(text) is not None


def in_cell(text: str) -> bool:
    """Whether a cell says so whatever its heading is about."""
    return len(text) <= LONGEST_CELL and _CELL.search(text) is not None


def declines(text: str) -> bool:
    """Whether the answer to "do you want mail?" is no."""
    return in_cell(text) or _DECLINES.search(text) is not None


def is_none(text: str) -> bool:
    """Whether a cell under "opted out" says that they did not."""
    return _ENABLED.search(text) is not None
