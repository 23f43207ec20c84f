"""False alarms and misses of the feeds' health -> docs/notebook/health.md. Real documents, real faults injected into them, the real pipeline.

    python benchmarks/health.py ../shared            prints the tables
    python benchmarks/health.py ../shared --write    and puts them into docs/notebook/health.md
    python benchmarks/health.py ../shared --first    the same on the weeks on which the rules were fixed

The rules were fixed on the weeks up to 25 July and on arXiv's days up to 19 June. What is judged lies after that: each feed as
it was (false alarms), and each with each fault, in a copy of the workspace as it stood before that look.
"""

import argparse
import contextlib
import datetime as dt
import hashlib
import importlib.util
import io
import json
import re
import shutil
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digest.cli import main

DAY = dt.timedelta(days=1)
WEEKS = tuple(dt.date(2026, 6, 6) + 7 * n * DAY for n in range(12))
DAYS = tuple(dt.date(2026, 6, 1) + n * DAY for n in range(34))
FIRST_WEEKS, FIRST_DAYS = WEEKS[:8], DAYS[:19]  # on these the rules were fixed
JUDGED_WEEKS, JUDGED_DAYS = WEEKS[8:], DAYS[19:]
HORIZON_DAYS = 8  # for how long a fault that stays is watched in a daily feed
NEWS_ONLY = ("hf-daily-papers", "hf-papers-jsonfeed", "cn-chat-arxiv-cs-cl", "arxiv")  # hold a batch, no archive
# What was really wrong with these feeds on the judged days, by their documents' own history.
BROKEN = {
    ("hf-daily-papers", dt.date(2026, 8, 15)): "frozen",
    ("hf-daily-papers", dt.date(2026, 8, 22)): "frozen",
    **{("0xsmw-xai-news", day): "restamped" for day in JUDGED_WEEKS},
    ("0xsmw-ai-research", dt.date(2026, 8, 15)): "restamped",
    ("0xsmw-ai-research", dt.date(2026, 8, 22)): "restamped",
    **{("olshansk-mistral", day): "frozen" for day in JUDGED_WEEKS},
}
UNDECIDED = ("olshansk-cohere",)  # nothing new since March: a pause, or a scraper that broke; nothing in the data tells
MEANT = {
    "frozen": {"silent", "stale", "frozen"},
    "stale batch": {"stale", "silent"},
    "half lost": {"shrunk", "stale"},
    "restamped": {"restamped", "stale"},
    "new ids": {"flooded", "strange"},
    "empty": {"empty", "silent", "stale", "frozen"},
    "another feed": {"strange"},
}
STAYS = ("frozen", "empty", "half lost")  # watched for several looks; the others are told at once or never
SHOWN_LATE = ("frozen", "empty")  # not tried where too few days are left to show it
FINE = ("ok", "learning")

_ITEM = re.compile(rb"<(item|entry)\b.*?</\1>", re.DOTALL)
_DATE = re.compile(rb"(<(pubDate|published|updated|dc:date)>)[^<]*(</\2>)")
_ADDRESS = re.compile(rb"(<(?:link|guid|id)\b[^>]*>\s*(?:<!\[CDATA\[)?)([^<\]\s]+)|(<link\b[^>]*\bhref=\")([^\"]+)")
_HEAD = re.compile(rb"(<channel>|<feed\b[^>]*>)")


@dataclass(kw_only=True, slots=True)
class Tally:
    """Trials of one kind of fault, in archives and in feeds of news only."""

    trials: int = 0
    caught: int = 0
    missed: list[str] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)  # how many it took to say so


Documents = Callable[[str, dt.date], bytes | None]  # feed, day -> its document on that day


class Real:
    """The captured documents, by feed and day."""

    def __init__(self, shared: Path) -> None:
        self._folder = shared / "data" / "feeds" / "history"
        spec = importlib.util.spec_from_file_location("feedserver", shared / "tools" / "feedserver.py")
        assert spec
        assert spec.loader
        self._server = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._server)
        self._feeds = self._server.Feeds(shared / "data", DAYS[0], 0)

    def names(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir() if path.is_dir())

    def history(self, name: str, day: dt.date) -> bytes | None:
        past = [path for path in sorted((self._folder / name).iterdir()) if path.stem[:10] <= day.isoformat()]
        return past[-1].read_bytes() if past else None

    def arxiv(self, _name: str, day: dt.date) -> bytes:
        self._feeds.date = day
        document: bytes = self._feeds.arxiv()
        return document


