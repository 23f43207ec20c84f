"""Real feeds through a real server: every captured feed at once, and June 2026 day by day."""

import importlib.util
import itertools
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.running import ROOT, FeedServer, Run

pytestmark = pytest.mark.slow

MONDAYS = ("2026-06-01", "2026-06-08", "2026-06-15", "2026-06-22", "2026-06-29")


def _workspace(folder: Path, server: FeedServer, addresses: dict[str, str]) -> Path:
    feeds = [
        f'  - {{name: "{name}", url: "{server.url}{path}", kind: papers, max_items: 5000}}\n'
        for name, path in addresses.items()
    ]
    (folder / "feeds.yaml").write_text(
        "digest: {timezone: Europe/Berlin, schedule: mon 08:00, lookback: 5000d, max_age: 5000d}\n"
        "fetch: {allow_private: true, per_host: 16}\n"
        "feeds:\n" + "".join(feeds)
    )
    return folder


def _folder_of(place: Path, key: str) -> Path:
    """An issue's folder: in the archive once it is closed."""
    closed = place / "archive" / key
    return closed if closed.exists() else place / ".digest" / "drafts" / key


def _issue(place: Path, key: str) -> Any:
    return json.loads((_folder_of(place, key) / "issue.json").read_text())


def _ids(issue: Any) -> list[str]:
    told = [item for trend in issue["trends"] for item in (*trend["items"], *trend["folded"])]
    return [item["id"] for item in (*told, *issue["also_noted"])]


def test_all_captured_feeds_in_one_build(feedserver: FeedServer, shared: Path, tmp_path: Path, run: Run) -> None:
    manifest = json.loads((shared / "data/feeds/real/manifest.json").read_text())
    slugs = [Path(entry["file"]).stem for entry in manifest]
    place = _workspace(tmp_path, feedserver, {slug: f"/real/{slug}" for slug in slugs})

    built = run("-C", place, "build", "--at", "2026-09-25T08:00", "--json")

    feeds = {feed["feed"]: feed for feed in built.json["feeds"]}
    assert len(feeds) == len(slugs) >= 80
    nothing = {name: feed for name, feed in feeds.items() if not feed["entries"]}
    assert all(feed["reason"] for feed in nothing.values()), nothing
    assert feeds["arxiv-api-error"]["status"] == "failed"
    assert sum(built.json["receipt"].values()) == sum(feed["new"] for feed in feeds.values())
    issue = _issue(place, built.json["key"])
    assert len(_ids(issue)) == len(set(_ids(issue)))
    assert (_folder_of(place, built.json["key"]) / "email.html").stat().st_size < 102_400

    feedserver.forget()
    again = run("-C", place, "collect", "--at", "2026-09-25T09:00", "--json").json
    statuses = Counter(str(count) for count in feedserver.stats().get("status", {}))
    assert sum(feed["new"] for feed in again) == 0
    assert not [feed for feed in again if feed["status"] == "ok"], statuses


@pytest.mark.parametrize(
    ("last", "papers"), [(date(2026, 6, 1), 100), pytest.param(date(2026, 6, 29), 5_000, marks=pytest.mark.soak)]
)
def test_june_2026_day_by_day(
    feedserver: FeedServer, shared: Path, tmp_path: Path, run: Run, *, last: date, papers: int
) -> None:
    folders = (path for path in sorted((shared / "data/feeds/history").iterdir()) if path.is_dir())
    histories = [path.name for path in folders if min(each.name for each in path.iterdir()) < "2026-06-10"]
    addresses = {slug: f"/history/{slug}" for slug in histories}
    place = _workspace(tmp_path, feedserver, addresses | {"arXiv": "/arxiv"})
    keys, entries = [], 0
    day = date(2026, 5, 31)
    while day <= last:
        feedserver.set_date(day.isoformat())
        if day.isoformat() in MONDAYS:
            built = run("-C", place, "build", "--at", f"{day}T08:00", "--json").json
            entries += sum(feed["new"] for feed in built["feeds"])
            keys.append(built["key"])
            assert built["state"] == "closed"
        feedserver.forget()
        collected = run("-C", place, "collect", "--at", f"{day}T20:00", "--json").json
        entries += sum(feed["new"] for feed in collected)
        if day.isoformat() == "2026-05-31":
            run("-C", place, "collect", "--at", f"{day}T21:00")
            feedserver.forget()
            repeated = run("-C", place, "collect", "--at", f"{day}T22:00", "--json").json
            assert {feed["status"] for feed in repeated} <= {"unchanged", "failed"}
            assert {feed["entries"] for feed in repeated} == {0}  # nothing was parsed
        day += timedelta(days=1)

    issues = [_issue(place, key) for key in keys]
    ids = [id_ for issue in issues for id_ in _ids(issue)]
    assert len(issues) == sum(monday <= last.isoformat() for monday in MONDAYS)
    assert [key for key, count in Counter(ids).items() if count > 1] == []
    for before, after in itertools.pairwise(issues):
        assert before["window"]["end"] == after["window"]["start"]
    counted = sum(sum(issue["receipt"].values()) for issue in issues)
    assert counted == entries  # none lost, none twice
    assert sum(id_.startswith("arxiv:") for id_ in ids) > papers


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("status-404", "404"),
        ("status-500", "500"),
        ("html", "web page"),
        ("empty", "empty"),
        ("reset", "connection"),
        ("truncate", "truncated"),
        ("endless", "larger"),
        ("bomb", "larger"),
        ("loop", "redirected"),
        ("hang", "within"),
        ("drip", "within"),
    ],
)
def test_a_bad_feed_costs_one_line(feedserver: FeedServer, tmp_path: Path, run: Run, kind: str, cause: str) -> None:
    place = _workspace(tmp_path, feedserver, {"Good": "/real/lilianweng", "Bad": f"/fault/{kind}"})
    patience = "4s" if cause == "within" else "20s"
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(
        text.replace("per_host: 16", f"per_host: 16, timeout: {patience}, max_bytes: 2MB")
    )

    built = run("-C", place, "build", "--at", "2026-09-25T08:00")

    lines = [line for line in built.err.splitlines() if "Bad" in line]
    assert built.code == 1
    assert len(lines) == 1, built.err
    assert cause in lines[0], lines[0]
    assert list(place.glob(".digest/drafts/*/issue.json"))


