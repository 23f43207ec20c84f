"""The desk is killed while it sends, continues a mailing, or lets somebody in. Nobody gets an issue twice, and no link is lost half."""

import os
import random
import re
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.desk import KEY, SLOT, Visitor, ask_until_it_dies, draft_in, killable_desk
from support.forked import Fork, Forks
from support.mailing import outbox, parsed, store_of, subscribe
from support.running import Run

pytestmark = pytest.mark.slow

PEOPLE = [f"p{number}@example.org" for number in range(30)]
BASE = "https://desk.example.org"
ADA = "ada@example.org"


@pytest.fixture(scope="module")
def drafted(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A draft that needs no review, and readers."""
    place = tmp_path_factory.mktemp("sending") / "w"
    forks.run(["init", "--sample", place])
    forks.run(["-C", place, "build", "--at", "2026-06-28T08:00"])
    subscribe(place, *PEOPLE)
    return place


@pytest.fixture
def place(drafted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drafted, tmp_path / "w"))


def killed_in(place: Path, forks: Forks, path: str, form: dict[str, Any], seconds: float) -> None:
    with killable_desk(place, forks) as (process, someone):
        csrf = someone.ask("GET", "/desk/subscribers").csrf
        asking = threading.Thread(target=ask_until_it_dies, args=(someone, path, {"csrf": csrf, **form}))
        asking.start()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        asking.join()


def state_of(place: Path) -> str:
    with store_of(place) as store:
        counts = store.ledger.mailing(KEY, "outbox").counts()
    assert counts["in_doubt"] + counts["offered"] <= 1
    return "paused" if paused(place) else "free"


def paused(place: Path) -> bool:
    with store_of(place) as store:
        return store.pauses.get(KEY) is not None


@pytest.mark.parametrize("moment", range(4))
def test_a_desk_that_is_killed_while_it_sends_sends_to_nobody_twice(
    moment: int, place: Path, forks: Forks, run: Run
) -> None:
    killed_in(place, forks, f"/desk/{KEY}/send", {"early": "yes"}, (moment + random.random()) * 0.4)
    state_of(place)
    done = run("-C", place, "send", KEY, "--early", "--in-doubt", "--yes", "--at", SLOT)
    assert done.code == 0, done.err
    assert sorted(outbox(place)) == sorted(PEOPLE)
    assert run("-C", place, "show", KEY, "--format", "json").json["state"] == "closed"


@pytest.mark.parametrize("moment", range(4))
def test_a_desk_that_is_killed_while_it_resumes_skips_nobody(moment: int, place: Path, forks: Forks, run: Run) -> None:
    run("-C", place, "send", KEY, "--early", "--limit", "4", "--yes", "--at", SLOT)
    assert run("-C", place, "send", KEY, "--pause").code == 0
    assert len(outbox(place)) == 4
    killed_in(place, forks, f"/desk/{KEY}/resume", {}, (moment + random.random()) * 0.1)
    if state_of(place) == "paused":
        assert len(outbox(place)) == 4
    resume = ["--resume"] if paused(place) else []
    done = run("-C", place, "send", KEY, *resume, "--in-doubt", "--yes", "--at", SLOT)
    assert done.code == 0, done.err
    assert sorted(outbox(place)) == sorted(PEOPLE)


@pytest.fixture(scope="module")
def shared(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a desk for accounts."""
    place = draft_in(tmp_path_factory.mktemp("entering") / "w", forks)
    with (place / "feeds.yaml").open("a") as file:
        file.write(f'\ndelivery: {{base_url: "{BASE}", from: "d@example.org"}}\nserve: {{desk: true}}\n')
    forks.run(["-C", place, "desk", "accounts", "add", ADA, "--role", "owner"])
    return place


@pytest.fixture
def copy(shared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shared, tmp_path / "w"))


def served(place: Path, forks: Forks) -> tuple[Fork, Callable[[], Visitor]]:
    ours, theirs = os.pipe()
    process = forks.start(["-C", place, "serve", "--port", 0], stdout=theirs)
    os.close(theirs)
    with open(ours) as out:  # noqa: PTH123
        host = urlsplit(out.readline().strip()).netloc
    return process, lambda: Visitor(host, headers={"X_Forwarded_Proto": "https"})


def mailed(place: Path) -> list[str]:
    """The paths of the links in the outbox."""
    texts = [parsed(path.read_bytes()).get_content() for path in (place / ".digest/outbox/new").glob("*")]
    return [found[1] for text in texts if (found := re.search(rf"{BASE}(/desk/enter/\S+)", text))]


def kill(process: Fork) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.3])
def test_a_kill_while_a_link_is_asked_for_or_used_locks_nobody_out(seconds: float, copy: Path, forks: Forks) -> None:
    place = copy
    process, visitor = served(place, forks)
    asking = threading.Thread(target=ask_until_it_dies, args=(visitor(), "/desk/link", {"address": ADA}))
    asking.start()
    time.sleep(seconds)
    kill(process)
    asking.join()
    assert len(mailed(place)) <= 1
    process, visitor = served(place, forks)
    assert visitor().ask("POST", "/desk/link", {"address": ADA}).status == 200
    end = time.monotonic() + 20
    before = mailed(place)
    while not (found := mailed(place)):
        assert time.monotonic() < end, before
        time.sleep(0.05)
    link = found[-1]
    entering = threading.Thread(target=ask_until_it_dies, args=(visitor(), link, {}))
    entering.start()
    time.sleep(seconds / 4)
    kill(process)
    entering.join()
    with store_of(place) as store:
        (begun,) = store.connection.execute("SELECT count(*) FROM desk_sessions").fetchone()
        (unused,) = store.connection.execute("SELECT count(*) FROM desk_links").fetchone()
    assert begun <= 1
    assert begun or unused  # a link is used up only together with the session that it begins
    process, visitor = served(place, forks)
    someone = visitor()
    used = someone.ask("POST", link, {})
    assert used.status == (403 if begun else 303)
    kill(process)
