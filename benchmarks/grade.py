"""Grade twelve replayed weeks: what the field took up since, what became of each miss, and what each remedy would have cost.

    python benchmarks/grade.py SHARED FOLDER

The captured histories and arXiv's days of June 2026 are collected day by day into a workspace in FOLDER, and every Monday's issue is built
by `digest build`; from 1 August the monthly list of the most voted papers is collected, too. A replay that was interrupted goes on.
Prints the grade of each issue by everything that was seen, one work a line. Then the same weeks are replayed in FOLDER/remedied with every
offered line of the watchlist from the first day on, to compare what that changes with what the grades foretold.
"""

import contextlib
import io
import json
import shlex
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
from typing import Any

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


def replay(root: Path, url: str, watched: str = "") -> None:
    root.mkdir(parents=True, exist_ok=True)
    done = root / "replayed"
    day = date.fromisoformat(done.read_text()) + DAY if done.exists() else FIRST
    while day <= LAST:
        feeds = CONFIG + (MONTHLY_LIST if day >= MONTHLY else "")
        (root / "feeds.yaml").write_text(watched + feeds.replace("SERVER", url))
        request = urllib.request.Request(f"{url}/clock/{day}", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        if day.weekday() == 0 and day > FIRST:
            run(root, "build", "--at", f"{day}T08:00")
        if day <= LAST_ARXIV or day.weekday() in (5, 6):
            run(root, "collect", "--at", f"{day}T12:00")
        done.write_text(day.isoformat())
        print(day, f"{time.process_time():.0f} s", flush=True)
        day += DAY


def grades(root: Path) -> list[dict[str, Any]]:
    """The grade of each issue by everything that was seen up to the end."""
    keys = sorted(one["key"] for one in json.loads(run(root, "list", "--json")))
    asked = (run(root, "grade", key, "--now", "--at", f"{LAST}T12:00", "--json") for key in keys)
    return [json.loads(one)["grade"] for one in asked]


def report(found: list[dict[str, Any]]) -> None:
    """Each grade, one work a line, and the sums."""
    fates: Counter[str] = Counter()
    costs = []
    for grade in found:
        print(f"\n{grade['key']}" if grade["works"] else "", end="\n" if grade["works"] else "")
        for work in grade["works"]:
            fates[work["fate"]] += 1
            remedy = work["remedy"] or {"command": "", "others": None}
            costs += [remedy["others"]] if remedy["others"] is not None else []
            signs = ", ".join(sorted({sign["kind"] for sign in work["uptakes"]}))
            print(
                f"{work['fate']:>11}  {work['title'][:70]:<70}  {work['detail'][:34]:<34}  {signs:<12}  {remedy['command']}"
            )
    print(f"\n{fates.total()} works taken up: {dict(fates.most_common())}")
    print(f"other works that a remedy lets in: median {median(costs)}, most {max(costs)}")


def shown(root: Path) -> dict[str, set[str]]:
    """The works that each issue showed in its mail or in full, by all of their keys."""
    found = {}
    for path in sorted(root.glob("archive/2*/issue.json")):
        issue = json.loads(path.read_text())
        first = {*issue.get("best", ()), *issue.get("watched", ())}
        items = [item for section in issue["trends"] for item in section["items"]]
        rest = [item for section in issue["trends"] for item in section["folded"]] + issue["also_noted"]
        found[issue["key"]] = {one["id"] for one in items} | {one["id"] for one in rest if one["id"] in first}
    return found


def remedied(root: Path, url: str, found: list[dict[str, Any]]) -> None:
    """What all offered lines of the watchlist change in a replay, beside what was foretold."""
    missed = [work for grade in found for work in grade["works"] if (work["remedy"] or {}).get("others") is not None]
    lines: dict[str, list[str]] = {"terms": [], "authors": []}
    for work in missed:
        words = shlex.split(work["remedy"]["command"])
        if words[:3] == ["digest", "watch", "add"]:
            lines[words[3].removeprefix("--") + "s"].append(words[4])
    replay(root / "remedied", url, f"watch: {json.dumps(lines)}\n")
    after = shown(root / "remedied")
    before = {key: works for key, works in shown(root).items() if key in after}
    taken = {work["id"] for grade in found for work in grade["works"]}
    had, has = set().union(*before.values()), set().union(*after.values())
    others = sum(work["remedy"]["others"] for work in missed)
    good = sum(work["remedy"]["taken_up"] for work in missed)
    print(f"\n{len(missed)} remedies: {lines}")
    print(f"misses shown: {sum(work['id'] in has for work in missed)} of {len(missed)}")
    for work in missed:
        if work["id"] not in has:
            print("  not shown:", work["id"], work["title"][:80], work["remedy"]["command"])
    print(f"shown: {len(had)} before, {len(has)} after; {len(has - had)} new, {len(had - has)} gone")
    print(f"new besides the misses: {len(has - had - {work['id'] for work in missed})}, foretold {others}")
    print(f"of them taken up: {len((has - had) & taken - {work['id'] for work in missed})}, foretold {good}")
    foretold = (len(had & taken) + len(missed) + good) / (len(had) + len(missed) + others)
    print(
        f"precision: {len(had & taken) / len(had):.4f} before, {len(has & taken) / len(has):.4f} after, foretold {foretold:.4f}"
    )


def main(shared: Path, root: Path) -> None:
    with server(shared) as url:
        replay(root, url)
        found = grades(root)
        report(found)
        remedied(root, url, found)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
