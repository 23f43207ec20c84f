"""A run that is killed at any moment, again and again, ends like one that never was: same archive, nobody mailed twice."""

import os
import random
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from support.forked import Fork, Forks
from support.mailing import REPLAY_CONFIG, store_of, subscribe
from support.running import FeedServer
from support.smtpserver import SmtpServer

pytestmark = pytest.mark.slow


class Replay:
    """A workspace that lives through days of real feeds, each step a process that may be killed and is then run again."""

    def __init__(self, place: Path, server: FeedServer, feeds: dict[str, str], forks: Forks, *, people: int) -> None:
        self.place, self.server, self.forks, self.sink = place, server, forks, SmtpServer()
        self.kills = 0
        place.mkdir()
        lines = [
            f'  - {{name: "{name}", url: "{server.url}{path}", kind: papers, max_items: 5000}}\n'
            for name, path in feeds.items()
        ]
        (place / "feeds.yaml").write_text(REPLAY_CONFIG.format(port=self.sink.port) + "".join(lines))
        subscribe(place, *(f"reader{n}@example.org" for n in range(people)))

    def live(self, steps: Sequence[tuple[str, str]]) -> list[float]:
        """Each step is a command and its clock; the seconds that each takes."""
        return [self._step(command, at) for command, at in steps]

    def die(self, steps: Sequence[tuple[str, str]], took: Sequence[float], *, kills: int, dice: random.Random) -> None:
        """The same, killed at so many moments of the time that it took undisturbed."""
        planned = Counter(dice.choices(range(len(steps)), weights=took, k=kills))
        for number, (command, at) in enumerate(steps):
            longest = took[number]
            while planned[number]:
                process = self._begin(command, at)
                # Less is left to do: the next is killed earlier.
                if process.wait_for(dice.uniform(0, longest)) is not None:
                    longest = process.seconds
                elif process.kill():
                    self.kills += 1
                    planned[number] -= 1
            self._step(command, at)

    def _begin(self, command: str, at: str) -> Fork:
        self.server.set_date(at[:10])
        with (self.place / "errors").open("wb") as errors:
            return self.forks.start(["-C", self.place, command, "--at", at], stderr=errors)

    def _step(self, command: str, at: str) -> float:
        process = self._begin(command, at)
        code = process.wait(timeout=300)
        told = (self.place / "errors").read_text()
        assert code in (0, 1), told
        assert "Traceback" not in told, told
        return process.seconds

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
    forks: Forks,
    server: FeedServer,
    feeds: dict[str, str],
    steps: Sequence[tuple[str, str]],
    *,
    people: int,
    kills: int,
) -> None:
    with ExitStack() as stack:
        calm = Replay(tmp_path / "calm", server, feeds, forks, people=people)
        wild = Replay(tmp_path / "wild", server, feeds, forks, people=people)
        stack.enter_context(closing(calm.sink))
        stack.enter_context(closing(wild.sink))
        took = calm.live(steps)
        print(f"undisturbed: {len(steps)} steps, {sum(took):.0f} s, the longest {max(took):.1f} s", flush=True)
        wild.die(steps, took, kills=kills, dice=random.Random(2))
    issues = len(list((tmp_path / "calm/archive").glob("*/issue.json")))
    doubt = wild.in_doubt()
    mails, bytes_ = len(wild.mails()), sum(map(len, wild.archive().values()))
    print(f"{issues} issues of {bytes_} bytes, {wild.kills} runs killed, {mails} mails, {doubt} in doubt")
    assert wild.kills == kills
    assert wild.archive() == calm.archive()
    assert set(wild.mails().values()) == {1}
    assert len(calm.mails()) == issues * people
    assert len(wild.mails()) <= issues * people <= len(wild.mails()) + doubt
    assert doubt <= 4 * wild.kills


def test_a_few_kills(feedserver: FeedServer, tmp_path: Path, forks: Forks) -> None:
    steps = [("collect", "2026-06-07T20:00"), ("publish", "2026-06-08T08:00")]
    _compare(tmp_path, forks, feedserver, {"Weng": "/history/lilianweng"}, steps, people=20, kills=4)


@pytest.mark.soak
def test_a_dozen_kills_in_three_days(feedserver: FeedServer, tmp_path: Path, forks: Forks) -> None:
    steps = _every_day(date(2026, 6, 6), date(2026, 6, 8))
    _compare(tmp_path, forks, feedserver, {"Weng": "/history/lilianweng"}, steps, people=20, kills=12)


@pytest.mark.soak
def test_five_hundred_kills_in_twelve_weeks(feedserver: FeedServer, shared: Path, tmp_path: Path, forks: Forks) -> None:
    kills = int(os.environ.get("DIGEST_KILLS", "500"))
    last = date.fromisoformat(os.environ.get("DIGEST_UNTIL", "2026-08-24"))
    folders = sorted(path.name for path in (shared / "data/feeds/history").iterdir() if path.is_dir())
    feeds = {slug: f"/history/{slug}" for slug in folders} | {"arXiv": "/arxiv"}
    _compare(tmp_path, forks, feedserver, feeds, _every_day(date(2026, 6, 6), last), people=1000, kills=kills)