def without(body: bytes, keep: Callable[[int], bool]) -> bytes:
    """The document with only those of its entries."""
    if body.lstrip().startswith(b"{"):
        data = json.loads(body)
        data["items"] = [item for n, item in enumerate(data["items"]) if keep(n)]
        return json.dumps(data).encode()
    numbers = iter(range(10**9))
    return _ITEM.sub(lambda found: found[0] if keep(next(numbers)) else b"", body)


def half(body: bytes, salt: str) -> bytes:
    """The document without half of its entries, always the same ones."""

    def stays(item: bytes) -> bool:
        found = _ADDRESS.search(item)
        return hashlib.sha256(salt.encode() + (found[0] if found else item)).digest()[0] % 2 == 0

    if body.lstrip().startswith(b"{"):
        data = json.loads(body)
        data["items"] = [item for item in data["items"] if stays(str(item.get("id")).encode())]
        return json.dumps(data).encode()
    return _ITEM.sub(lambda found: found[0] if stays(found[0]) else b"", body)


def items(body: bytes) -> list[bytes]:
    return [found[0] for found in _ITEM.finditer(body)]


def restamped(body: bytes, day: dt.date) -> bytes:
    stamp = f"{day:%a, %d %b %Y} 00:00:00 GMT".encode()
    if body.lstrip().startswith(b"{"):
        data = json.loads(body)
        for item in data["items"]:
            item["date_published"] = f"{day}T00:00:00Z"
        return json.dumps(data).encode()
    iso = f"{day}T00:00:00Z".encode()
    return _DATE.sub(lambda found: found[1] + (stamp if found[2] == b"pubDate" else iso) + found[3], body)


def new_ids(body: bytes) -> bytes:
    """Every entry under another link and guid: what a site does that moves its posts to another path."""

    def moved(found: re.Match[bytes]) -> bytes:
        head, address = (found[1], found[2]) if found[1] else (found[3], found[4])
        return head + re.sub(rb"(\d{4}\.)(\d)(\d{4})", rb"\g<1>9\3", address).rstrip(b"/") + b"/moved"

    if body.lstrip().startswith(b"{"):
        data = json.loads(body)
        for item in data["items"]:
            item["id"], item["url"] = f"{item.get('id')}/moved", f"https://moved.example/{item.get('id')}"
        return json.dumps(data).encode()
    return _ITEM.sub(lambda found: _ADDRESS.sub(moved, found[0]), body)


