"""Two newsletters whose database is lost at any moment of collecting, composing and sending: nothing lost, nobody twice.

The network between is cut, or the server killed, when a random number of bytes has passed, within messages too.
"""

import random
import signal
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.storage.archive import Archive
from support.disks import filled
from support.forked import Forks
from support.mailing import store_of, subscribe
from support.network import Network, network_before
from support.postgres import Cluster, running
from support.publishing import Paper
from support.smtpserver import SmtpServer, serving

CONNECTIONS = 3
FIRST = datetime(2026, 6, 8, 8, tzinfo=ZoneInfo("Europe/Berlin"))  # a slot, as are the same hours of later weeks
WEEK = timedelta(days=7)
NAMES, PEOPLE = ("one", "two"), 8


@dataclass
class Losses:
    """What became of the commands under which the database was lost."""

    dice: random.Random
    network: Network
    server: Cluster
    forks: Forks
    codes: Counter[int] = field(default_factory=Counter)
    usual: int = 60_000  # bytes of a command that loses nothing

    def run(self, place: Path, at: datetime) -> int:
        """Publish in peace, and learn how many bytes that takes."""
        self.network.fail_after(None)
        code = published(self.forks, place, at)
        self.usual = max(self.network.passed, 10_000)
        return code

    def lose(self, place: Path, at: datetime) -> None:
        """Publish, and lose the database meanwhile: in one case of three it is killed, else the network is cut."""
        kill = self.dice.random() < 1 / 3
        self.network.fail_after(self.dice.randrange(self.usual), self._kill if kill else None)
        code = published(self.forks, place, at)
        self.network.fail_after(None)
        if self.server.process.poll() is not None:
            self.server.start()
        self.codes[code] += 1

    def _kill(self) -> None:
        self.server.stop(signal.SIGKILL if self.dice.random() < 0.5 else signal.SIGQUIT)


def published(forks: Forks, place: Path, at: datetime) -> int:
    """The exit code of a run for a slot, which says in one message if it lost the database."""
    with tempfile.TemporaryFile("w+") as err:
        code = forks.start(["-C", place, "publish", "--at", at.isoformat()], stderr=err).wait(timeout=300)
        err.seek(0)
        told = err.read()
    assert "Traceback" not in told, told
    assert code in (0, 1, 2), told
    assert code != 2 or "cannot be used" in told, told
    return code


def _paper(root: Path, people: int, smtp: int) -> Paper:
    paper = Paper(root)
    server = f"{{host: 127.0.0.1, port: {smtp}, security: none, connections: {CONNECTIONS}, timeout: 5s}}"
    with paper.place.config.open("a") as file:
        file.write(f"delivery: {{from: d@example.org, list_id: {root.name}.example.org, smtp: {server}}}\n")
    subscribe(root, *(f"{root.name}{n}@example.org" for n in range(people)))
    return paper


def _check(paper: Paper, written: list[str], sizes: list[int]) -> int:
    """Each item is in one issue, and everybody who subscribed by then has a row of each; how many are in doubt."""
    archive = Archive(paper.place.archive)
    keys = sorted(archive.issue_keys())
    shown = Counter(item.url.rpartition("/")[2] for key in keys for item in archive.read(key).items())
    assert shown == Counter(written)
    with store_of(paper.place.root) as store:
        assert store.issues.closed_keys() == set(keys)
        rows = store.connection.execute(
            "SELECT issue, state, count(*) FROM deliveries GROUP BY issue, state"
        ).fetchall()
    assert {state for _, state, _ in rows} <= {"accepted", "in_doubt"}
    assert [sum(count for issue, _, count in rows if issue == key) for key in keys] == sizes
    return sum(count for _, state, count in rows if state == "in_doubt")


def _received(smtp: SmtpServer) -> Counter[tuple[str, str]]:
    """Who got which message how often. Its Message-ID is that of the issue and of the recipient."""
    return Counter(
        (taken.recipient, taken.content.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()) for taken in smtp.taken
    )


