"""The desk is killed in the middle of each of its actions. Afterwards all is whole, and the action was done or was not."""

import json
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.services.desk_accounts import disable
from digest.storage.db.desk import DeskSession
from digest.text.addresses import parse
from support.desk import KEY, SLOT, Visitor, ask_until_it_dies, draft_in, killable_desk
from support.forked import Forks
from support.listening import serving
from support.mailing import NOW, outbox, store_of, subscribe
from support.running import Run

pytestmark = pytest.mark.slow

PEOPLE = [f"p{number}@example.org" for number in range(5)]
CHANGE, SUBSCRIBERS, FEEDS = f"/desk/{KEY}/change", "/desk/subscribers", "/desk/feeds"
ACCOUNTS, BOB, EVE = "/desk/accounts", "bob@example.org", "eve@example.org"
OWN = b"<html><head><title>Agents of my own</title></head><body><p>A language model agent of mine.</p></body></html>"
ACTIONS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "pin": (CHANGE, lambda issue: {"do": f"pin {issue['read_first'][0]}"}),
    "drop": (CHANGE, lambda issue: {"do": f"drop {issue['lead']}"}),
    "lead": (CHANGE, lambda issue: {"do": f"lead {issue['read_first'][1]}"}),
    "bring": (CHANGE, lambda issue: {"do": f"bring {folded(issue)}"}),
    "move": (CHANGE, lambda issue: {"do": "move", "item": issue["lead"], "trend": "multimodal"}),
    "order": (CHANGE, lambda issue: {"do": "order", "place": "read_first", "items": issue["read_first"]}),
    "words": (CHANGE, lambda _: {"do": "words", "subject": "Mine", "note": "Read *this*."}),
    "teach": (CHANGE, lambda issue: {"do": "unteach", "item": issue["lead"], "trend": "agents"}),
    "undo": (CHANGE, lambda _: {"do": "undo_last"}),
    "approve": (f"/desk/{KEY}/approve", lambda _: {}),
    "link to a claim": (
        CHANGE,
        lambda issue: {"do": "claim", "item": first(issue), "claim": "agents:2", "stance": "disputes"},
    ),
    "add an account": (ACCOUNTS, lambda _: {"do": "add", "address": EVE, "role": "editor"}),
    "change a role": (ACCOUNTS, lambda _: {"do": "role", "address": BOB, "role": "owner"}),
    "keep out": (ACCOUNTS, lambda _: {"do": "disable", "address": BOB}),
    "let in again": (ACCOUNTS, lambda _: {"do": "enable", "address": BOB}),
    "remove an account": (ACCOUNTS, lambda _: {"do": "remove", "address": BOB}),
    "take back": (f"/desk/{KEY}/take-back", lambda _: {}),
    "settle": (f"/desk/{KEY}/settle", lambda _: {"do": "received", "all": "yes"}),
    "test": (f"/desk/{KEY}/test", lambda _: {"addresses": "me@example.org"}),
    "pause": (f"/desk/{KEY}/pause", lambda _: {}),
    "add a subscriber": (SUBSCRIBERS, lambda _: {"do": "add", "address": "new@example.org"}),
    "unsubscribe": (SUBSCRIBERS, lambda _: {"do": "remove", "address": PEOPLE[0]}),
    "forget": (SUBSCRIBERS, lambda _: {"do": "forget", "address": PEOPLE[1]}),
    "import": (f"{SUBSCRIBERS}/import", lambda _: {}),
    "mute": (FEEDS, lambda _: {"do": "mute", "name": "News"}),
    "weigh": (FEEDS, lambda _: {"do": "weigh", "name": "News", "weight": "2"}),
    "remove a feed": (FEEDS, lambda _: {"do": "remove", "name": "News"}),
    "add a feed": (FEEDS, lambda _: {"do": "add", "name": "More", "url": "feeds/more.xml", "kind": "blog"}),
}


def approve(place: Path) -> None:
    with store_of(place) as store, store.transaction():
        store.publications.approve(KEY, NOW, "ada")


