"""Collecting against reader, rss2email, newsboat and sfeed_update: CPU, wall time and memory, cold and warm, in one run.

    python benchmarks/collect.py --feeds 1000 --rivals .bench/bin

`--rivals` is the `bin` of an environment with requirements-bench.txt; newsboat and sfeed_update come from Debian. The data
server stands in $DIGEST_SHARED or ../shared. What is not installed is left out, and said to be. CPU counts every process that
a program started, also those it did not wait for.
"""

import argparse
import ctypes
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DIGEST_SHARED", ROOT.parent / "shared"))
PR_SET_CHILD_SUBREAPER = 36
COMPILED = {
    "PYTHONPATH": str(ROOT / "src"),
    "PYTHONDONTWRITEBYTECODE": "",
}  # as installed packages are, the rivals' among them
BARE = """
import asyncio, sys, aiohttp
async def main(urls):
    gate = asyncio.Semaphore(32)
    async with aiohttp.ClientSession() as session:
        async def get(url):
            async with gate, session.get(url) as answer:
                await answer.read()
        await asyncio.gather(*map(get, urls))
asyncio.run(main(open(sys.argv[1]).read().split()))
"""
READER = """
import sys, reader
r = reader.make_reader(sys.argv[2])
for url in open(sys.argv[1]).read().split():
    r.add_feed(url, exist_ok=True)
r.update_feeds(scheduled=False, workers=10)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What one run took: seconds of CPU and wall, and the most memory that its processes held together, in MB."""

    cpu: float
    wall: float
    memory: float
    code: int


def measured(command: list[str], env: dict[str, str]) -> Figures:
    """Run a command to its end, and until everything that it started has ended."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(memory, family(process.pid))))
        time.sleep(0.1)
    wall = time.monotonic() - began
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figures(cpu=cpu, wall=wall, memory=peak, code=process.returncode)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = [
            child for each in Path(f"/proc/{pid}/task").glob("*/children") for child in each.read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def memory(pid: int) -> float:
    """A process's share of memory in MB, pages that several hold counted once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")), 0.0)


def programs(folder: Path, urls: list[str], rivals: Path, only: str) -> dict[str, tuple[list[str], dict[str, str]]]:
    listed = folder / "urls"
    listed.write_text("\n".join(urls) + "\n")
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "c"), "XDG_DATA_HOME": str(folder / "d")}
    own = folder / "own"
    own.mkdir()
    (own / "feeds.yaml").write_text(
        "fetch: {allow_private: true, per_host: 32}\nfeeds:\n"
        + "".join(f'  - {{name: "f{n}", url: "{url}", kind: blog}}\n' for n, url in enumerate(urls))
    )
    (folder / "sfeedrc").write_text(
        "maxjobs=10\nfeeds() {\n" + "".join(f'  feed "f{n}" "{url}"\n' for n, url in enumerate(urls)) + "}\n"
    )
    (folder / "news").write_text("reload-threads 10\n")
    mail = ["--config", str(folder / "r2e.cfg"), "--data", str(folder / "r2e.json")]
    r2e = [str(rivals / "r2e"), *mail]
    found = {
        "digest": ([sys.executable, "-m", "digest", "-C", str(own), "collect"], COMPILED),
        "bare aiohttp": ([sys.executable, "-c", BARE, str(listed)], {}),
        "reader": ([str(rivals / "python"), "-c", READER, str(listed), str(folder / "reader.sqlite")], {}),
        "newsboat": (
            ["newsboat", "-C", str(folder / "news"), "-u", str(listed), "-c", str(folder / "cache"), "-x", "reload"],
            home,
        ),
        "sfeed_update": (["sfeed_update", str(folder / "sfeedrc")], home),
        "rss2email": ([*r2e, "run", "--no-send"], home),
    }
    found = {
        name: each for name, each in found.items() if shutil.which(each[0][0]) and name in (only or name).split(",")
    }
    if "rss2email" in found:
        subprocess.run([*r2e, "new", "nobody@example.org"], env=os.environ | home, check=True, capture_output=True)
        for n, url in enumerate(urls):
            subprocess.run([*r2e, "add", f"f{n}", url], env=os.environ | home, check=True, capture_output=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--rivals", type=Path, default=ROOT / ".bench" / "bin")
    parser.add_argument("--only", default="", help="names, with commas between")
    options = parser.parse_args()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    server = [sys.executable, str(SHARED / "tools/feedserver.py"), "--many", str(options.feeds), "--latency", "50"]
    # The server is no child of this process, so that its time counts for nobody.
    shell = 'exec 3>&1; "$@" >/dev/null 2>&1 3>&- & echo $!'
    started = subprocess.run(
        ["sh", "-c", f"(setsid sh -c '{shell}' sh \"$@\")", "sh", *server, "--port", str(port)],
        capture_output=True,
        text=True,
        check=True,
    )
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    subprocess.run([sys.executable, "-m", "compileall", "-q", ROOT / "src"], env=os.environ | COMPILED, check=True)
    try:
        for _ in range(3000):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/stats", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        report(options, port)
    finally:
        os.kill(int(started.stdout), 15)


def report(options: argparse.Namespace, port: int) -> None:
    """Every program once a round, cold and then warm; of the rounds, the least CPU and what went with it."""
    urls = [f"http://127.0.0.1:{port}/many/{n}" for n in range(options.feeds)]
    found: dict[str, list[tuple[Figures, Figures]]] = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            for name, (command, env) in programs(Path(folder), urls, options.rivals, options.only).items():
                runs = measured(command, env), measured(command, env)
                found.setdefault(name, []).append(runs)
                print(name, runs, file=sys.stderr, flush=True)
    print(
        f"{options.feeds} feeds, least CPU of {options.rounds} rounds: CPU s, wall s, MB; cold, then warm; exit codes"
    )
    for name, rounds in found.items():
        least = [min((both[n] for both in rounds), key=lambda run: run.cpu) for n in (0, 1)]
        told = "".join(f"{run.cpu:9.2f}{run.wall:9.2f}{run.memory:7.0f}" for run in least)
        print(f"{name:14}{told}   {least[0].code} {least[1].code}")


if __name__ == "__main__":
    main()
