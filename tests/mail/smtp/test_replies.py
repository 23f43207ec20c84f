"""What real servers say: a row of `replies.csv` each, and what it is about. A reader is booked only what is theirs."""

import csv
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


def test_there_are_many_wordings_of_many_programs() -> None:
    rows = list(_rows())
    assert len({row["reply"] for row in rows}) == len(rows) >= 150
    assert {"Gmail", "Outlook.com", "Exchange Online", "Exim", "Postfix", "qmail", "Amazon SES", "Proton", "cPanel"} < {
        row["program"] for row in rows
    }
