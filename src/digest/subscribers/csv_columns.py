"""Recognise the columns of other programs' lists, and their words for a subscriber's status.

Ghost, Substack, Mailchimp, Buttondown, listmonk, Sendy, Google, Outlook and Thunderbird, and headers that people write, in ten languages.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from digest.model import SubscriberStatus

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
}
_STATUSES: Final[Mapping[SubscriberStatus, str]] = {
    "active": """active, subscribed, enabled, confirmed, regular, premium, paid, free, trialed, gifted, comped, complimentary, registered,
        opted in, verified, member, true, yes, aktiv, abonniert, abonné, suscrito, iscritto, inscrito, ingeschreven, zapisany, подписан, 已订阅,
        購読中, activo, actif, attivo, ativo, actief, aktywny, aktivní, активен, активный""",
    "unconfirmed": "unconfirmed, pending, unactivated, not confirmed, awaiting confirmation, double opt-in pending, unverified, unbestätigt",
    "paused": "paused, snoozed, inactive, suspended by user",
    "unsubscribed": """unsubscribed, unsubscribe, opted out, opt-out, optout, complained, complaint, spam, spammy, marked as spam, blocklisted,
        blacklisted, blocked, disabled, removed, deleted, archived, churned, cancelled, canceled, suppressed, false, no, abgemeldet, abbestellt,
        désabonné, désinscrit, baja, disiscritto, cancellato, cancelado, descadastrado, uitgeschreven, wypisany, odhlášen, odhlášeno, avmeldt,
        afmeldt, avregistrerad, отписан, отписался, 已退订, 退会""",
    "suspended": "suspended, bounced, hard bounced, hard bounce, soft bounced, bouncing, cleaned, undeliverable, invalid, failed, unzustellbar",
}
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
    ]
)


def _table(words: Mapping[Role, str] | Mapping[SubscriberStatus, str]) -> dict[str, str]:
    return {plain(word): role for role, listed in words.items() for word in re.sub(r"\s+", " ", listed).split(", ")}


def plain(text: str) -> str:
    """A heading or word normalised for lookup: case, composition of accents, and separators."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[\s_*:\u200b\u2060\ufeff]+", " ", folded).split())


_ROLES = _table(_WORDS)
_BY_WORD = _table(_STATUSES)


def roles(cells: Sequence[str]) -> tuple[str, ...]:
    """The role of each column; empty if no column has addresses. Of several columns with one role, only the first has it."""
    found = [_ROLES.get(plain(cell), "ignored") for cell in cells]
    if "address" not in found:
        return ()
    once: list[str] = []
    for role in found:
        repeated = role in once and role not in ("ignored", "opted_out", "wants", "bounced")
        once.append("ignored" if repeated else role)
    return tuple(once)


def status(word: str) -> SubscriberStatus | None:
    """The status for a word of any program, or None."""
    return _BY_WORD.get(plain(word))  # type: ignore[return-value]


def known_statuses() -> tuple[str, ...]:
    return tuple(_STATUSES)


def stopped(cells: Iterable[tuple[str, str]]) -> SubscriberStatus | None:
    """The status that a line's flags and dates give to someone who must not be mailed, or None. Cells are role and value."""
    found: SubscriberStatus | None = None
    for role, value in cells:
        text = plain(value)
        if (role == "opted_out" and text and text not in _OFF) or (role == "wants" and text in _OFF):
            return "unsubscribed"
        if role == "bounced" and text and text not in _OFF:
            found = "suspended"
    return found
