"""What a mail's links carry can be read by its maker, for its purpose, in its time; and by nobody else."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from digest.subscribers.tokens import Tokens, link

TOKENS = Tokens(b"k" * 32)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@given(st.integers(0, 2**62) | st.text(max_size=60))
def test_a_token_is_read_back(value: int | str) -> None:
    assert TOKENS.read("unsubscribe", TOKENS.make("unsubscribe", value)) == value


@given(st.integers(0, 10**9))
def test_a_number_s_token_is_what_itsdangerous_makes_of_it(number: int) -> None:
    """Made by a shorter way, two for each mail; the links of mails that were sent long ago stay good.

    It deflates some longer numbers. No list has so many people, and such a token could be read as well.
    """
    plain = URLSafeSerializer(
        b"k" * 32,
        salt="digest.preferences",
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )
    assert TOKENS.make("preferences", number) == plain.dumps(number)


def test_a_token_is_the_same_every_time_and_fits_a_line() -> None:
    token = TOKENS.make("unsubscribe", 2**40)
    assert token == TOKENS.make("unsubscribe", 2**40)
    assert len(token) <= 75
    assert token[0] != "."
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_token_is_for_one_purpose_and_one_workspace() -> None:
    token = TOKENS.make("unsubscribe", 7)
    assert TOKENS.read("preferences", token) is None
    assert Tokens(b"x" * 32).read("unsubscribe", token) is None


@given(st.text(max_size=80))
def test_nothing_else_is_a_token(text: str) -> None:
    assert TOKENS.read("unsubscribe", text) is None


def test_a_changed_token_is_none() -> None:
    token = TOKENS.make("unsubscribe", 7)
    assert all(TOKENS.read("unsubscribe", token[:n] + "!" + token[n + 1 :]) is None for n in range(len(token)))


def test_a_dated_token_expires() -> None:
    token = TOKENS.make("confirm", "a@example.org", at=NOW)
    day = timedelta(days=1)
    assert TOKENS.read("confirm", token, now=NOW + day, max_age=day) == "a@example.org"
    assert TOKENS.read("confirm", token, now=NOW + day + timedelta(seconds=1), max_age=day) is None


def test_an_undated_token_is_no_dated_one() -> None:
    token = TOKENS.make("confirm", "a@example.org")
    assert TOKENS.read("confirm", token, now=NOW, max_age=timedelta(days=1)) is None


def test_a_link_is_the_base_url_with_a_page() -> None:
    assert link("https://digest.example.org/", "unsubscribe", "T.s") == "https://digest.example.org/unsubscribe/T.s"
