"""Two newsletters served by two daemons and three workers, one of which has a clock that is five minutes fast, and all that can be killed.

A round lasts from a slot until everybody has their issue or their letter. At random moments in it a process is killed with -9, or the
database's server is, or the network to it is cut within a message.
"""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from digest.errors import DigestError
from digest.model import Workspace
from digest.storage.archive import Archive
from digest.storage.db import open_store
from digest.storage.db.deployment import open_deployment
from digest.storage.db.location import server
from digest.storage.files import heartbeat
from support.deployments import newsletter, start, start_on, with_letters
from support.forked import Fork, Forks
from support.network import Network, network_before
from support.postgres import Cluster, running
from support.publishing import ITEM
from support.running import wait_for
from support.smtpserver import SmtpServer, serving

NAMES = ("one", "two")
HOSTS, FEEDS, SLOW = 8, 16, 1.5  # of each newsletter; each feed takes so many seconds to answer
CONNECTIONS = 3  # of each process that sends
LATE = timedelta(minutes=1)  # since the slot; a round may take the rest of 15 minutes to collect
VICTIMS = ("process", "server", "network")
DUTIES = {"collecting": "collect", "publishing": "compose"}  # of a daemon, by what its heartbeat says
Process = Fork | subprocess.Popen[bytes]