def stale(before: bytes, now: bytes) -> bytes:
    """Yesterday's batch, one in fourteen of its entries replaced by today's, under a head that says today."""
    if before.lstrip().startswith(b"{"):
        old, new = json.loads(before), json.loads(now)
        few = max(1, len(old["items"]) // 14)
        old["items"] = new["items"][:few] + old["items"][few:]
        return json.dumps(old).encode()
    fresh = items(now)
    few = max(1, len(items(before)) // 14)
    numbers = iter(range(10**9))
    return _ITEM.sub(lambda found: fresh[n] if (n := next(numbers)) < min(few, len(fresh)) else found[0], before)


def faulty(
    kind: str, documents: Documents, name: str, others: Sequence[str], days: Sequence[dt.date]
) -> Iterator[bytes | None]:
    """The documents that a feed gives on the days from the second on; None where the fault cannot befall it."""
    before, now = documents(name, days[0]), documents(name, days[1])
    last = before if before and len(items(before)) + before.count(b'"url"') else None
    for day in days[1 : None if kind in STAYS else 2]:
        if not before or not now or last is None:
            yield None
        elif kind == "frozen":
            yield before
        elif kind == "empty":
            yield without(documents(name, day) or b"", lambda _: False)
        elif kind == "half lost":
            yield half(documents(name, day) or b"", f"{name} {days[1]}")
        elif kind == "restamped":
            yield restamped(before if name in NEWS_ONLY else now, day)
        elif kind == "new ids":
            yield new_ids(before if name in NEWS_ONLY else now)
        elif kind == "another feed":
            place = others.index(name)
            given = (documents(other, day) for other in [*others[place + 1 :], *others[:place]])
            yield next((body for body in given if body and (_ITEM.search(body) or b'"url"' in body)), None)
        else:
            empty = name == "arxiv" and day.weekday() > 4
            yield stale(before, now) if name in NEWS_ONLY and before != now and not empty else None


class Workspace:
    """A workspace of feeds that are files, collected and judged through the command line."""

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        self.root = root
        feeds = "".join(f"  - {{name: {name}, url: {name}.doc, kind: papers, max_items: 5000}}\n" for name in names)
        (root / "feeds.yaml").write_text(f"digest: {{timezone: UTC, schedule: mon 08:00}}\nfeeds:\n{feeds}")

    def copy(self, root: Path) -> "Workspace":
        shutil.copytree(self.root, root)
        twin = object.__new__(Workspace)
        twin.root = root
        return twin

    def look(self, day: dt.date, documents: dict[str, bytes | None]) -> dict[str, dict[str, Any]]:
        """Collect what the feeds hold on a day, and say how each is."""
        for name, body in documents.items():
            if body is not None:
                (self.root / f"{name}.doc").write_bytes(body)
        self._run("collect", day)
        return {one["name"]: one for one in json.loads(self._run("feeds", day))}

    def _run(self, command: str, day: dt.date) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            main(["-C", str(self.root), command, "--at", f"{day}T20:00", "--json"])
        return out.getvalue()


@dataclass(kw_only=True, slots=True)
class Found:
    """All that the tables need."""

    clean: int = 0
    false: list[str] = field(default_factory=list)
    natural: Tally = field(default_factory=Tally)
    undecided: list[str] = field(default_factory=list)
    faults: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))


