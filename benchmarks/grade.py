"""Grade twelve replayed weeks: what the field took up since, what became of each miss, and what each remedy would have cost.

    python benchmarks/grade.py SHARED FOLDER

The captured histories and arXiv's days of June 2026 are collected day by day into a workspace in FOLDER, and every Monday's issue is built
by `digest build`; from 1 August the monthly list of the most voted papers is collected, too. A replay that was interrupted goes on.
Prints the grade of each issue by everything that was seen, one work a line.
"""

import contextlib
import io
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from digest.cli import main as digest

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 6, 1), date(2026, 8, 24)
LAST_ARXIV, MONTHLY = date(2026, 7, 3), date(2026, 8, 1)
PORT = 8_792
CONFIG = """
digest: {title: Replay, timezone: UTC, schedule: "mon 08:00", lookback: 7d, max_age: 30d}
fetch: {allow_private: true}
feeds:
  - name: arXiv
    url: SERVER/arxiv
    kind: papers
    include: ['(?i)language model|\\bLLMs?\\b|transformer|token|prompt|agent|reasoning|fine-tun|state space model']
  - {name: Hugging Face Daily Papers, url: SERVER/history/hf-daily-papers, kind: papers, weight: 1.5}
  - {name: Hugging Face Papers, url: SERVER/history/hf-papers-jsonfeed, kind: papers}
  - {name: Chat arXiv, url: SERVER/history/cn-chat-arxiv-cs-cl, kind: papers}
  - {name: Lilian Weng, url: SERVER/history/lilianweng, kind: blog, weight: 1.5}
  - {name: Laboratories, url: SERVER/history/0xsmw-ai-research, kind: blog, on_topic: true}
  - {name: xAI, url: SERVER/history/0xsmw-xai-news, kind: blog, on_topic: true}
  - {name: Surge, url: SERVER/history/olshansk-blogsurgeai, kind: blog}
  - {name: Cohere, url: SERVER/history/olshansk-cohere, kind: blog, on_topic: true}
  - {name: Meta AI, url: SERVER/history/olshansk-meta-ai, kind: blog}
  - {name: Mistral, url: SERVER/history/olshansk-mistral, kind: blog, on_topic: true}
  - {name: OpenAI developers, url: SERVER/history/olshansk-openai-developer, kind: blog, on_topic: true}
  - {name: OpenAI engineering, url: SERVER/history/olshansk-openai-engineering, kind: blog, on_topic: true}
  - {name: Transluce, url: SERVER/history/olshansk-transluce, kind: blog}
  - {name: Ai2, url: SERVER/history/turing-allenai-news, kind: blog}
"""
MONTHLY_LIST = "  - {name: Hugging Face monthly, url: SERVER/real/hf-monthly-papers, kind: papers, weight: 1.5}\n"


@contextlib.contextmanager
def server(shared: Path) -> Iterator[str]:
    script = [sys.executable, str(shared / "tools/feedserver.py"), "--data", str(shared / "data"), "--port", str(PORT)]
    process = subprocess.Popen(script, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1):
                break
            time.sleep(0.3)
        yield f"http://127.0.0.1:{PORT}"
    finally:
        process.terminate()


def run(root: Path, *arguments: str) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        code = digest(["-C", str(root), *arguments])
    if code not in (0, 1):
        raise SystemExit(f"digest {' '.join(arguments)}: exit code {code}\n{output.getvalue()}")
    return output.getvalue()


def replay(root: Path, url: str) -> None:
    root.mkdir(parents=True, exist_ok=True)
    done = root / "replayed"
    day = date.fromisoformat(done.read_text()) + DAY if done.exists() else FIRST
    while day <= LAST:
        feeds = CONFIG + (MONTHLY_LIST if day >= MONTHLY else "")
        (root / "feeds.yaml").write_text(feeds.replace("SERVER", url))
        request = urllib.request.Request(f"{url}/clock/{day}", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        if day.weekday() == 0 and day > FIRST:
            run(root, "build", "--at", f"{day}T08:00")
        if day <= LAST_ARXIV or day.weekday() in (5, 6):
            run(root, "collect", "--at", f"{day}T12:00")
        done.write_text(day.isoformat())
        print(day, f"{time.process_time():.0f} s", flush=True)
        day += DAY


def report(root: Path) -> None:
    """Each grade by everything that was seen up to the end, one work a line, and the sums."""
    fates: Counter[str] = Counter()
    costs = []
    for key in sorted(one["key"] for one in json.loads(run(root, "list", "--json"))):
        found = json.loads(run(root, "grade", key, "--now", "--at", f"{LAST}T12:00", "--json"))["grade"]
        if not found["works"]:
            continue
        print(f"\n{key}")
        for work in found["works"]:
            fates[work["fate"]] += 1
            remedy = work["remedy"] or {"command": "", "others": None}
            costs += [remedy["others"]] if remedy["others"] is not None else []
            signs = ", ".join(sorted({sign["kind"] for sign in work["uptakes"]}))
            print(
                f"{work['fate']:>11}  {work['title'][:70]:<70}  {work['detail'][:34]:<34}  {signs:<12}  {remedy['command']}"
            )
    print(f"\n{fates.total()} works taken up: {dict(fates.most_common())}")
    print(f"other works that a remedy lets in: median {median(costs)}, most {max(costs)}")


def main(shared: Path, root: Path) -> None:
    with server(shared) as url:
        replay(root, url)
    report(root)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