@dataclass(slots=True)
class Round:
    """A deployment at work, and what was done to it."""

    folder: Path
    forks: Forks
    cluster: Cluster
    network: Network
    database: str
    smtp: SmtpServer
    log: int
    dice: random.Random
    processes: dict[str, Process] = field(default_factory=dict)
    moments: Counter[str] = field(default_factory=Counter)
    doubts_allowed: int = 0

    def begin(self, who: str) -> None:
        """Start a process, or start it again."""
        if who in NAMES:
            self.processes[who] = self.forks.start(["-C", self.folder / who, "run"], stderr=self.log)
        elif who == "fast":
            self.processes[who] = start_on("a clock that is fast", self.folder, self.log)
        else:
            self.processes[who] = start(self.forks, self.folder, self.log)

    def harm(self, doing: str) -> None:
        """Let one moment come, of what is being done."""
        victim = self.dice.choice(VICTIMS)
        self.moments[f"{victim}, {doing}"] += 1
        if victim == "process":
            who = self.dice.choice(list(self.processes))
            os.kill(self.processes[who].pid, signal.SIGKILL)
            self.processes[who].wait(20)
            self.begin(who)
            self.doubts_allowed += CONNECTIONS
            return
        self.doubts_allowed += CONNECTIONS * len(self.processes)
        if victim == "server":
            self.cluster.stop(signal.SIGKILL)
            self.cluster.start()
        else:
            self.network.fail_after(self.dice.randrange(20_000))
            with suppress(AssertionError):
                wait_for(lambda: self.network._limit is None, seconds=2)
            self.network.fail_after(None)

    def at_work(self) -> str:
        """What is being done: the first step of those that workers and daemons are at."""
        where = server(self.cluster.url(self.database), subject="the test", place=Workspace(root=self.folder / "one"))
        kinds = set[str]()
        with suppress(DigestError), open_deployment(where) as shared:
            kinds = {one.doing.partition(":")[0] for one in shared.workers()}
        for name in NAMES:
            beat = heartbeat.read(self.folder / name / ".digest")
            if beat is not None and beat.doing in DUTIES:
                kinds.add(DUTIES[beat.doing])
        if "compose" in kinds and self.smtp.taken:
            kinds.add("send")  # a daemon that publishes sends in the end
        return next((kind for kind in ("send", "compose", "collect") if kind in kinds), "")

    def done(self) -> bool:
        """Whether everything is published, and nobody waits."""
        try:
            return all(self._done(name) for name in NAMES)
        except DigestError:
            return False

    def _done(self, name: str) -> bool:
        place = Workspace(root=self.folder / name)
        with open_store(server(self.cluster.url(self.database), subject="the test", place=place)) as store:
            counts = dict(store.connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
            people = store.subscribers.counts()["active"]
            published = bool(store.publications.in_state("published"))
        return published and counts.get("accepted", 0) + counts.get("in_doubt", 0) == people

    def end(self) -> None:
        """Stop all processes."""
        for one in self.processes.values():
            one.send_signal(signal.SIGTERM)
        for one in self.processes.values():
            one.wait(60)
        self.processes.clear()

    def check(self) -> dict[str, int]:
        """Nothing is lost, nobody got two, and no more are in doubt than was promised; how many are."""
        got = Counter(self.smtp.recipients)
        assert max(got.values()) == 1, "somebody got it twice"
        doubts, people = 0, 0
        for name in NAMES:
            place = Workspace(root=self.folder / name)
            with open_store(server(self.cluster.url(self.database), subject="the test", place=place)) as store:
                query = "SELECT address, state FROM deliveries JOIN subscribers ON id = subscriber"
                states = store.connection.execute(query).fetchall()
                assert len(store.issues.closed_keys()) == 1
            assert len(states) == len(dict(states)), "somebody is a recipient of two messages"
            accepted = {who for who, state in states if state == "accepted"}
            assert accepted <= set(got), "somebody was missed"
            doubts += sum(state == "in_doubt" for _, state in states)
            people += len(states)
            self._check_items(place, name)
        assert doubts <= self.doubts_allowed, f"{doubts} are in doubt, {self.doubts_allowed} may be"
        return {"readers": people, "doubts": doubts, "allowed": self.doubts_allowed}

    def _check_items(self, place: Workspace, name: str) -> None:
        """Each item of the slow feeds is in this issue, or if it was collected after its cutoff, in the next one."""
        at = (datetime.now(UTC) + timedelta(days=7)).isoformat()
        code = self.forks.start(["-C", place.root, "build", "--at", at], stderr=self.log).wait(300)
        assert code in (0, 1, 3)  # 3: there is nothing new
        archive = Archive(place.archive)
        shown = Counter(item.url for key in archive.issue_keys() for item in archive.read(key).items())
        ours = {url: count for url, count in shown.items() if f"/{name}-" in url}
        assert ours == {f"https://example.org/{name}-{n}": 1 for n in range(FEEDS)}, "an item is lost, or there twice"


@contextmanager
def slow_host() -> Iterator[int]:
    """A host of feeds that takes its time, at all addresses of this machine."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(SLOW)
            item = ITEM.format(name=self.path[1:])
            body = f'<rss version="2.0"><channel><title>F</title>{item}</channel></rss>'.encode()
            with suppress(OSError):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    host = ThreadingHTTPServer(("0.0.0.0", 0), Answer)  # all of 127.0.0.0/8
    threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        yield host.server_port
    finally:
        host.shutdown()
        host.server_close()


def _with_slow_feeds(place: Path, port: int) -> None:
    path = place / "feeds.yaml"
    text = path.read_text()
    assert "\nfeeds:\n" in text
    assert "allow_private" not in text
    lines = [
        f"  - {{name: Slow {n}, url: 'http://127.0.0.{n % HOSTS + 1}:{port}/{place.name}-{n}', kind: papers}}"
        for n in range(FEEDS)
    ]
    text = text.replace("\nfeeds:\n", "\nfeeds:\n" + "\n".join(lines) + "\n")
    path.write_text(text.replace("\nfeeds:\n", "\nfetch: {allow_private: true}\nfeeds:\n", 1))


def _slowly(stage: str, pause: float) -> None:
    if stage == "dot":
        time.sleep(pause)


@contextmanager
def begun(
    folder: Path, forks: Forks, programs: Path, sample: Path, *, people: int, pause: float, seed: int
) -> Iterator[Round]:
    """A round that has begun, with so many readers of each newsletter, a tenth of whom get letters."""
    (folder / "newsletters").mkdir(parents=True)
    with ExitStack() as stack:
        cluster = stack.enter_context(running(programs))
        network = stack.enter_context(network_before(cluster.folder / ".s.PGSQL.5432"))
        smtp = stack.enter_context(serving(hook=partial(_slowly, pause=pause)))
        port = stack.enter_context(slow_host())
        log = stack.enter_context((folder / "log").open("ab"))
        database = cluster.database().partition("@/")[2].partition("?")[0]
        os.environ["DIGEST_STORE"] = f"postgresql://postgres@127.0.0.1:{network.port}/{database}"
        for name in NAMES:
            place = newsletter(folder / "newsletters" / name, sample=sample, port=smtp.port, people=people, late=LATE)
            with_letters(place, people // 10)
            _with_slow_feeds(place, port)
        made = Round(
            folder=folder / "newsletters",
            forks=forks,
            cluster=cluster,
            network=network,
            database=database,
            smtp=smtp,
            log=log.fileno(),
            dice=random.Random(seed),
        )
        try:
            for who in ("first", "second", "fast", *NAMES):
                made.begin(who)
            yield made
        finally:
            made.end()
