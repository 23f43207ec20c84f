"""Collecting against reader, rss2email, newsboat and sfeed_update: CPU and wall time, cold and warm, in one run.

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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DIGEST_SHARED", ROOT.parent / "shared"))
PR_SET_CHILD_SUBREAPER = 36
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


def measured(command: list[str], env: dict[str, str]) -> tuple[float, float, int]:
    """CPU seconds, wall seconds, and the exit code."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    code = subprocess.run(command, env=os.environ | env, capture_output=True, check=False).returncode
    wall = time.monotonic() - began
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall, code


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
        "digest": ([sys.executable, "-m", "digest", "-C", str(own), "collect"], {"PYTHONPATH": str(ROOT / "src")}),
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
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/stats", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        report(options, port)
    finally:
        os.kill(int(started.stdout), 15)


def report(options: argparse.Namespace, port: int) -> None:
    urls = [f"http://127.0.0.1:{port}/many/{n}" for n in range(options.feeds)]
    with tempfile.TemporaryDirectory() as folder:
        chosen = programs(Path(folder), urls, options.rivals, options.only)
        print(f"{options.feeds} feeds: CPU s, wall s, cold then warm; exit codes")
        for name, (command, env) in chosen.items():
            cold, warm = measured(command, env), measured(command, env)
            print(f"{name:14}{cold[0]:8.2f}{cold[1]:8.2f}{warm[0]:8.2f}{warm[1]:8.2f}  {cold[2]} {warm[2]}", flush=True)


if __name__ == "__main__":
    main()
