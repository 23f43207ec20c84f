"""A run that is killed at any moment, again and again, ends like one that never was: same archive, nobody mailed twice."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import FeedServer
from mailing import store_of, subscribe
from smtpserver import SmtpServer

CONFIG = """digest: {{timezone: Europe/Berlin, schedule: mon 08:00, lookback: 5000d, max_age: 5000d}}
fetch: {{allow_private: true, per_host: 16}}
delivery:
  from: "LLM Trends <digest@example.org>"
  list_id: llm.example.org
  smtp: {{host: 127.0.0.1, port: {port}, security: none}}
feeds:
"""


class Replay:
    """A workspace that lives through days of real feeds, each step a process that may be killed and is then run again."""

    def __init__(self, place: Path, server: FeedServer, feeds: dict[str, str], *, people: int) -> None:
        self.place, self.server, self.sink = place, server, SmtpServer()
        self.kills = 0
        place.mkdir()
        lines = [
            f'  - {{name: "{name}", url: "{server.url}{path}", kind: papers, max_items: 5000}}\n'
            for name, path in feeds.items()
        ]
        (place / "feeds.yaml").write_text(CONFIG.format(port=self.sink.port) + "".join(lines))
        subscribe(place, *(f"reader{n}@example.org" for n in range(people)))

    def live(self, steps: Sequence[tuple[str, str]], *, kills: int, dice: random.Random) -> None:
        """Each step is a command and its clock; so many runs of them are killed."""
        planned = Counter(dice.randrange(len(steps)) for _ in range(kills))
        for number, (command, at) in enumerate(steps):
            self.server.set_date(at[:10])
            self._step(command, at, planned[number], dice)

    def _step(self, command: str, at: str, kills: int, dice: random.Random) -> None:
        argv = [sys.executable, "-m", "digest", "-C", str(self.place), command, "--at", at]
        monday = command == "publish" and datetime.fromisoformat(at).weekday() == 0
        for _ in range(kills):
            process = subprocess.Popen(
                argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            time.sleep(dice.uniform(0.2, 8.0 if monday else 1.5))
            self.kills += process.poll() is None
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr, done.stderr

    def archive(self) -> dict[str, bytes]:
        """Every file but the note of the sending, which counts its runs."""
        root = self.place / "archive"
        paths = (path for path in sorted(root.rglob("*")) if path.is_file() and path.name != "sent.json")
        return {str(path.relative_to(root)): path.read_bytes() for path in paths}

    def mails(self) -> Counter[tuple[str, str]]:
        """How often each recipient was given each message; a Message-ID names issue and subscriber."""
        found: Counter[tuple[str, str]] = Counter()
        for taken in self.sink.taken:
            name = re.search(rb"(?im)^message-id:\s*(\S+)", taken.content)
            assert name is not None
            found[taken.recipient, name[1].decode()] += 1
        return found

    def in_doubt(self) -> int:
        with store_of(self.place) as store:
            return sum(row.state == "in_doubt" for row in store.ledger.open_rows())


def _every_day(first: date, last: date) -> list[tuple[str, str]]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [step for day in days for step in (("publish", f"{day}T08:00"), ("collect", f"{day}T20:00"))]


def _compare(
    tmp_path: Path,
    server: FeedServer,
    feeds: dict[str, str],
    steps: Sequence[tuple[str, str]],
    *,
    people: int,
    kills: int,
) -> None:
    calm = Replay(tmp_path / "calm", server, feeds, people=people)
    wild = Replay(tmp_path / "wild", server, feeds, people=people)
    with closing(calm.sink), closing(wild.sink):
        calm.live(steps, kills=0, dice=random.Random(1))
        wild.live(steps, kills=kills, dice=random.Random(2))
    issues = len(list((tmp_path / "calm/archive").glob("*/issue.json")))
    doubt = wild.in_doubt()
    print(f"{issues} issues, {wild.kills} runs killed, {len(wild.mails())} mails, {doubt} in doubt")
    assert wild.archive() == calm.archive()
    assert set(wild.mails().values()) == {1}
    assert len(calm.mails()) == issues * people
    assert len(wild.mails()) <= issues * people <= len(wild.mails()) + doubt
    assert doubt <= 4 * wild.kills


def test_a_few_kills(feedserver: FeedServer, tmp_path: Path) -> None:
    steps = [("collect", "2026-06-07T20:00"), ("publish", "2026-06-08T08:00")]
    _compare(tmp_path, feedserver, {"Weng": "/history/lilianweng"}, steps, people=20, kills=4)


@pytest.mark.soak
def test_a_dozen_kills_in_three_days(feedserver: FeedServer, tmp_path: Path) -> None:
    steps = _every_day(date(2026, 6, 6), date(2026, 6, 8))
    _compare(tmp_path, feedserver, {"Weng": "/history/lilianweng"}, steps, people=20, kills=12)


@pytest.mark.soak
def test_five_hundred_kills_in_twelve_weeks(feedserver: FeedServer, shared: Path, tmp_path: Path) -> None:
    kills = int(os.environ.get("DIGEST_KILLS", "500"))
    last = date.fromisoformat(os.environ.get("DIGEST_UNTIL", "2026-08-24"))
    folders = sorted(path.name for path in (shared / "data/feeds/history").iterdir() if path.is_dir())
    feeds = {slug: f"/history/{slug}" for slug in folders} | {"arXiv": "/arxiv"}
    _compare(tmp_path, feedserver, feeds, _every_day(date(2026, 6, 6), last), people=1000, kills=kills)
