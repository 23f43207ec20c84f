"""`python benchmarks/scale.py [--minutes N] [--known FILE]`: one machine's file beside PostgreSQL with one and two workers.

Four ways, one after the other, do the same: `digest` on SQLite, `digest` on PostgreSQL, one worker, two workers. They collect feeds of
64 hosts on loopback, ten new entries each; compose the issue of each newsletter, which has the sample's items; and send letters of
about 70 kB into smtp-sink. Times are from the start of the processes to the last change in the store, and so include starting them. CPU is
that of `digest` and, beside it, that of PostgreSQL. Its `fsync` is on, and the store of SQLite is on the same disk.

Each task is done at a tenth, at a third and at the whole of its size, the cheapest first, as long as all four ways are expected to fit into the
minutes that are left. With --known, what was measured before is read from that file and not measured again. At the end come tables
in Markdown, and what the figures say of a deployment of 100,000 feeds, 50 newsletters and 1,000,000 readers.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.model import Workspace
from digest.storage.db import located, open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from send import sink

from support import postgres
from support.postgres import Cluster, copied_with_store, programs

HOSTS, ENTRIES, FEEDS_AT = 64, 10, 8765
SIZES = {"collect": 10_000, "compose": 20, "send": 200_000}
UNITS = {"collect": "a feed, ten new entries", "compose": "an issue of 144 items", "send": "a letter of 71 kB"}
SHARES = (10, 3, 1)  # of which one part is done
GUESS = {"collect": 40.0, "compose": 35.0, "send": 140.0}  # seconds of all ways at a tenth, with what they need first
PATIENCE = 3600
TICK = os.sysconf("SC_CLK_TCK")
ENTRY = (
    "<item><title>Language model agents that plan, part {n} of feed {feed}</title><link>https://a.example/{feed}/{n}</link>"
    "<guid>https://a.example/{feed}/{n}</guid><description>We train a large language model to plan with tools, and measure it on"
    " tasks that no earlier one could finish, with fewer steps and at a lower cost.</description></item>"
)
SERVER = """
import sys
from aiohttp import web
async def answer(request):
    feed = request.match_info["feed"]
    entries = "".join({entry!r}.format(n=n, feed=feed) for n in range({entries}))
    return web.Response(text=f'<rss version="2.0"><channel><title>{{feed}}</title>{{entries}}</channel></rss>', content_type="application/rss+xml")
app = web.Application()
app.add_routes([web.get("/{{feed}}", answer)])
web.run_app(app, host="0.0.0.0", port=int(sys.argv[1]), print=None, access_log=None)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One way of one task at one size: seconds, and CPU seconds of `digest` and of PostgreSQL."""

    task: str
    size: int
    way: str
    seconds: float
    cpu: float
    server: float

    def __str__(self) -> str:
        unit = 1000 / self.size
        return (
            f"{self.task:8} {self.size:7,} {self.way:12} {self.seconds:7.1f} s {self.size / self.seconds:8.1f}/s {self.seconds * unit:9.2f} ms each,"
            f" CPU {self.cpu * unit:9.2f} ms and PostgreSQL {self.server * unit:8.2f} ms"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How many workers there are, if any, and whether the store is in a database."""

    name: str
    database: bool
    workers: int = 0