def doubt(place: Path) -> None:
    with store_of(place) as store, store.transaction():
        store.ledger.mailing(KEY, "outbox").freeze(NOW, people=True, state="in_doubt")


def keep_out(place: Path) -> None:
    with store_of(place) as store:
        disable(store, NOW, parse(BOB))


BEFORE: dict[str, Callable[[Path], None]] = {"take back": approve, "settle": doubt, "let in again": keep_out}


def uploaded(someone: Visitor, csrf: str) -> str:
    """Upload a list of people; what imports it."""
    parts = (("csrf", "", csrf), ("file", '; filename="l.csv"', "address\nnew@example.org\nmore@example.org\n"))
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n' for name, more, value in parts
    )
    kind = "multipart/form-data; boundary=x"
    return someone.ask("POST", f"{SUBSCRIBERS}/preview", raw=f"{body}--x--\r\n".encode(), Content_Type=kind).hidden(
        "list"
    )


def first(issue: dict[str, Any]) -> str:
    return str(issue["trends"][0]["items"][0]["id"])


def folded(issue: dict[str, Any]) -> str:
    return str(next(item["id"] for section in issue["trends"] for item in section["folded"]))


@dataclass(frozen=True)
class State:
    """What the desk can change, whole: read after every process of the workspace is gone."""

    edits: tuple[str, ...]
    lessons: tuple[str, ...]
    feeds: str
    people: tuple[tuple[str, str], ...]
    suppressed: int
    publication: str
    approved: bool
    doubtful: int
    paused: bool
    accounts: tuple[tuple[str, str, bool], ...]
    sessions: int  # of accounts
    draft: str


