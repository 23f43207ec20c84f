"""What real servers say: a row of `replies.csv` each, and what it is about. A reader is booked only what is theirs."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.mail.smtp import replies

ROWS = Path(__file__).with_name("replies.csv")


def _rows() -> Iterator[dict[str, str]]:
    with ROWS.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


@pytest.mark.parametrize("row", list(_rows()), ids=lambda row: f"{row['program']}: {row['reply'][:60]}")
def test_a_refusal_is_about_what_it_says(row: dict[str, str]) -> None:
    found = replies.about(row["reply"], addressed=row["stage"] in ("rcpt", "dot"), named=row["stage"] == "rcpt")
    assert (found == "reader") == (row["about"] == "reader"), f"{found}, not {row['about']}"
    if row["about"] in ("reader", "server"):
        assert found == row["about"]


_OWN_CODES = re.compile(r"^\s*\d{3}[ -]|#?\b[45]\.\d{1,3}\.\d{1,3}\b")
_FOR_READERS = ("550 5.1.1", "550 5.2.1", "550 5.2.2", "553 5.1.2", "550", "511 5.1.0", "550-5.1.10")
_FOR_SENDERS = ("550 5.7.1", "554 5.7.1", "550 5.0.0", "554")
_TELL_BY_CODE_ONLY = ("blah", "mailbox unavailable", "Address rejected", "Mailbox suspended")


def test_words_count_whatever_the_code_in_front_of_them() -> None:
    for row in _rows():
        words = " ".join(_OWN_CODES.sub(" ", row["reply"]).split())
        if words.strip(".").endswith(_TELL_BY_CODE_ONLY):
            continue
        for code in _FOR_SENDERS if row["about"] == "reader" else _FOR_READERS:
            reply = f"{code} {words}"
            assert (replies.about(reply) == "reader") == (row["about"] == "reader"), reply


def test_codes_that_contradict_each_other_are_not_about_the_reader() -> None:
    assert replies.about("5.1.1 smtp; 550 5.7.1 no") != "reader"
    assert replies.about("550 5.7.1 5.1.1") != "reader"
    assert replies.about("550 4.2.2 full mailbox") == "later"
    assert replies.about("5.1.1 550 5.1.1") == "reader"


def test_addresses_and_links_are_no_words() -> None:
    for address in ("spam@example.org", "<quota@rate-limit.example>", "relay.policy+later@blocked.example"):
        assert replies.about(f"550 5.1.1 {address}: Recipient address rejected: User unknown") == "reader", address
    for address in ("<user.unknown@example.org>", "no-such-user@mailbox-full.example"):
        assert (
            replies.about(f"554 5.7.1 {address}: rejected by policy, see https://example.org/unknown-user") != "reader"
        )


def test_there_are_many_wordings_of_many_programs() -> None:
    rows = list(_rows())
    assert len({row["reply"] for row in rows}) == len(rows) >= 350
    assert {"Gmail", "Outlook.com", "Exchange Online", "Exim", "Postfix", "qmail", "Amazon SES", "Proton", "cPanel"} < {
        row["program"] for row in rows
    }
