"""Recognise the columns of other programs' lists, and their words for a subscriber's status.

Ghost, Substack, Mailchimp, Buttondown, listmonk, Sendy, Google, Outlook and Thunderbird, and headers that people write, in ten languages.
A heading that is not in the tables is read by the words in it, and a cell that says "unsubscribed" is heeded whatever its heading: mailing
someone who opted out is worse than asking someone again.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeVar

from digest.model import SubscriberStatus
from digest.subscribers import csv_opt_outs

T = TypeVar("T", bound=str)
Role = Literal[
    "address",
    "name",
    "first",
    "last",
    "status",
    "trends",
    "language",
    "consent",
    "added",
    "opted_out",  # a date, a flag or a reason: set if the person opted out
    "wants",  # a flag that is off if they opted out
    "bounced",  # set if their mail bounced
    "confirmed",  # a flag that is off if they never confirmed their address
    "frequency",
    "minutes",
    "zone",
    "weights",
    "plain",
    "paused_until",
    "ignored",
]
_WORDS: Final[Mapping[Role, str]] = {
    "address": """address, email, e-mail, mail, email address, e-mail address, emailaddress, email_address, primary email, e-mail 1 - value,
        email 1 - value, e-mail 1, subscriber email, subscriber, contact email, member email, work email, user email, your email,
        e-mail-adresse, email-adresse, emailadresse, mailadresse, mail-adresse, adresse e-mail, adresse email, adresse mail, courriel,
        adresse de courriel, adresse électronique, mél, correo, correo electrónico, correo electronico, dirección de correo,
        dirección de correo electrónico, dirección de email, indirizzo e-mail, indirizzo email, indirizzo di posta elettronica, posta elettronica,
        endereço de e-mail, endereço de email, endereço eletrônico, e-mailadres, emailadres, mailadres, adres e-mail, adres email, adres poczty
        elektronicznej, epost, e-post, e-postadress, epostadresse, e-postadresse, e-mailadresse, sähköposti, sähköpostiosoite, e-mailová adresa,
        электронная почта, адрес электронной почты, почта, эл. почта, имейл, e-posta, e-posta adresi, eposta, メールアドレス, メール, eメール,
        电子邮件, 电子邮箱, 邮箱, 邮件地址, 邮箱地址, 電子郵件, 電子信箱, 이메일, 이메일 주소, البريد الإلكتروني, דוא"ל""",
    "name": """name, full name, fullname, display name, display_name, subscriber name, contact name, your name, nom complet, anzeigename,
        vollständiger name, nombre completo, nome completo, nome e cognome, volledige naam, naam, weergavenaam, imię i nazwisko, namn, navn, nimi,
        jméno a příjmení, имя и фамилия, фио, полное имя, ad soyad, 名前, 氏名, お名前, 姓名, 名称, 이름, 성명, الاسم, שם""",
    "first": """first name, firstname, first_name, first, fname, given name, given_name, forename, vorname, rufname, prénom, prenom, nombre,
        nombre de pila, nome, primeiro nome, voornaam, imię, imie, förnamn, fornavn, etunimi, jméno, имя, ad, 名""",
    "last": """last name, lastname, last_name, last, lname, surname, family name, family_name, nachname, familienname, nom, nom de famille,
        apellido, apellidos, cognome, sobrenome, apelido, achternaam, nazwisko, efternamn, etternavn, efternavn, sukunimi, příjmení, фамилия,
        soyad, soyadı, 姓""",
    "status": """status, state, subscription status, subscriber status, subscription_status, email status, member status, subscriber_type,
        subscriber type, zustand, statut, estado, stato, stan, tila, stav, статус, durum, ステータス, 状态, 狀態, 상태""",
    "trends": "trends",
    "language": """language, lang, locale, preferred language, subscriber language, sprache, langue, idioma, lingua, taal, język, språk, язык, dil,
        言語, 语言, 語言, 언어""",
    "consent": "consent",
    "frequency": "frequency",
    "minutes": "minutes",
    "zone": "zone",
    "weights": "weights",
    "plain": "plain",
    "paused_until": "paused_until, paused until, pause until, pause, snoozed until, snooze until",
    "added": """added, created_at, created at, creation_date, creation date, subscribed_at, optin_time, confirm_time, date added,
        subscription date, sign-up date, signup date""",
    "opted_out": """unsubscribed, unsubscribe, unsubscribed_at, unsubscribed at, unsub_time, unsub date, unsubscribe date, unsubscription_date,
        unsubscription date, date unsubscribed, opt out, opt-out, optout, opted out, opted_out, opted_out_at, has opted out of email, email opt out,
        do not email, do not mail, do not contact, donotemail, email_disabled, email disabled, disabled, blocklisted, blacklisted, blocked,
        suppressed, suppression, removed, removed_at, deleted, deleted_at, archived, complained, complaint, complaints, spam complaint,
        marked as spam, is_spam, unsub_reason, unsubscription_reason, unsubscribe reason, churn_date, abgemeldet, abgemeldet am, abbestellt,
        désabonné, désinscrit, date de désinscription, baja, dado de baja, cancelado, disiscritto, cancellato, cancelou, descadastrado,
        uitgeschreven, afgemeld, wypisany, wypisano, avregistrerad, avmeldt, afmeldt, odhlášen, отписан, отписался, дата отписки, abonelikten
        çıktı, 退会, 配信停止, 已退订, 退订, 取消订阅, 구독 취소, 수신거부""",
    "wants": """subscribed, subscribed_to_emails, subscribed to emails, is_subscribed, email opt in, opt in, opt-in, optin, opted in,
        accepts marketing, accepts email marketing, email marketing consent, marketing consent, newsletter, wants mail, receives mail, active, enabled,
        is_active, abonniert, aktiv, angemeldet, abonné, inscrit, suscrito, iscritto, inscrito, ingeschreven, zapisany, подписан, 订阅, 購読中""",
    "bounced": """bounced, bounced_at, bounce date, hard bounced, hard_bounced, hard bounce, clean_time, cleaned, undeliverable,
        undeliverability_date, undeliverable at, invalid, unzustellbar, rebotado, rebondi, rimbalzato""",
    "confirmed": """confirmed, activated, activated at, is_confirmed, verified, email_verified, email verified, email confirmed, double opt-in, bestätigt, confirmé,
        confirmado, confermato, bevestigd, potwierdzony, подтвержден, 確認済み, 已确认, 확인됨""",
}
# Tried in this order, after opt-outs, on headings that no table has; "active_subscription" and "subscription plan" are about payment.
_HEADING_PARTS: Final[Sequence[tuple[Role, re.Pattern[str]]]] = (
    ("status", re.compile(r"статус|状态|狀態|状況|상태")),
    (
        "bounced",
        re.compile(
            r"\b(?:e-?mail|address) (?:is )?(?:bad|invalid|error)|\bmail error|\binvalid e?-?mail|bounc|undeliver|unzustellbar|rebot|rebond|rimbalz|반송|退信|不達|エラー配信"
        ),
    ),
    (
        "wants",
        re.compile(
            r"\bopt(ed)? ?-?in\b|(?<!active )\bsubscribed\b|consent|permission|newsletter|\bdigests?\b|\bmarketing\b|wants? e?-?mail"
            r"|receives? e?-?mail|einwilligung|consentement|consentimiento|consenso|toestemming|zgoda|согласи|рассылк|newslett|nyhetsbrev|nieuwsbrief|b[üu]lten|h[íi]rlev[ée]l|uutiskirje|bolet[ií]n|infolettre|bollettino"
            r"|biuletyn|\bodb[eě]r\b|\babo\b|\bmailing\b|recibir|recevoir|ricever|receber|ontvang|erhalten|empf[aä]ng|notifications?"
            r"|mails? (?:ok|enabled|allowed|permitted)|(?:can|may|allow|enable|send) e?-?mails?|mailable|同意|수신 ?동의|마케팅 ?동의"
            r"|配信(?:可否|希望)|メルマガ|メール配信|メール受信|配信|订阅|訂閱|구독|수신 ?여부|메일 ?수신|뉴스레터"
        ),
    ),
    (
        "status",
        re.compile(r"\bstat(e|us)\b|\btype\b|zustand|statut|estado|situaç|situac|\bstato\b|статус|状态|狀態|状況|상태"),
    ),
)
_STATUSES: Final[Mapping[SubscriberStatus, str]] = {
    "active": """active, subscribed, enabled, confirmed, regular, premium, paid, free, trialed, gifted, comped, complimentary, registered,
        opted in, verified, member, true, yes, aktiv, abonniert, abonné, suscrito, iscritto, inscrito, ingeschreven, zapisany, подписан, 已订阅,
        購読中, activo, actif, attivo, ativo, actief, aktywny, aktivní, активен, активный,
        abonnée, abonnés, inscrite, suscrita, iscritta, inscrita, ativa, activa, attiva, deliverable, valid, author, 已激活, 正常,
        구독 중, 구독중, 구독, 수신, 동의, 활성, 订阅中, 已確認, 配信中, 登録済み, express, implied, granted""",
    "unconfirmed": """unconfirmed, pending, unactivated, not confirmed, awaiting confirmation, double opt-in pending, unverified, unbestätigt, validating,
        needs attention, not activated, ausstehend, en attente, pendiente, pendente, in attesa, 미인증, 未確認, 待确认""",
    "paused": "paused, snoozed, inactive, suspended by user, inaktiv, inactif, inactivo, inativo, inattivo, inactief, nieaktywny",
    "unsubscribed": """unsubscribed, unsubscribe, opted out, opt-out, optout, complained, complaint, spam, spammy, marked as spam, blocklisted,
        blacklisted, blocked, disabled, removed, deleted, archived, churned, cancelled, canceled, suppressed, false, no, abgemeldet, abbestellt,
        désabonné, désinscrit, baja, disiscritto, cancellato, cancelado, descadastrado, uitgeschreven, wypisany, odhlášen, odhlášeno, avmeldt,
        afmeldt, avregistrerad, отписан, отписался, 已退订, 退会, 退订, 配信停止, 수신거부, 수신 거부, 구독 취소, 구독취소, 해지, 거부, 미동의,
        dado de baja, de baja, never_subscribed, never subscribed, not subscribed, non-subscribed, nonsubscribed, withdrawn, revoked, declined,
        denied, refused, reported spam, abuse, by_user, by_admin, by_moderator, unsubscribed by admin, global unsubscribe""",
    "suspended": """suspended, bounced, hard bounced, hard bounce, soft bounced, bouncing, bounce, hard, cleaned, undeliverable, invalid, failed,
        unzustellbar, 자동삭제, 자동 삭제, 반송, недоступен, by_bounces, inactive (bounced), rejected, dropped""",
}
# Words that have other meanings in a column about something else: places, payments, tasks.
_AMBIGUOUS: Final = """baja, de baja, spam, disabled, removed, deleted, archived, blocked, churned, cancelled, canceled, cancelado, cancellato,
    failed, invalid, rejected, dropped, hard, bounce, declined, denied, refused, revoked, withdrawn, abuse, false, no, 거부, 해지"""