@pytest.mark.parametrize(
    ("moments", "crowd"),
    [pytest.param(6, 0, marks=pytest.mark.slow), pytest.param(300, 2500, marks=pytest.mark.soak)],
    ids=["some", "many"],
)
def test_a_database_lost_at_any_moment_loses_nothing_and_mails_nobody_twice(
    request: pytest.FixtureRequest, own_postgres: Cluster, monkeypatch: pytest.MonkeyPatch, moments: int, crowd: int
) -> None:
    """In the last week of the long run a crowd subscribes, so that the last third of all moments are of sending to it."""
    forks, tmp_path = map(request.getfixturevalue, ("forks", "tmp_path"))
    name = own_postgres.database().partition("@/")[2].partition("?")[0]
    written: dict[str, list[str]] = {one: [] for one in NAMES}
    sizes: list[int] = []
    with serving() as smtp, network_before(own_postgres.folder / ".s.PGSQL.5432") as network:
        monkeypatch.setenv("DIGEST_STORE", f"postgresql://postgres@127.0.0.1:{network.port}/{name}")
        losses = Losses(dice=random.Random(moments), network=network, server=own_postgres, forks=forks)
        papers = {one: _paper(tmp_path / one, PEOPLE, smtp.port) for one in NAMES}
        while losses.codes.total() < moments:
            at = FIRST + len(sizes) * WEEK
            last = bool(crowd) and losses.codes.total() > moments * 2 / 3
            sizes.append(PEOPLE + crowd * last)
            for one, paper in papers.items():
                new = [f"{one}-{len(sizes)}-{n}" for n in range(6)]
                paper.write(*new)
                written[one] += new
                if last:
                    subscribe(paper.place.root, *(f"{one}{n}@example.org" for n in range(PEOPLE, PEOPLE + crowd)))
                left = moments - losses.codes.total()
                for _ in range((left + 1) // 2 if last else losses.dice.randint(0, 3)):
                    losses.lose(paper.place.root, at)
                assert losses.run(paper.place.root, at) in (0, 1)
        doubts = [_check(paper, written[one], sizes) for one, paper in papers.items()]
        got = _received(smtp)
    print(dict(losses.codes), sizes, doubts, len(got))
    assert losses.codes[2] > moments / 3, "few commands lost their database"
    assert max(got.values()) == 1, "somebody got it twice"
    assert sum(doubts) <= CONNECTIONS * losses.codes[2]
    assert len(got) + sum(doubts) >= sum(sizes) * len(NAMES), "somebody was missed"


@pytest.mark.slow
def test_a_full_disk_under_the_database_stops_what_writes_and_nothing_is_lost(
    request: pytest.FixtureRequest, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    forks, tmp_path = map(request.getfixturevalue, ("forks", "tmp_path"))
    with running(postgres.programs, disk="96m") as server, serving() as smtp:
        monkeypatch.setenv("DIGEST_STORE", server.database())
        paper = _paper(tmp_path / "one", PEOPLE, smtp.port)
        paper.write("one-1")
        codes = []
        for week in range(3):
            at = FIRST + week * WEEK
            paper.write(*(f"one-{week}-{n}" for n in range(15)))
            filled(server.folder)
            codes += [published(forks, paper.place.root, at) for _ in range(2)]
            (server.folder / "ballast").unlink()
            if server.process.poll() is not None:
                server.start()
            assert published(forks, paper.place.root, at) in (0, 1)
        written = ["one-1", *(f"one-{week}-{n}" for week in range(3) for n in range(15))]
        doubts = _check(paper, written, [PEOPLE] * 3)
        got = _received(smtp)
    assert 2 in codes, "no disk was too small"
    assert max(got.values()) == 1, "somebody got it twice"
    assert len(got) + doubts >= 3 * PEOPLE, "somebody was missed"
