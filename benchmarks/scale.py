"""`python benchmarks/scale.py [--feeds N] [--newsletters N] [--letters N]`: one machine's file beside PostgreSQL with one and two workers.

Four ways, one after the other, do the same: `digest` on SQLite, `digest` on PostgreSQL, one worker, two workers. They collect feeds of
64 hosts on loopback, ten new entries each; compose the issue of each newsletter, which has the sample's items; and send letters of
about 70 kB into smtp-sink. Times are from the start of the processes to the last change in the store, and so include starting them. CPU is
that of `digest` and, beside it, that of PostgreSQL. Its `fsync` is on, and the store of SQLite is on the same disk.
"""

import argparse
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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.model import Workspace
from digest.storage.db import located, open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from send import sink

from support import postgres
from support.postgres import Cluster, programs

HOSTS, ENTRIES = 64, 10
PATIENCE = 1200
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
    """One way of one task: seconds, and CPU seconds of `digest` and of PostgreSQL."""

    seconds: float
    cpu: float
    server: float


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


def digest(place: Path, *argv: object) -> None:
    command = [sys.executable, "-m", "digest", "-C", str(place), *map(str, argv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), (command, done.stderr)


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


def measured(  # noqa: PLR0917
    cluster: Cluster, way: Way, folder: Path, commands: list[list[str]], queues: str, done: Callable[[], bool]
) -> Figures:
    """By commands, one after the other, or by workers until it is done."""
    if way.workers:
        commands = [["worker", "--queues", queues, "--workspaces", str(folder)]] * way.workers
    server, began = used(cluster), time.perf_counter()
    cpu = 0.0
    running: list[subprocess.Popen[bytes]] = []
    for argv in commands:
        process = subprocess.Popen(
            [sys.executable, "-m", "digest", *argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        running.append(process)
        if not way.workers:
            cpu += _waited(process)
    while not done():
        assert time.perf_counter() - began < PATIENCE, f"{way.name} is not done"
        time.sleep(0.2)
    seconds = time.perf_counter() - began
    if way.workers:
        for process in running:
            process.send_signal(signal.SIGTERM)
        cpu = sum(map(_waited, running))
    return Figures(seconds=seconds, cpu=cpu, server=used(cluster) - server if way.database else 0.0)


def _waited(process: "subprocess.Popen[bytes]") -> float:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.args
    return usage.ru_utime + usage.ru_stime


def count(place: Path, query: str) -> int:
    with open_store(located(Workspace(root=place))) as store:
        return int(store.connection.execute(query).fetchone()[0])


def collecting(folder: Path, port: int, feeds: int) -> Path:
    lines = [
        f"  - {{name: f{n}, url: 'http://127.0.0.{n % HOSTS + 1}:{port}/{n}', kind: papers}}" for n in range(feeds)
    ]
    (folder / "collect").mkdir(parents=True)
    settings = "digest: {timezone: UTC}\nfetch: {allow_private: true}\nfeeds:\n"
    (folder / "collect/feeds.yaml").write_text(settings + "\n".join(lines) + "\n")
    return folder / "collect"


def composing(folder: Path, number: int) -> Path:
    """A newsletter whose feeds were collected yesterday and now, and whose slot was half an hour ago."""
    place = folder / f"n{number % 1000}"
    slot = datetime.now(UTC) - timedelta(minutes=30)
    digest(folder, "init", "--sample", place.absolute())
    text = (place / "feeds.yaml").read_text()
    text = re.sub(r"timezone: .*", "timezone: UTC", re.sub(r"schedule: .*", f"schedule: {slot:%a %H:%M}".lower(), text))
    (place / "feeds.yaml").write_text(text)
    digest(place, "collect", "--at", (slot - timedelta(days=1)).isoformat())
    digest(place, "collect")
    return place


def sending(folder: Path, port: int, letters: int) -> Path:
    place = composing(folder, -1)
    digest(place, "publish")
    people = folder.parent / "people"
    people.write_text("".join(f"p{n}@example.org\n" for n in range(letters)))
    digest(place, "subscribers", "import", people)
    with (place / "feeds.yaml").open("a") as file:
        file.write(
            f"\ndelivery: {{from: d@example.org, smtp: {{host: 127.0.0.1, port: {port}, security: none, connections: 4}}}}\n"
        )
    return place


def going(place: Path) -> None:
    """As if `digest publish` had just begun to mail the issue."""
    with open_store(located(Workspace(root=place))) as store, store.transaction():
        store.connection.execute("UPDATE publications SET state = 'sending'")


def one_way(
    way: Way, folder: Path, cluster: Cluster, ports: tuple[int, int], args: argparse.Namespace
) -> dict[str, Figures]:
    if way.database:
        os.environ["DIGEST_STORE"] = cluster.database()
    found = {}
    place = collecting(folder / "a", ports[0], args.feeds)
    looked = "SELECT count(*) FROM fetches WHERE status = 'ok'"
    found["collect"] = measured(
        cluster,
        way,
        folder / "a",
        [["-C", str(place), "collect"]],
        "collect",
        lambda: count(place, looked) >= args.feeds,
    )
    (folder / "b").mkdir()
    places = [composing(folder / "b", number) for number in range(args.newsletters)]
    closed = "SELECT count(*) FROM publications WHERE state = 'published'"
    commands = [["-C", str(place), "publish"] for place in places]
    found["compose"] = measured(
        cluster, way, folder / "b", commands, "compose", lambda: all(count(one, closed) for one in places)
    )
    (folder / "c").mkdir()
    place = sending(folder / "c", ports[1], args.letters)
    going(place)
    accepted = "SELECT count(*) FROM deliveries WHERE state = 'accepted'"
    found["send"] = measured(
        cluster,
        way,
        folder / "c",
        [["-C", str(place), "publish"]],
        "compose,send",
        lambda: count(place, accepted) >= args.letters,
    )
    os.environ.pop("DIGEST_STORE", None)
    return found


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
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--newsletters", type=int, default=4)
    parser.add_argument("--letters", type=int, default=5000)
    args = parser.parse_args()
    where = programs()
    assert where is not None, "install PostgreSQL"
    os.environ.pop("DIGEST_STORE", None)
    folder = Path(tempfile.mkdtemp(prefix="digest-scale-"))
    print(f"load at the start: {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores", flush=True)
    units = {"collect": args.feeds, "compose": args.newsletters, "send": args.letters}
    try:
        with postgres.running(where, sync=True) as cluster, feedserver(8765), sink() as port:
            for way in WAYS:
                found = one_way(way, folder / way.name.replace(" ", "-"), cluster, (8765, port), args)
                for task, one in found.items():
                    unit = 1000 / units[task]
                    print(
                        f"{way.name:12} {task:8} {one.seconds:7.1f} s {units[task] / one.seconds:8.1f}/s"
                        f"  {one.seconds * unit:8.2f} ms each, CPU {one.cpu * unit:8.2f} ms and PostgreSQL {one.server * unit:7.2f} ms",
                        flush=True,
                    )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"load at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