_OFF = frozenset(
    [
        "0",
        "0.0",
        "false",
        "f",
        "no",
        "n",
        "off",
        "none",
        "null",
        "nil",
        "-",
        "never",
        "nein",
        "non",
        "nee",
        "nie",
        "não",
        "nao",
        "нет",
        "否",
        "いいえ",
        "no.",
        "falsch",
        "faux",
        "falso",
        "onwaar",
        "fałsz",
        "ложь",
        "아니오",
        "아니요",
        "아뇨",
        "미동의",
        "거부",
        "不",
        "不同意",
        "しない",
        "denied",
        "withdrawn",
        "revoked",
        "declined",
    ]
)
_ZERO: Final = re.compile(r"0+(?:[.,]0+)? ?%?")
_EMPTY = frozenset(["", "-", "none", "null", "nil", "n/a", "na", "0000-00-00", "0000-00-00 00 00 00"])


def _table(words: Mapping[T, str]) -> dict[str, T]:
    return {plain(word): role for role, listed in words.items() for word in re.sub(r"\s+", " ", listed).split(", ")}


_DASHES_AND_QUOTES: Final = str.maketrans("‐‑‒–—−’‘ʼ", "------'''")


def plain(text: str) -> str:
    """A heading or word normalised for lookup: case, composition of accents, and separators."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES_AND_QUOTES)
    return " ".join(re.sub(r"[\s_*:\u200b\u2060\ufeff]+", " ", folded).split())


_ROLES = _table(_WORDS)
_BY_WORD = _table(_STATUSES)
_UNMISTAKABLE = {word: found for word, found in _BY_WORD.items() if found in ("unsubscribed", "suspended")}
for _word in re.sub(r"\s+", " ", _AMBIGUOUS).split(", "):
    _UNMISTAKABLE.pop(plain(_word), None)
_CERTAIN_STATUS: Final = frozenset(
    ["status", "subscription status", "subscriber status", "email status", "member status", "subscriber type"]
)
_PHPLIST: Final = "htmlemail"
_TELLING = frozenset(_BY_WORD) - {"true", "yes", "false", "no"}
_REPEATABLE: Final = ("ignored", "opted_out", "wants", "bounced", "confirmed")


def roles(cells: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> tuple[str, ...]:
    """The role of each column; empty if no column has addresses. Of several columns with one role, only the first has it.

    Args:
        cells: the header's.
        rows: some of the lines that follow. A column of states or types is one of statuses only if they have a known status.
    """
    found = [_role(cell) for cell in cells]
    if _PHPLIST in map(plain, cells):  # says how people came to be on the list, and is 0 for most of them
        found = ["ignored" if plain(cell) == "optedin" else role for cell, role in zip(cells, found, strict=True)]
    if "address" not in found:
        return ()
    once: list[str] = []
    for at, role in enumerate(found):
        repeated = role in once and role not in _REPEATABLE
        about_another = role == "status" and plain(cells[at]) not in _CERTAIN_STATUS and not _tells_statuses(rows, at)
        once.append("ignored" if repeated or about_another else role)
    return tuple(once)


def _tells_statuses(rows: Sequence[Sequence[str]], at: int) -> bool:
    words = [plain(row[at]) for row in rows if at < len(row)]
    return any(word in _TELLING or csv_opt_outs.is_status(word) for word in words)


def _role(heading: str) -> Role:
    exact = _ROLES.get(plain(heading))
    if exact:
        return exact
    words = plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading))
    by_parts: Role = next((role for role, parts in _HEADING_PARTS if parts.search(words)), "ignored")
    return csv_opt_outs.of_heading(words) or by_parts


def status(word: str) -> SubscriberStatus | None:
    """The status for a word of any program, or None."""
    text = plain(word)
    return _BY_WORD.get(text) or ("unsubscribed" if csv_opt_outs.is_status(text) else None)


def known_statuses() -> tuple[str, ...]:
    return tuple(_STATUSES)


def stopped(cells: Iterable[tuple[str, str]]) -> SubscriberStatus | None:
    """The status that a line's flags, dates and words give to someone who must not be mailed, or None. Cells are role and value."""
    found: SubscriberStatus | None = None
    for role, value in cells:
        text = plain(value)
        if role == "opted_out" and not _is_off(text) and not csv_opt_outs.is_none(text):
            return "unsubscribed"
        if (role == "consent" and _is_no(text)) or (role == "wants" and _declines(text)):
            return "unsubscribed"
        if role == "bounced" and not _is_off(text):
            found = "suspended"
        elif role == "confirmed" and text in _OFF - _EMPTY:
            found = found or "unconfirmed"
        elif role == "ignored" and csv_opt_outs.in_cell(text):
            found = "unsubscribed"
        elif role == "ignored" and text in _UNMISTAKABLE:
            found = _UNMISTAKABLE[text]
    return found


def _is_off(text: str) -> bool:
    return text in _OFF or text in _EMPTY or _ZERO.fullmatch(text) is not None


def _is_no(text: str) -> bool:
    """Of a note in words, whose beginning says nothing yet."""
    return (text in _OFF and text not in _EMPTY) or _BY_WORD.get(text) in ("unsubscribed", "suspended")


def _declines(text: str) -> bool:
    return _is_no(text) or (text not in _EMPTY and (csv_opt_outs.declines(text) or csv_opt_outs.is_status(text)))
