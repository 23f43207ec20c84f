"""The SMTP channel at every stage: what never arrived, what arrived, and what nobody can know are told apart."""

import base64
import ssl
import subprocess
from functools import cache
from pathlib import Path

import pytest

from digest.mail.smtp.client import Smtp
from digest.mail.smtp.login import Server
from digest.mail.transport import Letter, Outcome
from support.mailing import hand_over, outcome_of
from support.smtpserver import Fault, SmtpServer, serving

SMALL = b"Subject: x\r\n\r\nbody\r\n"
LARGE = b"Subject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 400_000  # more than the kernel buffers
NEVER, LATER = "550 5.1.1 no", "450 4.2.0 later"


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _server(server: SmtpServer, **options: object) -> Server:
    settings = {
        "host": "127.0.0.1",
        "security": "none",
        "timeout": 0.2,
        "trust": _trust(),
    } | options
    return Server(port=server.port, **settings)  # type: ignore[arg-type]


def _letter(content: bytes = SMALL, recipient: str = "r@example.org") -> Letter:
    return Letter(id="x", sender="s@example.org", recipient=recipient, content=content)


def _sent(server: SmtpServer, content: bytes = SMALL, **options: object) -> tuple[Outcome, int]:
    """The outcome of one message on a fresh connection, and how often its body was offered."""
    offers: list[int] = []
    channel = Smtp(_server(server, **options))

    def offer() -> bool:
        offers.append(1)
        return True

    outcome = hand_over(channel, _letter(content), offer)
    channel.close()
    assert outcome is not None
    return outcome, len(offers)


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("stage", "how", "kind"),
    [
        ("connect", LATER, "unreachable"),
        ("connect", NEVER, "locked_out"),
        ("connect", "silence", "unreachable"),
        ("connect", "reset", "unreachable"),
        ("connect", "close", "unreachable"),
        ("connect", "what?", "unreachable"),
        ("ehlo", LATER, "unreachable"),
        ("ehlo", NEVER, "locked_out"),
        ("ehlo", "silence", "unreachable"),
        ("ehlo", "close", "unreachable"),
        ("mail", LATER, "deferred"),
        ("mail", NEVER, "barred"),
        ("mail", "421 bye", "lost"),
        ("mail", "silence", "lost"),
        ("mail", "reset", "unreachable"),
        ("mail", "close", "unreachable"),
        ("rcpt", LATER, "deferred"),
        ("rcpt", NEVER, "refused"),
        ("rcpt", "554 5.7.1 relay access denied", "barred"),
        ("rcpt", "550 relaying denied", "barred"),
        ("rcpt", "530 authentication required", "barred"),
        ("rcpt", "421 bye", "lost"),
        ("rcpt", "silence", "lost"),
        ("rcpt", "close", "unreachable"),
        ("data", LATER, "deferred"),
        ("data", NEVER, "barred"),
        ("data", "silence", "lost"),
        ("data", "reset", "unreachable"),
    ],
)
def test_before_the_body_nothing_is_offered(stage: str, how: str, kind: str, pipelining: bool) -> None:
    extensions = ("PIPELINING",) if pipelining else ()
    with serving(faults=[Fault(stage, how)], extensions=extensions) as server:
        outcome, offers = _sent(server)
        assert (outcome.kind, offers, server.taken) == (kind, 0, [])


@pytest.mark.parametrize("how", ["silence", "reset", "close"])
def test_broken_in_the_body_is_lost(how: str) -> None:
    with serving(faults=[Fault("body", how)]) as server:
        outcome, offers = _sent(server, LARGE)
        assert (outcome.kind, offers, server.taken) == ("lost", 1, [])


@pytest.mark.parametrize(
    ("how", "kind", "taken"),
    [
        ("", "accepted", 1),
        ("451 4.3.0 later", "deferred", 0),
        ("421 4.3.2 bye", "deferred", 0),
        ("554 5.7.1 spam", "barred", 0),
        ("552 5.2.2 mailbox full", "refused", 0),
        ("silence", "in_doubt", 1),
        ("reset", "in_doubt", 1),
        ("close", "in_doubt", 1),
    ],
)
def test_after_the_dot_only_an_answer_settles_it(how: str, kind: str, taken: int) -> None:
    with serving(faults=[Fault("dot", how)] if how else []) as server:
        outcome, offers = _sent(server, timeout=0.1)
        assert (outcome.kind, offers, len(server.taken)) == (kind, 1, taken)


