"""Lists as other programs export them, in ten languages: who gets the mail, and who must not."""

import re
from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.subscribers import csv_columns, csv_io
from digest.subscribers.csv_io import Person, Refused

HERE = Path(__file__).parent

EXPORTS = {
    "Ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
        "1,ada@x.org,Ada,,true,false,,2026-01-01T00:00:00.000Z,,,\n2,bob@x.org,Bob,,false,false,,2026-01-01T00:00:00.000Z,,,\n"
    ),
    "Substack": (
        "email,active_subscription,expiry,email_disabled,digest_enabled,created_at\n"
        "ada@x.org,false,,false,true,2026\nbob@x.org,false,,true,true,2026\n"
    ),
    "Mailchimp": (
        "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,UNSUB_TIME,UNSUB_REASON\n"
        "ada@x.org,Ada,Love,2,2026-01-01 00:00:00,,\nbob@x.org,Bob,B,2,2026-01-01 00:00:00,2026-02-01 00:00:00,NORMAL\n"
    ),
    "Mailchimp, cleaned": "Email Address,First Name,CLEAN_TIME\nada@x.org,Ada,\nbob@x.org,Bob,2026-01-01 00:00:00\n",
    "Buttondown": (
        "email,notes,metadata,tags,referrer_url,subscriber_type,source,creation_date,unsubscription_date,undeliverability_date\n"
        'ada@x.org,"likes\ntea",{},,,regular,api,2026-01-01,,\nbob@x.org,,{},,,unsubscribed,api,2026-01-01,2026-02-01,\n'
    ),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        'u1,ada@x.org,Ada,"{""city"": ""x""}",enabled,2026,2026\nu2,bob@x.org,Bob,{},blocklisted,2026,2026\n'
    ),
    "Sendy": "Name,Email,Status\nAda,ada@x.org,Subscribed\nBob,bob@x.org,Unsubscribed\n",
    "a flag": "email,name,unsubscribed\nada@x.org,Ada,0\nbob@x.org,Bob,1\n",
    "HubSpot": "Email,First Name,Unsubscribed from all email,Opted out\nada@x.org,Ada,,false\nbob@x.org,Bob,,TRUE\n",
    "German": "E-Mail-Adresse;Vorname;Nachname;Abgemeldet am\r\nada@x.org;Ada;Love;\r\nbob@x.org;Bob;B;01.02.2026\r\n",
    "French": "Adresse e-mail;Prénom;Nom;Désinscrit\nada@x.org;Ada;Love;non\nbob@x.org;Bob;B;oui\n",
    "Spanish": "Correo electrónico,Nombre,Apellidos,Baja\nada@x.org,Ada,Love,no\nbob@x.org,Bob,B,2026-02-01\n",
    "Italian": "Indirizzo email,Nome,Cognome,Stato\nada@x.org,Ada,Love,iscritto\nbob@x.org,Bob,B,disiscritto\n",
    "Portuguese": "Endereço de e-mail,Nome completo,Descadastrado\nada@x.org,Ada Love,não\nbob@x.org,Bob B,sim\n",
    "Dutch": "E-mailadres,Voornaam,Achternaam,Uitgeschreven\nada@x.org,Ada,Love,nee\nbob@x.org,Bob,B,ja\n",
    "Polish": "Adres e-mail,Imię,Nazwisko,Wypisany\nada@x.org,Ada,Love,nie\nbob@x.org,Bob,B,tak\n",
    "Russian": "Электронная почта,Имя,Фамилия,Отписан\nada@x.org,Ada,Love,нет\nbob@x.org,Bob,B,да\n",
    "Chinese": "电子邮箱,姓名,已退订\nada@x.org,Ada,否\nbob@x.org,Bob,是\n",
    "Japanese": "メールアドレス,氏名,配信停止\nada@x.org,Ada,いいえ\nbob@x.org,Bob,はい\n",
}

# A heading, and a cell of somebody who gets mail and of somebody who must not.
COLUMNS = [
    ("Email Marketing Consent", "SUBSCRIBED", "UNSUBSCRIBED"),
    ("Email Marketing Consent", "SUBSCRIBED", "NEVER_SUBSCRIBED"),
    ("Accepts Email Marketing", "yes", "no"),
    ("Unsubscribed from all email", "", "true"),
    ("EMAIL_BLACKLIST", "0", "1"),
    ("type", "regular", "unsubscribed"),
    ("OptedOut", "N", "Y"),
    ("HasOptedOutOfEmail", "0", "1"),
    ("Situação", "ativo", "descadastrado"),
    ("수신거부", "아니오", "예"),
    ("수신동의", "동의", "거부"),
    ("구독 상태", "구독 중", "수신거부"),
    ("bounce_count", "0", "7"),
    ("bounce_type", "", "hard"),
    ("consent", "granted", "withdrawn"),
    ("confirmed", "1", "0"),
    ("delivery_status", "enabled", "by_bounces"),
    ("email_digests", "true", "false"),
    ("Email permissions status", "Express", "Unsubscribed"),
    ("SUPPRESSED_AT", "", "1780000000"),
    ("Remark of ours", "met in Paris", "Unsubscribed"),
    ("unsubscribed_at", "0000-00-00 00:00:00", "2026-02-01"),
]


