"""A message is the issue, set for one person: every header of a newsletter, nothing that a feed or a name can add or break."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import DeliveryError
from digest.mail.message import Imprint, Message, Person, signer
from digest.render import PREFERENCES_URL, UNSUBSCRIBE_URL
from digest.subscribers.tokens import Tokens
from support.mailing import parsed

TOKENS = Tokens(b"k" * 32)
IMPRINT = Imprint(
    title="LLM Trends", sender_name="Trends", sender="digest@example.org", reply_to=("", "editor@example.org"),
    list_id="llm.example.org", base_url="https://digest.example.org",
)  # fmt: skip
HEADERS = [
    "To", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "From", "Reply-To", "Subject", "Date", "List-Id",
    "Feedback-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "MIME-Version", "Content-Type", "List-Archive",
]  # fmt: skip


def _message(subject: str = "LLM Trends 2026-W27", text: str = "", imprint: Imprint = IMPRINT) -> Message:
    links = f"Unsubscribe: {UNSUBSCRIBE_URL}\nPreferences: {PREFERENCES_URL}\n"
    return Message(
        key="2026-W27",
        subject=subject,
        date=datetime(2026, 6, 29, 8, tzinfo=UTC),
        html_part=f'<p>Hello</p><a href="{UNSUBSCRIBE_URL}">Unsubscribe</a>\n',
        text_part=text + links,
        imprint=imprint,
        tokens=TOKENS,
    )


def _content(message: Message, name: str = "", address: str = "ada@example.org") -> bytes:
    person = Person(link="0123456789abcdef", address=address, name=name, reference="7")
    return message.letter(person, secret=b"s" * 32).content


def test_every_header_of_a_newsletter_is_there() -> None:
    message = parsed(_content(_message()))
    token = TOKENS.make("unsubscribe", "0123456789abcdef")
    assert message.keys() == HEADERS
    assert message["List-Unsubscribe"] == (
        f"<https://digest.example.org/unsubscribe/{token}>, <mailto:editor@example.org?subject=unsubscribe%20{token}>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "LLM Trends <llm.example.org>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_without_an_address_on_the_web_opting_out_goes_by_mail() -> None:
    imprint = Imprint(title="T", sender_name="", sender="d@example.org", reply_to=None, list_id="l.org", base_url="")
    message = parsed(_content(_message(imprint=imprint)))
    assert message["List-Unsubscribe"].startswith("<mailto:d@example.org?subject=unsubscribe%20")
    assert message["List-Unsubscribe-Post"] is None


@given(st.text(max_size=200))
def test_any_text_arrives_as_it_was(text: str) -> None:
    tidy = text.encode("utf-8", "replace").decode().replace("\r", "")
    content = _content(_message(text=tidy + "\n"))
    body, _, head = content.partition(b"\r\n\r\n")[::-1]
    assert head.isascii()
    assert b"\n." not in content
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    part = parsed(content).get_body(("plain",))
    assert part is not None
    decoded = part.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    assert decoded.decode().replace("\r\n", "\n").startswith(tidy + "\nUnsubscribe: https://digest.")


@given(st.text(max_size=120), st.text(max_size=100))
def test_no_subject_and_no_name_can_add_a_header(subject: str, name: str) -> None:
    message = parsed(_content(_message(subject=subject), name=name))
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ada@example.org"]


@pytest.mark.parametrize("address", ["a@b.org\nBcc: c@d.org", "a@b.org>", "a b@c.org", "ä@b.org", "", "a@b.org\r\n"])
def test_no_address_can_either(address: str) -> None:
    with pytest.raises(DeliveryError):
        _content(_message(), address=address)


def test_the_same_message_has_the_same_bytes_and_each_person_their_own_id() -> None:
    first, again, other = (
        _message().letter(Person(link=f"{n:016x}", address="a@b.org", name="", reference=str(n)), secret=b"s" * 32)
        for n in (7, 7, 8)
    )
    assert first == again
    assert first.id != other.id


def test_a_signature_covers_both_unsubscribe_headers(tmp_path: Path) -> None:
    import dkim

    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "PEM"], check=True, capture_output=True
    ).stdout
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    sign = signer(domain="example.org", selector="sel", key=key.read_bytes())
    person = Person(link="0123456789abcdef", address="ada@example.org", name="", reference="7")
    signed = _message().letter(person, secret=b"s" * 32, sign=sign).content

    def valid(content: bytes) -> bool:
        return bool(dkim.verify(content, dnsfunc=lambda *_, **__: record))

    assert valid(signed)
    for name in (b"List-Unsubscribe: <https", b"List-Unsubscribe-Post: List", b"Subject: LLM"):
        assert not valid(signed.replace(name, name + b"x"))
    assert not valid(b"From: Other <o@example.org>\r\n" + signed)