def test_nobody_listens() -> None:
    with serving() as server:
        server.close()
        outcome, offers = _sent(server)
    assert (outcome.kind, offers) == ("unreachable", 0)


def test_one_connection_carries_many_messages_and_refusals_do_not_end_it() -> None:
    faults = [Fault("rcpt", NEVER, of="bad"), Fault("dot", LATER, of="slow")]
    with serving(faults=faults) as server:
        channel = Smtp(_server(server))
        who = ["a@x.org", "bad@x.org", "b@x.org", "slow@x.org", "c@x.org"]
        kinds = [outcome_of(channel, _letter(recipient=to)).kind for to in who]
        channel.close()
        assert kinds == ["accepted", "refused", "accepted", "deferred", "accepted"]
        assert (server.recipients, server.connections) == (["a@x.org", "b@x.org", "c@x.org"], 1)
        assert server.taken[0].content == SMALL
        assert server.taken[0].sender == "s@example.org"


def test_a_connection_that_went_away_between_messages_is_made_anew() -> None:
    with serving(faults=[Fault("mail", "close", of="never"), Fault("dot", "421 that will do", times=1)]) as server:
        channel = Smtp(_server(server))
        assert outcome_of(channel, _letter()).kind == "deferred"
        assert outcome_of(channel, _letter()).kind == "accepted"
        server.hang_up()
        assert outcome_of(channel, _letter()).kind == "accepted"
        assert server.connections == 3
        channel.close()


def test_a_withdrawn_offer_leaves_nothing_behind() -> None:
    with serving() as server:
        channel = Smtp(_server(server))
        assert hand_over(channel, _letter(), lambda: False) is None
        assert outcome_of(channel, _letter(recipient="next@example.org")).kind == "accepted"
        channel.close()
        assert server.recipients == ["next@example.org"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's context for 127.0.0.1, and the file that vouches for it."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, cert


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_and_logged_in(certificate: tuple[ssl.SSLContext, Path], security: str) -> None:
    context, cert = certificate
    login = ("digest", "päss word")
    with serving(tls=context, implicit_tls=security == "tls", login=login) as server:
        trust = ssl.create_default_context(cafile=str(cert))
        outcome, _ = _sent(server, security=security, trust=trust, timeout=5, username=login[0], password=login[1])
        assert (outcome.kind, len(server.taken)) == ("accepted", 1)


def test_a_wrong_password_is_told_and_not_repeated(certificate: tuple[ssl.SSLContext, Path]) -> None:
    """The test's server says back what it was told; no error may carry that on."""
    context, cert = certificate
    with serving(tls=context, login=("digest", "right")) as server:
        trust = ssl.create_default_context(cafile=str(cert))
        outcome, offers = _sent(
            server, security="starttls", trust=trust, timeout=5, username="digest", password="hunter2"
        )
    assert (outcome.kind, offers) == ("locked_out", 0)
    assert "535" in outcome.reply
    assert "hunter2" not in outcome.reply
    assert base64.b64encode(b"hunter2").decode() not in outcome.reply


def test_no_starttls_offered_sends_nothing() -> None:
    with serving() as server:
        outcome, offers = _sent(server, security="starttls", username="digest", password="hunter2")
        assert (outcome.kind, offers, server.taken) == ("locked_out", 0, [])
    assert "STARTTLS" in outcome.reply


def test_an_untrusted_certificate_sends_nothing(certificate: tuple[ssl.SSLContext, Path]) -> None:
    with serving(tls=certificate[0]) as server:
        outcome, offers = _sent(server, security="starttls", timeout=5)
        assert (outcome.kind, offers, server.taken) == ("locked_out", 0, [])
    assert "certificate" in outcome.reply


def test_a_plain_server_where_tls_was_meant() -> None:
    with serving() as server:
        outcome, offers = _sent(server, security="tls", timeout=0.3)
    assert (outcome.kind in ("locked_out", "unreachable"), offers) == (True, 0)