def read(text: str) -> list[Person | Refused]:
    return list(csv_io.read(text.encode(), csv_io.Known(trends=set())))


@pytest.mark.parametrize("program", EXPORTS)
def test_who_opted_out_never_becomes_active(program: str) -> None:
    ada, bob = read(EXPORTS[program])
    assert isinstance(ada, Person)
    assert isinstance(bob, Person)
    assert (ada.address.text, bob.address.text) == ("ada@x.org", "bob@x.org")
    assert ada.status in (None, "active")
    assert bob.status == ("suspended" if program == "Mailchimp, cleaned" else "unsubscribed")


@pytest.mark.parametrize(("heading", "wanted", "unwanted"), COLUMNS)
def test_a_column_that_forbids_mail_is_heeded_whatever_its_words(heading: str, wanted: str, unwanted: str) -> None:
    ada, bob = read(f"email,{heading}\nada@x.org,{wanted}\nbob@x.org,{unwanted}\n")
    assert isinstance(ada, Person), ada
    assert ada.status in (None, "active")
    assert not isinstance(bob, Person) or bob.status in ("unsubscribed", "suspended", "unconfirmed")


_FATES = {"a": "active", "u": "unsubscribed", "s": "suspended", "n": "unconfirmed", "p": "paused"}


def _exports() -> dict[str, tuple[str, str]]:
    """Of `exports.txt`: the program, the fates of its persons in order, and the list."""
    parts = re.split(r"^# (.+): ([a-z]+)\n", (HERE / "exports.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: (fates, text) for name, fates, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)}


@pytest.mark.parametrize("program", _exports())
def test_the_lists_of_many_programs_say_who_gets_mail(program: str) -> None:
    fates, text = _exports()[program]
    found = read(text)
    assert [one for one in found if isinstance(one, Refused)] == []
    told = [one.status or "active" for one in found if isinstance(one, Person)]
    assert told == [_FATES[fate] for fate in fates]


def test_columns_are_read_by_parts_of_words() -> None:
    """A heading that nobody listed is heeded if it is about opting out, and not if it is about a link, a note or another channel."""
    wrong = []
    wanted = True
    for line in (HERE / "columns.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            wanted = "must not" not in line
            continue
        heading, cell = line.split("\t")
        (one,) = read(f"email\t{heading}\nada@x.org\t{cell}\n")
        gets_mail = isinstance(one, Person) and one.status in (None, "active")
        wrong += [line] if gets_mail != wanted else []
    assert wrong == []


@pytest.mark.parametrize("above", ["Our readers\n", "Export of 1 July 2026\n\n", ";;;\n\n,,\n", "Our readers;;\n"])
def test_a_header_is_found_below_titles_and_empty_rows(above: str) -> None:
    found = [
        one
        for one in read(f"{above}Name;E-Mail;Abgemeldet\nAda;ada@x.org;\nBob;bob@x.org;ja\n")
        if isinstance(one, Person)
    ]
    assert [(one.address.text, one.name, one.status) for one in found] == [
        ("ada@x.org", "Ada", None),
        ("bob@x.org", "Bob", "unsubscribed"),
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_a_list_in_utf_16_is_read_without_its_mark(encoding: str) -> None:
    (ada,) = csv_io.read("email\tname\nada@x.org\t\u00c4da\n".encode(encoding), csv_io.Known(trends=set()))
    assert isinstance(ada, Person), ada
    assert (ada.address.text, ada.name) == ("ada@x.org", "\u00c4da")


def test_several_addresses_in_a_cell_are_refused_as_such() -> None:
    refused, ada = read('Email,Name\n"bob@x.org; eve@x.org",B\nada@x.org,Ada\n')
    assert isinstance(refused, Refused)
    assert "several addresses" in refused.reason
    assert isinstance(ada, Person)


@pytest.mark.parametrize(
    ("heading", "value"),
    [
        ("State", "CA"),
        ("Type", "customer"),
        ("active_subscription", "false"),
        ("subscription plan", "none"),
        ("City", "Baja"),
        ("notes", "removed"),
        ("Subscribed via", "the form"),
    ],
)
def test_columns_about_something_else_stop_nobody(heading: str, value: str) -> None:
    (ada,) = read(f"email,{heading}\nada@x.org,{value}\n")
    assert isinstance(ada, Person), ada
    assert ada.status in (None, "active")


@pytest.mark.parametrize(
    "text",
    [
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email\nAda,Love,Ada Love,,ada@x.org,old@x.org\n",
        "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value\nAda Love,Ada,Love,*,ada@x.org\n",
        "Title,First Name,Middle Name,Last Name,E-mail Address\nDr,Ada,,Love,ada@x.org\n",
        "email_address,first_name,last_name\nada@x.org,Ada,Love\n",
        "EMAIL      ,NAME     \nada@x.org       , Ada Love    \n",
        "\u0391\u03bd,\u0392\u03b3\nAda Love,ada@x.org\n",
        '"Ada Love",ada@x.org\n',
        'name,email\n"Ada\nLove",ada@x.org\n',
        "ada@x.org\u00a0\n",
    ],
)
def test_an_address_is_found_whatever_its_column_is_called(text: str) -> None:
    (ada,) = read(text)
    assert isinstance(ada, Person), ada
    assert ada.address.text == "ada@x.org"
    assert ada.name in ("Ada Love", "")


def test_a_quoted_line_break_is_part_of_its_record() -> None:
    text = 'email,notes\nada@x.org,"colleague of:\nboss@victim.org\nlikes tea"\nbob@x.org,\n'
    found = read(text)
    assert [one.address.text for one in found if isinstance(one, Person)] == ["ada@x.org", "bob@x.org"]
    assert [one.line for one in found] == [2, 5]


def test_a_quote_that_is_left_open_spoils_its_own_line() -> None:
    text = 'email,name\nada@x.org,"Ada\n' + "".join(f"p{n}@x.org,P\n" for n in range(200))
    found = read(text)
    assert [type(one) for one in found[:2]] == [Refused, Person]
    assert len(found) == 201


@pytest.mark.parametrize(
    "line", ["ada@x.org,bob@x.org", "ada@x.org bob@x.org", "ada@x.org;bob@x.org", "ada@x.org, Ada, bob@x.org"]
)
def test_several_addresses_on_a_line_are_refused(line: str) -> None:
    (refused,) = read(f"{line}\n")
    assert isinstance(refused, Refused)


@pytest.mark.parametrize(
    "name", ["محمد\u200cرضا", "李小龍", "Ñandú Ünïcode", "О\u2019Коннор", "क्\u200dष", "דוד\u200f", "Þór", "ﾀﾅｶ"]
)
def test_names_in_any_script_are_taken(name: str) -> None:
    (one,) = read(f"email,name\nada@x.org,{name}\n")
    assert isinstance(one, Person)
    assert one.name == name.replace("\u200f", "")


def test_every_status_has_its_own_word() -> None:
    assert {csv_columns.status(word) for word in csv_columns.known_statuses()} == set(csv_columns.known_statuses())
    assert csv_columns.status("Subscribed") == "active"
    assert csv_columns.status("boss") is None


def test_invisible_characters_are_said_to_be_there() -> None:
    assert csv_io.has_invisible("ada@x.org\u00a0\n".encode())
    assert not csv_io.has_invisible("\ufeffada@x.org,Äda\n".encode())


@pytest.mark.parametrize("header", ["paused_until", "Pause", "pause until", "Snoozed until"])
def test_the_end_of_a_pause_is_known_by_several_names(header: str) -> None:
    (ada,) = read(f"email,{header}\nada@x.org,2026-12-24\n")
    assert isinstance(ada, Person), ada
    assert ada.preferences is not None
    assert ada.preferences.paused_until is not None


@pytest.mark.parametrize(
    "text", ["dn: cn=Ada,mail=ada@x.org\nmail: ada@x.org\n", "BEGIN:VCARD\nEMAIL:ada@x.org\nEND:VCARD\n"]
)
def test_an_address_book_of_another_form_is_refused_whole(text: str) -> None:
    with pytest.raises(UsageError, match="export it as CSV"):
        read(text)


@pytest.mark.parametrize(
    ("word", "status"), [("Aktywny", "active"), ("Odhlášen", "unsubscribed"), ("activo", "active")]
)
def test_a_status_is_known_in_other_languages(word: str, status: str) -> None:
    (ada,) = read(f"email,status\nada@x.org,{word}\n")
    assert isinstance(ada, Person), ada
    assert ada.status == status