def replay(
    names: Sequence[str], documents: Documents, days: Sequence[dt.date], judged: Sequence[dt.date], found: Found,
    *, horizon: int, others: Sequence[str] = (), other_documents: Documents | None = None,
) -> None:  # fmt: skip
    """Look at the feeds on each day as they were; on the judged ones, try each fault in a copy first."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "clean").mkdir()
        clean = Workspace(place / "clean", names)
        before: dict[str, dict[str, Any]] = {}
        for number, day in enumerate(days):
            if day in judged:
                spans = days[number - 1 : number + horizon]
                for kind in MEANT:
                    if kind in SHOWN_LATE and len(spans) <= min(horizon, 4):
                        continue  # the days that are left would not show it
                    _try(
                        kind,
                        clean,
                        place / "faulty",
                        names,
                        documents,
                        spans,
                        before,
                        found,
                        others or names,
                        other_documents,
                    )
            now = clean.look(day, {name: documents(name, day) for name in names})
            if day in judged:
                _count({name: one for name, one in now.items() if documents(name, day)}, day, found)
            before = now


def _count(now: dict[str, dict[str, Any]], day: dt.date, found: Found) -> None:
    """The feeds as they were: false alarms, and what was really broken."""
    for name, one in now.items():
        told = f"{name}, {day}: {one['sentence']}"
        if name in UNDECIDED:
            found.undecided += [told] if one["sentence"] else []
        elif (name, day) in BROKEN:
            caught = one["verdict"] in MEANT[BROKEN[name, day]]
            found.natural.trials += 1
            found.natural.caught += caught
            found.natural.missed += [] if caught else [f"{name}, {day}: {BROKEN[name, day]}"]
        else:
            found.clean += 1
            found.false += [told] if one["verdict"] not in FINE else []


def _try(  # noqa: PLR0917
    kind: str, clean: Workspace, root: Path, names: Sequence[str], documents: Documents, days: Sequence[dt.date],
    before: dict[str, dict[str, Any]], found: Found, others: Sequence[str], other_documents: Documents | None,
) -> None:  # fmt: skip
    """One fault in every feed at once, each watched for as long as it stays."""
    sources = documents if other_documents is None or kind != "another feed" else other_documents
    plans = {name: list(faulty(kind, sources, name, others, days)) for name in names}
    tried = [name for name in names if plans[name][0] is not None and before.get(name, {}).get("verdict") in FINE]
    tried = [name for name in tried if (name, days[1]) not in BROKEN and name not in UNDECIDED]
    if not tried:
        return
    twin = clean.copy(root)
    caught: dict[str, int] = {}
    for number, day in enumerate(days[1 : 1 + max(map(len, plans.values()))]):
        now = twin.look(day, {name: plans[name][number] for name in tried})
        for name in tried:
            if now[name]["verdict"] in MEANT[kind]:
                caught.setdefault(name, number + 1)
    shutil.rmtree(root)
    for name in tried:
        tally = found.faults[kind, "news only" if name in NEWS_ONLY else "archive"]
        tally.trials += 1
        tally.caught += name in caught
        tally.looks += [caught[name]] if name in caught else []
        tally.missed += [] if name in caught else [f"{name}, {days[1]}"]


def everything(shared: Path, *, first: bool = False) -> Found:
    """All trials on what is judged, or on the weeks on which the rules were fixed."""
    real, found = Real(shared), Found()
    weeks, judged_weeks = (FIRST_WEEKS, FIRST_WEEKS[1:]) if first else (WEEKS, JUDGED_WEEKS)
    days, judged_days = (FIRST_DAYS, FIRST_DAYS[1:]) if first else (DAYS, JUDGED_DAYS)
    names = [name for name in real.names() if real.history(name, weeks[-1])]
    replay(names, real.history, weeks, judged_weeks, found, horizon=4)

    def both(name: str, day: dt.date) -> bytes | None:
        return real.arxiv(name, day) if name == "arxiv" else real.history(name, WEEKS[-1])

    replay(
        ["arxiv"], real.arxiv, days, judged_days, found, horizon=HORIZON_DAYS,
        others=["arxiv", "hf-daily-papers"], other_documents=both,
    )  # fmt: skip
    return found


def wilson(hits: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (E. B. Wilson, JASA 22, 1927)."""
    if not trials:
        return 0.0, 1.0
    share, square = hits / trials, z * z / trials
    middle, width = share + square / 2, z * (share * (1 - share) / trials + square / (4 * trials)) ** 0.5
    return (middle - width) / (1 + square), (middle + width) / (1 + square)


def report(found: Found) -> str:
    """The tables, as Markdown."""

    def row(what: str, where: str, hits: int, trials: int) -> str:
        low, high = wilson(hits, trials)
        return f"| {what} | {where} | {trials} | {hits} | {low:.0%} to {high:.0%} |"

    lines = ["| Of feeds as they were | | Looks | Alarms | 95 % interval |", "|---|---|---:|---:|---:|"]
    lines += [row("false alarms", "", len(found.false), found.clean)]
    lines += [row("really broken, and said so", "", found.natural.caught, found.natural.trials)]
    lines += ["", "| Injected fault | Feed | Trials | Caught | 95 % interval | Looks until then |"]
    lines += ["|---|---|---:|---:|---:|---:|"]
    lines += [
        f"{row(kind, where, one.caught, one.trials)} {statistics.median(one.looks or [0]):.0f} |"
        for (kind, where), one in sorted(found.faults.items())
    ]
    lines += ["", "False alarms:", "", *(f"- {told}" for told in found.false or ["none"])]
    lines += ["", "Missed:", "", *(f"- {told}" for told in found.natural.missed)]
    lines += [f"- {kind}: {'; '.join(one.missed)}" for (kind, _), one in sorted(found.faults.items()) if one.missed]
    lines += ["", "Undecided, counted nowhere:", "", *(f"- {told}" for told in found.undecided or ["none"])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--first", action="store_true")
    arguments = parser.parse_args()
    tables = report(everything(arguments.shared, first=arguments.first))
    print(tables)
    if arguments.write and not arguments.first:
        page = Path(__file__).parent.parent / "docs" / "notebook" / "health.md"
        head, mark, _ = page.read_text().partition("<!-- figures -->\n")
        page.write_text(head + mark + "\n" + tables)