@pytest.fixture(scope="module")
def drafted(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = draft_in(tmp_path_factory.mktemp("killed") / "w", forks)
    subscribe(place, *PEOPLE)
    forks.run(["-C", place, "edit", "--subject", "Before.", "--at", SLOT])
    forks.run(["-C", place, "desk", "accounts", "add", BOB, "--at", SLOT])
    with store_of(place) as store, store.transaction():
        bob = store.desk_accounts.find(BOB)
        assert bob is not None
        now = datetime.now(UTC)  # by which the desk ends old sessions
        session = DeskSession(account=bob.id, who=BOB, server="", started=now, seen=now)
        store.desk_sessions.start("hash", session)
    return place


def state_of(place: Path, run: Run) -> State:
    """The state, after a page of the desk or a command has mended what was half done."""

    def lines(name: str) -> tuple[str, ...]:
        path = place / name
        return tuple(path.read_text().splitlines()) if path.exists() else ()

    issue = run("-C", place, "show", KEY, "--format", "json")
    assert issue.code == 0, issue.err
    with store_of(place) as store:
        row = store.publications.get(KEY)
        people = tuple(sorted((one.address, one.status) for one in store.subscribers.all()))
        return State(
            edits=lines("edits.jsonl"),
            lessons=lines("lessons.jsonl"),
            feeds=(place / "feeds.yaml").read_text(),
            people=people,
            suppressed=sum(store.subscribers.suppressions().values()),
            publication=row.state if row else "",
            approved=KEY in {row.key for row in store.publications.approved()},
            doubtful=store.ledger.mailing(KEY, "outbox").counts()["in_doubt"],
            paused=store.pauses.get(KEY) is not None,
            accounts=tuple((one.address, one.role, one.disabled is None) for one in store.desk_accounts.all()),
            sessions=int(store.desk_sessions.find("hash", server="") is not None),
            draft=json.dumps(issue.json | {"state": "", "feeds": []}, sort_keys=True),
        )


def settled(place: Path, forks: Forks, run: Run) -> State:
    """The state once somebody has looked at the draft, if there still is one."""
    with killable_desk(place, forks) as (_, someone):
        someone.ask("GET", f"/desk/{KEY}/")
    return state_of(place, run)


@pytest.mark.parametrize("name", ACTIONS)
def test_a_kill_in_the_middle_of_an_action_leaves_it_done_or_not_done(
    name: str, drafted: Path, tmp_path: Path, forks: Forks, run: Run
) -> None:
    path, form_of = ACTIONS[name]
    whole, killed = (Path(shutil.copytree(drafted, tmp_path / part)) for part in ("whole", "killed"))
    for place in (whole, killed):
        if name in BEFORE:
            BEFORE[name](place)
    issue = run("-C", whole, "show", KEY, "--format", "json").json
    before = state_of(whole, run)

    def form(someone: Visitor) -> dict[str, Any]:
        page = someone.ask("GET", f"/desk/{KEY}/")
        more = {"list": uploaded(someone, page.csrf)} if name == "import" else {}
        return {"csrf": page.csrf, "seen": page.seen, **form_of(issue), **more}

    with killable_desk(whole, forks) as (_, someone):
        filled = form(someone)
        begun = time.monotonic()
        assert someone.ask("POST", path, filled).status == 303
        took = time.monotonic() - begun
        if name == "approve":
            wait_until_published(whole)
    after = state_of(whole, run)
    moment = random.random() * took
    with killable_desk(killed, forks) as (process, someone):
        asking = threading.Thread(target=ask_until_it_dies, args=(someone, path, form(someone)))
        asking.start()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        asking.join()
    if name == "approve":
        run("-C", killed, "publish", "--at", SLOT)
        if state_of(killed, run).publication == "held":
            assert not (killed / ".digest/outbox/new").exists()
        else:
            run("-C", killed, "send", KEY, "--in-doubt", "--yes", "--at", SLOT)
            assert sorted(outbox(killed)) == PEOPLE
        return
    left = settled(killed, forks, run)
    assert left in (before, after), f"killed after {moment:.3f} of {took:.3f} s"
    if name == "test":
        assert set(outbox(killed) if (killed / ".digest/outbox/new").exists() else ()) <= {"me@example.org"}


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.95])
def test_a_kill_while_an_own_item_is_added_leaves_it_added_or_to_be_added_again(
    part: float, drafted: Path, tmp_path: Path, forks: Forks, run: Run
) -> None:
    whole, killed = (Path(shutil.copytree(drafted, tmp_path / name)) for name in ("whole", "killed"))
    with serving({"/own": (200, {"Content-Type": "text/html"}, OWN)}) as (host, _):
        for place in (whole, killed):
            with (place / "feeds.yaml").open("a") as file:
                file.write("\nfetch: {allow_private: true}\n")
        before = state_of(whole, run)

        def form(someone: Visitor) -> dict[str, Any]:
            page = someone.ask("GET", f"/desk/{KEY}/")
            return {"csrf": page.csrf, "seen": page.seen, "do": "add", "url": f"{host}/own"}

        with killable_desk(whole, forks) as (_, someone):
            filled, begun = form(someone), time.monotonic()
            assert someone.ask("POST", CHANGE, filled).status == 303
            took = time.monotonic() - begun
        after = state_of(whole, run)
        assert after.edits != before.edits
        with killable_desk(killed, forks) as (process, someone):
            asking = threading.Thread(target=ask_until_it_dies, args=(someone, CHANGE, form(someone)))
            asking.start()
            time.sleep(part * took)
            process.send_signal(signal.SIGKILL)
            process.wait()
            asking.join()
        left = settled(killed, forks, run)
        if left.edits == before.edits:  # the page may have been stored already, which does no harm
            with killable_desk(killed, forks) as (_, someone):
                assert someone.ask("POST", CHANGE, form(someone)).status == 303
            left = state_of(killed, run)
        assert left == after, f"killed after {part} of {took:.3f} s"


def wait_until_published(place: Path) -> None:
    end = time.monotonic() + 60
    while True:
        with store_of(place) as store:
            row = store.publications.get(KEY)
        if row is not None and row.state == "published":
            return
        assert time.monotonic() < end
        time.sleep(0.1)
