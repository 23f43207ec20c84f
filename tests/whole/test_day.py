"""A day in the daemon's life: ten real minutes with servers that go and come back, and a day and a night on a fast clock."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from digest.cli.commands.run import set_up
from digest.daemon import Daemon, Orders
from support.everyminute import Every
from support.mailing import REPLAY_CONFIG, store_of, subscribe
from support.publishing import Paper, utc
from support.running import ROOT, FeedServer, free_port, wait_for
from support.sinks import Sink


def memory(process: int) -> int:
    """Resident bytes."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("smtp-sink") is None, reason="no smtp-sink here (Debian's package postfix)")
def test_ten_minutes_with_a_slot_each(shared: Path, tmp_path: Path) -> None:
    minutes = int(os.environ.get("DIGEST_MINUTES", "10"))
    port, place = free_port(), tmp_path / "w"
    script = [sys.executable, str(shared / "tools/feedserver.py"), "--data", str(shared / "data"), "--port", str(port)]
    feeds = FeedServer(f"http://127.0.0.1:{port}")
    server = subprocess.Popen(script, stdout=subprocess.DEVNULL)
    sink = Sink(tmp_path)
    place.mkdir()
    text = REPLAY_CONFIG.format(port=sink.port).replace("lookback", "collect_every: 40s, lookback")
    (place / "feeds.yaml").write_text(f'{text}  - {{name: arXiv, url: "{feeds.url}/arxiv", kind: papers}}\n')
    subscribe(place, *(f"reader{n}@example.org" for n in range(10)))
    log = (tmp_path / "log").open("w")
    daemon = subprocess.Popen([sys.executable, str(ROOT / "tests/support/everyminute.py"), str(place)], stderr=log)
    sizes = []
    with closing(sink):
        for minute in range(minutes):
            down = minute % 5 == 2  # for a minute of each five, the feeds' server is gone
            if down:
                server.kill()
                server.wait(timeout=10)
            elif server.poll() is not None:
                server = subprocess.Popen(script, stdout=subprocess.DEVNULL)
            if not down:
                day = date(2026, 6, 1) + timedelta(days=minute)
                wait_for(partial(_set, feeds, day))
            if minute % 5 == 3:  # and for another, the mail's
                sink.close()
            else:
                sink.start()
            time.sleep(60)
            sizes.append(memory(daemon.pid))
        sink.start()
        wait_for(lambda: _all_mailed(place), seconds=600)  # what waits is tried again after minutes
        daemon.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert daemon.wait(timeout=10) == 0
        told = (tmp_path / "log").read_text()
        print(
            told, f"stopped in {time.monotonic() - began:.1f} s; memory {[size // 1000 for size in sizes]} kB", sep="\n"
        )
        log.close()
        server.kill()
        server.wait(timeout=10)
    counts = Counter(sink.taken())
    assert set(counts.values()) == {1}
    with store_of(place) as store:
        closed, published = store.issues.closed_keys(), store.publications.in_state("published")
        assert {row.key for row in published} == closed
    assert len(counts) == 10 * len(closed)
    assert "Traceback" not in told


def _all_mailed(place: Path) -> bool:
    with store_of(place) as store:
        return {row.key for row in store.publications.in_state("published")} == store.issues.closed_keys()


def _set(feeds: FeedServer, day: date) -> bool:
    try:
        feeds.set_date(day.isoformat())
    except OSError:
        return False
    return True


@pytest.mark.soak
def test_memory_is_flat_over_a_day_and_a_night(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "w", more="on_empty: send;collect_every: 1h")
    clock = [utc("2026-06-08T00:00")]
    orders = Orders()
    setup = set_up(paper.place, slots=lambda _config: Every(60), clock=lambda: clock[0], orders=orders)
    daemon = Daemon(replace(setup, effects=paper.notes.effects()), orders)
    sizes: list[int] = []
    end = clock[0] + timedelta(hours=30)
    while clock[0] < end:
        following = daemon.turn()
        clock[0] = min(following, clock[0] + timedelta(seconds=30))
        if _on_the_hour(clock[0]):
            paper.write(f"item-{clock[0]:%d-%H}")
            gc.collect()
            sizes.append(memory(os.getpid()))
    assert len(paper.notes.mailed) >= 29
    print([size // 1000 for size in sizes], "kB each hour")
    assert sizes[-1] - sizes[5] < 1_000_000  # a day and a night after the caches were filled


def _on_the_hour(instant: datetime) -> bool:
    return (instant.minute, instant.second) == (0, 0)