FAULTS = [
    "status-404",
    "status-410",
    "status-429",
    "status-500",
    "status-503",
    "loop",
    "moved",
    "gone-moved",
    "temporary",
    "hang",
    "drip",
    "reset",
    "truncate",
    "endless",
    "html",
    "empty",
    "bomb",
    "not-modified-always",
    "no-validators",
]
HARMLESS = {"moved", "temporary", "no-validators", "not-modified-always"}


@pytest.mark.parametrize("timeout", [6, pytest.param(20, marks=pytest.mark.soak)])
def test_every_attack_at_once_beside_fifty_good_feeds(
    feedserver: FeedServer, second_feedserver: FeedServer, shared: Path, tmp_path: Path, timeout: int
) -> None:
    """The good ones arrive in the time that they take alone and the timeout, and all of it in little memory."""
    slugs = sorted(path.stem for path in (shared / "data/feeds/real").glob("*.xml"))[:50]
    good = {slug: f"/real/{slug}" for slug in slugs if "empty" not in slug and "error" not in slug}
    hostile = [path.name for path in sorted((shared / "data/feeds/hostile").iterdir())]
    bad = {f"fault {kind}": f"/fault/{kind}" for kind in FAULTS} | {
        f"hostile {name}": f"/hostile/{name}" for name in hostile
    }
    place = _workspace(tmp_path, feedserver, good | bad)
    text = (
        (place / "feeds.yaml")
        .read_text()
        .replace("per_host: 16", f"per_host: 64, concurrency: 64, timeout: {timeout}s")
        .replace(f"{feedserver.url}/fault/status-429", f"{second_feedserver.url}/fault/status-429")
    )
    (place / "feeds.yaml").write_text(text)

    with urllib.request.urlopen(f"{feedserver.url}/fault/bomb", timeout=30) as bomb:
        bomb.read(1)  # the server makes its bomb once, and answers nobody meanwhile

    alone = _workspace(_folder(tmp_path, "alone"), feedserver, good)
    _, wanted, _ = _collected(alone)
    found, seconds, memory = _collected(place)

    assert seconds < wanted + timeout + 10  # what a busy machine takes to start two processes
    assert memory < 300
    assert {name: found[name]["reason"] for name in good if found[name]["status"] != "ok"} == {}
    for kind in set(FAULTS) - HARMLESS:
        assert found[f"fault {kind}"]["status"] in ("failed", "gone"), kind
        assert found[f"fault {kind}"]["reason"], kind
    assert all(found[name]["reason"] for name in bad if found[name]["status"] not in ("ok", "unchanged"))
    assert "larger" in found["hostile gzip_bomb_200MB.xml.gz"]["reason"]


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def _collected(place: Path) -> tuple[dict[str, Any], float, float]:
    """What a collect in a process of its own found; its seconds, and the most memory in MB that it and all below it held."""
    spec = importlib.util.spec_from_file_location("benchmark_collect", ROOT / "benchmarks" / "collect.py")
    assert spec
    assert spec.loader
    benchmark = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = benchmark
    spec.loader.exec_module(benchmark)
    command = [sys.executable, "-m", "digest", "-C", str(place), "collect", "--at", "2026-09-25T08:00", "--json"]
    began, peak = time.monotonic(), 0.0
    with (place / "found").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, sum(map(benchmark.memory, benchmark.family(process.pid))))
            time.sleep(0.1)
    found = json.loads((place / "found").read_bytes())
    return {one["feed"]: one for one in found}, time.monotonic() - began, peak