WAYS = (
    Way(name="SQLite", database=False),
    Way(name="PostgreSQL", database=True),
    Way(name="one worker", database=True, workers=1),
    Way(name="two workers", database=True, workers=2),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Workspaces that are ready, on SQLite; the command for each, or the queues of workers; and when one is done."""

    folder: Path
    command: str
    queues: str
    done: Callable[[Path], bool]

    def places(self, folder: Path) -> list[Path]:
        return sorted(path.parent for path in folder.glob("*/feeds.yaml"))


def digest(place: Path, *argv: object) -> None:
    command = [sys.executable, "-m", "digest", "-C", str(place), *map(str, argv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), (command, done.stderr)


def count(place: Path, query: str) -> int:
    with open_store(located(Workspace(root=place))) as store:
        return int(store.connection.execute(query).fetchone()[0])


def collecting(folder: Path, port: int, feeds: int) -> Task:
    lines = [
        f"  - {{name: f{n}, url: 'http://127.0.0.{n % HOSTS + 1}:{port}/{n}', kind: papers}}" for n in range(feeds)
    ]
    (folder / "collect").mkdir(parents=True)
    settings = "digest: {timezone: UTC}\nfetch: {allow_private: true}\nfeeds:\n"
    (folder / "collect/feeds.yaml").write_text(settings + "\n".join(lines) + "\n")
    looked = "SELECT count(*) FROM fetches WHERE status = 'ok'"
    return Task(folder=folder, command="collect", queues="collect", done=lambda place: count(place, looked) >= feeds)


def due(place: Path) -> Path:
    """A newsletter whose feeds were collected yesterday and now, and whose slot was half an hour ago."""
    slot = datetime.now(UTC) - timedelta(minutes=30)
    place.parent.mkdir(parents=True, exist_ok=True)
    digest(place.parent, "init", "--sample", place.absolute())
    text = (place / "feeds.yaml").read_text()
    text = re.sub(r"timezone: .*", "timezone: UTC", re.sub(r"schedule: .*", f"schedule: {slot:%a %H:%M}".lower(), text))
    (place / "feeds.yaml").write_text(text)
    digest(place, "collect", "--at", (slot - timedelta(days=1)).isoformat())
    digest(place, "collect")
    return place


def _published(place: Path) -> bool:
    return bool(count(place, "SELECT count(*) FROM publications WHERE state = 'published'"))


def composing(folder: Path, newsletters: int) -> Task:
    first = due(folder / "n0")
    for number in range(1, newsletters):
        shutil.copytree(first, folder / f"n{number}")
    return Task(folder=folder, command="publish", queues="compose", done=_published)


def sending(folder: Path, port: int, letters: int) -> Task:
    """A newsletter that is as if `digest publish` had just begun to mail the issue."""
    place = due(folder / "send")
    digest(place, "publish")
    people = folder.parent / "people"
    people.write_text("".join(f"p{n}@example.org\n" for n in range(letters)))
    digest(place, "subscribers", "import", people)
    smtp = f"{{host: 127.0.0.1, port: {port}, security: none, connections: 4}}"
    with (place / "feeds.yaml").open("a") as file:
        file.write(f"\ndelivery: {{from: d@example.org, smtp: {smtp}}}\n")
    with open_store(located(Workspace(root=place))) as store, store.transaction():
        store.connection.execute("UPDATE publications SET state = 'sending'")
    return Task(folder=folder, command="publish", queues="compose,send", done=_published)


def ready(name: str, folder: Path, size: int, port: int) -> Task:
    if name == "collect":
        return collecting(folder, FEEDS_AT, size)
    return composing(folder, size) if name == "compose" else sending(folder, port, size)


def used(cluster: Cluster) -> float:
    """The CPU seconds that the server has used, with those of its processes that ended."""
    root = int((cluster.folder / "data/postmaster.pid").read_text().split()[0])
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(") ")[2].split()
            if int(path.parent.name) == root:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == root:
                total += sum(map(int, fields[11:13]))
    return total / TICK


def measured(cluster: Cluster, way: Way, task: Task, folder: Path) -> tuple[float, float, float]:
    """Seconds, and CPU seconds of `digest` and of the server: by commands, one after the other, or by workers until it is done."""
    places = task.places(folder)
    commands = [["-C", str(place), task.command] for place in places]
    if way.workers:
        commands = [["worker", "--queues", task.queues, "--workspaces", str(folder)]] * way.workers
    server, began, cpu = used(cluster), time.perf_counter(), 0.0
    running: list[subprocess.Popen[bytes]] = []
    for argv in commands:
        command = [sys.executable, "-m", "digest", *argv]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        if not way.workers:
            cpu += _waited(running[-1])
    while not all(map(task.done, places)):
        assert time.perf_counter() - began < PATIENCE, f"{way.name} is not done"
        assert not way.workers or all(process.poll() is None for process in running), "a worker ended"
        time.sleep(0.3)
    seconds = time.perf_counter() - began
    if way.workers:
        for process in running:
            process.send_signal(signal.SIGTERM)
        cpu = sum(map(_waited, running))
    return seconds, cpu, used(cluster) - server if way.database else 0.0


def _waited(process: "subprocess.Popen[bytes]") -> float:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.args
    return usage.ru_utime + usage.ru_stime


def all_ways(cluster: Cluster, name: str, size: int, task: Task, folder: Path) -> Iterator[Figures]:
    """The figures of each way, which all begin with the same rows."""
    template = ""
    for way in WAYS:
        own = folder / way.name.replace(" ", "-")
        if not way.database:
            shutil.copytree(task.folder, own)
        elif not template:
            os.environ["DIGEST_STORE"] = cluster.database()
            template = os.environ["DIGEST_STORE"].partition("@/")[2].partition("?")[0]
            for place in task.places(task.folder):
                copied_with_store(place, folder / "template" / place.name)
        if way.database:
            database = f"{template}_{WAYS.index(way)}"
            cluster.run("createdb", f"--template={template}", database)
            os.environ["DIGEST_STORE"] = cluster.url(database)
            shutil.copytree(folder / "template", own)
        seconds, cpu, server = measured(cluster, way, task, own)
        os.environ.pop("DIGEST_STORE", None)
        shutil.rmtree(own)
        yield Figures(task=name, size=size, way=way.name, seconds=seconds, cpu=cpu, server=server)


@contextmanager
def feedserver(port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", SERVER.format(entry=ENTRY, entries=ENTRIES), str(port)])
    time.sleep(2)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--known", type=Path, metavar="FILE")
    parser.add_argument("--scale", type=int, default=1, help="divide all sizes by this")
    args = parser.parse_args()
    where = programs()
    assert where is not None, "install PostgreSQL"
    os.environ.pop("DIGEST_STORE", None)
    found = (
        [Figures(**json.loads(line)) for line in args.known.read_text().splitlines()]
        if args.known and args.known.exists()
        else []
    )
    ends = time.monotonic() + args.minutes * 60
    took: dict[str, float] = {name: guess * SHARES[0] / args.scale for name, guess in GUESS.items()}  # of the whole
    print(f"load at the start: {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores", flush=True)
    with postgres.running(where, sync=True) as cluster, feedserver(FEEDS_AT), sink() as port:
        for share in SHARES:
            for name in sorted(SIZES, key=took.__getitem__):
                size = max(1, SIZES[name] // share // args.scale)
                if any((one.task, one.size) == (name, size) for one in found):
                    continue
                expected, left = took[name] / share, ends - time.monotonic()
                print(
                    f"{name} {size:,}: about {expected:.0f} s, of {left:.0f} left{'; left out' if expected > left else ''}",
                    flush=True,
                )
                if expected > left:
                    continue
                began = time.monotonic()
                with tempfile.TemporaryDirectory(prefix="digest-scale-") as temporary:
                    folder = Path(temporary)
                    made = ready(name, folder / "ready", size, port)
                    for figures in all_ways(cluster, name, size, made, folder):
                        print(figures, flush=True)
                        found.append(figures)
                        if args.known:
                            with args.known.open("a") as file:
                                file.write(f"{json.dumps(asdict(figures))}\n")
                took[name] = (time.monotonic() - began) * share
    print(f"load at the end: {os.getloadavg()[0]:.1f}")
    print_tables(found)


def print_tables(found: list[Figures]) -> None:
    """The figures of each task, by way and size, in Markdown; then what they say of a large deployment."""
    for name in SIZES:
        sizes = sorted({one.size for one in found if one.task == name})
        heads = "".join(f" {size:,}: `digest` | PostgreSQL | time |" for size in sizes)
        print(f"\n| {name} ({UNITS[name]}) |{heads}\n|---|{'--:|' * 3 * len(sizes)}")
        for way in WAYS:
            cells = [one for size in sizes for one in found if (one.task, one.size, one.way) == (name, size, way.name)]
            print(
                f"| {way.name} |"
                + "".join(
                    f" {_each(one.cpu, one)} | {_each(one.server, one)} | {_each(one.seconds, one)} |" for one in cells
                )
            )
    if {one.task for one in found} == set(SIZES):
        print_paper(
            {
                name: max(
                    (one for one in found if one.task == name and one.way == WAYS[-1].name), key=lambda one: one.size
                )
                for name in SIZES
            }
        )


def _each(seconds: float, one: Figures) -> str:
    """The share of one unit, in ms."""
    each = seconds / one.size * 1000
    return "" if not seconds else f"{each:,.0f} ms" if each >= 100 else f"{each:.2g} ms"


def print_paper(largest: dict[str, Figures]) -> None:
    """What two workers' figures at the largest size say of 100,000 feeds every four hours, 50 issues at once and 1,000,000 letters."""
    unit = {name: (one.cpu / one.size, one.server / one.size) for name, one in largest.items()}
    feeds = 100_000 / (4 * 3600)
    print(
        f"\n- {feeds:.1f} feeds a second: {feeds * unit['collect'][0]:.2f} cores of workers, {feeds * unit['collect'][1]:.2f} of PostgreSQL"
    )
    print(
        f"- 50 issues: {50 * unit['compose'][0]:.0f} s of CPU of workers, {50 * unit['compose'][1]:.0f} s of PostgreSQL"
    )
    workers, server = (1e6 * one / 60 for one in unit["send"])
    print(f"- 1,000,000 letters: {workers:.0f} min of CPU of workers, {server:.0f} min of PostgreSQL")
    ends = {"the workers": workers / 4, "PostgreSQL": server / 4, "the line": 1e6 * 71_000 * 8 / 1e9 / 60}
    told = ", ".join(f"{name} {minutes:.0f} min" for name, minutes in ends.items())
    print(
        f"- four workers, four cores of PostgreSQL, 1 Gbit/s: {told}; the slowest is {max(ends, key=ends.__getitem__)}"
    )


if __name__ == "__main__":
    main()
