"""The desk of `digest serve`: how accounts get in over https, what each role may do, and what attackers get."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import hdrs
from aiohttp.test_utils import make_mocked_request

from digest import config
from digest.mail.transport import Outcome
from digest.model import Workspace
from digest.services.desk_accounts import new_link
from digest.services.mail_merge import imprint
from digest.storage.db import located
from digest.subscribers.tokens import SECRET, Tokens
from digest.web import Mail
from digest.web.desk.app import routes
from digest.web.desk.audit import shortened
from digest.web.desk.door import EDITORS, page_of_list
from digest.web.desk.entry import Entry
from digest.web.desk.place import Desk, Limits
from digest.web.desk.sessions import MAILED_LINK, Sessions
from digest.web.requests import Callers
from support.desk import KEY, SLOT, Got, Visitor, draft_in
from support.forked import Forks
from support.mailing import parsed, store_of, subscribe
from support.running import Run

ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"
BASE = "https://desk.example.org"
COOKIE = "__Host-digest-desk"
DRAFT = f"/desk/{KEY}/"
NOW = datetime(2026, 6, 29, 8, tzinfo=UTC)
OUTSIDE = {"/desk", "/desk/static/{name}", "/desk/enter/{token}", "/desk/link"}
OWNERS = {
    ("GET", "/desk/accounts"),
    ("POST", "/desk/accounts"),
    ("GET", "/desk/audit"),
    ("POST", "/desk/{key}/resume"),
    ("POST", "/desk/letters/send"),
    ("POST", "/desk/letters/{round}/resume"),
    ("POST", "/desk/letters/{round}/settle"),
}


@pytest.fixture(scope="module")
def drafted(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a held issue, a desk for accounts, an owner and an editor."""
    place = draft_in(tmp_path_factory.mktemp("accounts") / "w", forks)
    with (place / "feeds.yaml").open("a") as file:
        file.write(f'\ndelivery: {{base_url: "{BASE}", from: "d@example.org"}}\nserve: {{desk: true}}\n')
    forks.run(["-C", place, "desk", "accounts", "add", ADA, "--role", "owner"])
    forks.run(["-C", place, "desk", "accounts", "add", BOB])
    return place


@pytest.fixture
def host(place: Path, forks: Forks) -> Iterator[str]:
    with forks.serving(["-C", place, "serve", "--port", 0, "--at", SLOT]) as address:
        yield urlsplit(address).netloc


def visitor(host: str) -> Visitor:
    """Somebody behind a proxy that takes https."""
    return Visitor(host, headers={"X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.77"})


def mails(place: Path) -> set[Path]:
    return set((place / ".digest/outbox/new").glob("*"))


def letters(place: Path, number: int) -> set[Path]:
    """The mails in the outbox, once there are this many."""
    end = time.monotonic() + 20
    while len(found := mails(place)) < number:
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def to(mail: Path) -> str:
    address: str = parsed(mail.read_bytes())["To"].addresses[0].addr_spec
    return address


def mailed_link(place: Path, host: str, address: str) -> str:
    """Ask for a link, and take its path from the mail."""
    before = mails(place)
    assert visitor(host).ask("POST", "/desk/link", {"address": address}).status == 200
    (mail,) = letters(place, len(before) + 1) - before
    found = re.search(rf"{BASE}(/desk/enter/\S+)", parsed(mail.read_bytes()).get_content())
    assert found
    assert to(mail) == address
    return found[1]


def let_in(place: Path, address: str) -> str:
    """The cookie of a new session, made as the server makes one."""
    with store_of(place) as store:
        account = store.desk_accounts.find(address)
        assert account is not None
        token = new_link(store, NOW, who=account.address, account=account.id, lasts=MAILED_LINK)
    entered = Sessions(database=located(Workspace(root=place)), clock=lambda: NOW).enter(token)
    assert entered is not None
    return entered.cookie


def signed_in(place: Path, host: str, address: str) -> Visitor:
    someone = visitor(host)
    someone.cookies[COOKIE] = let_in(place, address)
    someone.desk = DRAFT
    return someone


def log_of(run: Run, place: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("-C", place, "desk", "audit", "--json").json
    return found


def test_the_desk_is_off_unless_it_is_switched_on(run: Run, place: Path, forks: Forks) -> None:
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text.replace("serve: {desk: true}", ""))
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        someone = visitor(urlsplit(address).netloc)
        asked = [someone.ask("GET", path).status for path in ("/desk", "/desk/", DRAFT, "/desk/static/desk.js")]
        assert asked == [404] * 4
        assert someone.ask("POST", "/desk/link", {"address": ADA}).status == 405
    assert "`serve: {desk: true}` lets them sign in" in run("-C", place, "desk", "accounts").out
    for delivery in ("", f"delivery: {{base_url: '{BASE.replace('https', 'http')}', from: d@example.org}}\n"):
        (place / "feeds.yaml").write_text(re.sub(r"delivery: .*\n", delivery, text))
        refused = run("-C", place, "serve", "--port", 0)
        assert refused.code == 2
        assert "needs a delivery.base_url with https://" in refused.err


@pytest.mark.slow
def test_without_https_nobody_gets_in(host: str, place: Path) -> None:
    cookie = let_in(place, ADA)
    for said in ({}, {"X_Forwarded_Proto": "http"}, {"X_Forwarded_Proto": "https, http"}):
        plain = Visitor(host, cookies={COOKIE: cookie}, headers=said)
        for path in ("/desk", "/desk/", DRAFT, "/desk/enter/x", "/desk/static/desk.css"):
            got = plain.ask("GET", path)
            assert (got.status, "over https only" in got.text) == (403, True)
        assert plain.ask("POST", "/desk/link", {"address": ADA}).status == 403
    assert not (place / ".digest/outbox").exists()


@pytest.mark.parametrize(
    ("remote", "said", "secure"),
    [
        ("127.0.0.1", "https", True),
        ("127.0.0.1", "http", False),
        ("172.17.0.1", "HTTPS", True),
        ("203.0.113.5", "https", False),  # a stranger says what they like
        ("127.0.0.1", "", False),
        ("127.0.0.1", "https, http", False),
    ],
)
def test_only_a_trusted_proxy_says_that_it_was_https(remote: str, said: str, secure: bool) -> None:
    read = config.parse("serve: {trusted_proxies: [172.16.0.0/12]}\nfeeds: []\n", file="feeds.yaml", trends={})
    request = make_mocked_request("GET", "/desk/", headers={"X-Forwarded-Proto": said}).clone(remote=remote)
    assert Callers(read).secure(request) is secure


def test_a_mailed_link_signs_in_once(host: str, place: Path, run: Run) -> None:
    path = mailed_link(place, host, BOB)
    bob = visitor(host)
    for _ in range(2):  # programs that follow every link of a mail do not use it up
        shown = bob.ask("GET", path)
        assert (shown.status, "Open the desk" in shown.text, bob.cookies) == (200, True, {})
    entered = bob.ask("POST", path, {})
    assert (entered.status, entered.headers["location"]) == (303, "/desk/")
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"))
    assert "Domain" not in cookie
    assert bob.ask("GET", DRAFT).status == 200
    again = visitor(host).ask("POST", path, {})
    assert (again.status, "was used already" in again.text, "set-cookie" in again.headers) == (403, True, False)
    assert bob.ask("POST", path, {}).headers["location"] == "/desk/"
    stored = b"".join(one.read_bytes() for one in (place / ".digest").glob("digest.sqlite3*"))
    token = path.rpartition("/")[2]
    assert token.encode() not in stored
    assert bob.cookies[COOKIE].encode() not in stored
    assert [(one["who"], one["place"], one["action"]) for one in log_of(run, place)[:2]] == [
        (BOB, "203.0.113.0/24", "signed in"),
        (BOB, "203.0.113.0/24", "was mailed a link"),
    ]


def test_nothing_tells_who_has_an_account(host: str, place: Path, run: Run) -> None:
    run("-C", place, "desk", "accounts", "disable", BOB)
    asked = [visitor(host).ask("POST", "/desk/link", {"address": one}) for one in (ADA, BOB, EVE)]
    assert len({(one.status, one.text) for one in asked}) == 1
    assert list(map(to, letters(place, 1))) == [ADA]
    assert visitor(host).ask("POST", "/desk/link", {"address": "no address"}).status == 401
    time.sleep(0.5)
    assert len(mails(place)) == 1


def test_links_end_and_are_bound_to_their_purpose(host: str, place: Path) -> None:
    now = NOW
    sessions = Sessions(database=located(Workspace(root=place)), clock=lambda: now)
    with store_of(place) as store:
        bob = store.desk_accounts.find(BOB)
        assert bob is not None
        made = [
            new_link(store, NOW + timedelta(seconds=n), who=BOB, account=bob.id, lasts=MAILED_LINK) for n in range(7)
        ]
        signer = Tokens(store.subscribers.secret(SECRET))
        strange = [signer.make("unsubscribe", "x"), signer.make("desk", "never kept", at=NOW), made[0][:-1], "x", "%00"]
    assert [sessions.enter(one) is not None for one in made[:3]] == [False, False, True]  # the oldest gave way
    for token in strange:
        got = visitor(host).ask("POST", f"/desk/enter/{token}", {})
        assert (got.status, "set-cookie" in got.headers) == (403, False)
    now += MAILED_LINK + timedelta(seconds=7)
    assert sessions.enter(made[-1]) is None


def test_a_session_is_new_at_each_sign_in(host: str, place: Path) -> None:
    eve = visitor(host)
    eve.cookies[COOKIE] = planted = "planted"
    eve.ask("POST", mailed_link(place, host, BOB), {})
    first = eve.cookies[COOKIE]
    assert first != planted
    eve.ask("POST", mailed_link(place, host, BOB), {})
    assert eve.cookies[COOKIE] not in (first, planted)
    for old in (planted, first):
        before = visitor(host)
        before.cookies[COOKIE] = old
        assert before.ask("GET", DRAFT).status == 401
    forged = visitor(host)
    path = mailed_link(place, host, BOB)
    assert forged.ask("POST", path, {}, Origin="https://evil.example").status == 403
    assert forged.ask("POST", path, {}, Sec_Fetch_Site="cross-site").status == 403
    assert forged.ask("POST", path, {}, Origin=BASE, Sec_Fetch_Site="same-origin").status == 303


def every_route(place: Path) -> set[tuple[str, str]]:
    """Each route of the desk: its method and its pattern."""
    settings = config.parse(f"delivery: {{base_url: '{BASE}'}}\nfeeds: []\n", file="feeds.yaml", trends={})
    desk = Desk(
        place=Workspace(root=place),
        clock=lambda: NOW,
        sessions=Sessions(database=located(Workspace(root=place)), clock=lambda: NOW),
        limits=Limits(located(Workspace(root=place)), lambda: NOW),
        callers=Callers(settings),
        mail=Mail(imprint=imprint(settings), post=lambda _: Outcome(kind="accepted", reply="")),
    )
    found = {(route.method, re.sub(r":[^}]*", "", route.path)) for route in routes(desk, Entry(desk))}  # type: ignore[attr-defined]
    assert all(method in (hdrs.METH_GET, hdrs.METH_POST) for method, _ in found)
    return found


@pytest.mark.slow
def test_every_route_is_refused_to_who_may_not_have_it(host: str, place: Path) -> None:
    walked = sorted((one for one in every_route(place) if one[1] not in OUTSIDE), key=lambda one: "approve" in one[1])
    assert set(walked) - EDITORS >= OWNERS
    assert set(walked) >= EDITORS
    for method, pattern in walked:
        path = pattern.replace("{key}", KEY).replace("{kind}", "mail")
        path = re.sub(r"\{[^}]*\}", "x", path)
        nobody = visitor(host).ask(method, path, {"csrf": ""} if method == "POST" else None)
        assert nobody.status == 401, path
        for address in (BOB, ADA):
            someone = signed_in(place, host, address)
            page = someone.ask("GET", DRAFT)
            form = {"csrf": page.csrf, "do": "nothing"} if method == "POST" else None
            got = someone.ask(method, path, form).status
            allowed = address == ADA or (method, pattern) in EDITORS
            assert (got == 403) is not allowed, (address, method, path, got)
            assert got < 500
            if method == "POST" and allowed:
                forged = signed_in(place, host, address).ask(method, path, {"csrf": "x" * 64})
                assert forged.status == 403, path
            if pattern.endswith(("/approve", "/test", "/send")):
                break  # what the owner may do too is not done twice


def test_an_editor_cannot_make_themselves_an_owner(host: str, place: Path, run: Run) -> None:
    bob = signed_in(place, host, BOB)
    csrf = bob.ask("GET", DRAFT).csrf
    form = {"csrf": csrf, "address": BOB, "role": "owner", "do": "role"}
    for extra in ({}, {"role": "owner", "account": "1"}):
        assert bob.ask("POST", "/desk/accounts", {**form, **extra}).status == 403
    assert "Accounts" not in bob.show().text
    assert {one["address"]: one["role"] for one in run("-C", place, "desk", "accounts", "--json").json} == {
        ADA: "owner",
        BOB: "editor",
    }
    assert log_of(run, place)[0]["action"] == "was refused accounts"
    ada = signed_in(place, host, ADA)
    page = ada.ask("GET", "/desk/accounts")
    assert ada.ask("POST", "/desk/accounts", {**form, "csrf": csrf}).status == 403  # another session's token
    assert ada.ask("POST", "/desk/accounts", {**form, "csrf": page.csrf}).status == 303
    assert bob.ask("GET", "/desk/accounts").status == 200
    assert log_of(run, place)[0]["about"] == f"role {BOB} owner"
    own = ada.ask("POST", "/desk/accounts", {"csrf": page.csrf, "address": ADA, "do": "remove"})
    assert own.status == 303
    assert "is your own account" in ada.ask("GET", "/desk/accounts").text
    for do in ("add", "explode"):
        ada.ask("POST", "/desk/accounts", {"csrf": page.csrf, "address": EVE, "role": "emperor", "do": do})
    assert len(run("-C", place, "desk", "accounts", "--json").json) == 2
    shown = ada.ask("GET", "/desk/audit")
    assert (shown.status, "was refused accounts" in shown.text, BOB in shown.text) == (200, True, True)


def test_an_editor_is_shown_nothing_that_is_refused(host: str, place: Path) -> None:
    subscribe(place, "reader@example.org")
    bob, ada = signed_in(place, host, BOB), signed_in(place, host, ADA)
    item = re.findall(r'href="(/desk/[^"]*/item[^"]*)"', ada.show().text)[0]
    for path in ("/desk/", DRAFT, f"{DRAFT}sending", "/desk/mailings", "/desk/letters", item):
        got = bob.ask("GET", path)
        if got.status == 303:
            continue
        assert got.status == 200, path
        shown = set(re.findall(r'href="(/desk/[^"#]*)', got.text))
        assert shown
        for target in sorted(shown)[:12]:
            assert bob.ask("GET", target.replace("&amp;", "&")).status != 403, target
        for action in set(re.findall(r'(?:method="post" |form)action="(/desk/[^"?]*)', got.text)):
            assert ("POST", action.replace(KEY, "{key}")) in EDITORS, action
        assert "reader@example.org" not in got.text
    assert "/desk/subscribers" in ada.show().text


def test_a_desk_without_accounts_says_so(place: Path, forks: Forks, tmp_path: Path) -> None:
    with store_of(place) as store, store.transaction():
        for one in store.desk_accounts.all():
            store.desk_accounts.remove(one.id)
    with (tmp_path / "err").open("w") as err, forks.serving(["-C", place, "serve", "--port", 0], stderr=err) as address:
        assert visitor(urlsplit(address).netloc).ask("GET", "/desk/").status == 401
    assert "nobody has an account; `digest desk accounts add` adds one" in (tmp_path / "err").read_text()


def test_whoever_loses_the_account_loses_the_session(host: str, place: Path, run: Run) -> None:
    for command in (["disable", BOB], ["remove", BOB]):
        bob, link = signed_in(place, host, BOB), mailed_link(place, host, BOB)
        assert bob.ask("GET", DRAFT).status == 200
        assert run("-C", place, "desk", "accounts", *command).code == 0
        assert bob.ask("GET", DRAFT).status == 401
        assert visitor(host).ask("POST", link, {}).status == 403
        run("-C", place, "desk", "accounts", "enable", BOB)
        assert bob.ask("GET", DRAFT).status == 401
    assert run("-C", place, "desk", "accounts", "remove", BOB).code == 3
    assert run("-C", place, "desk", "accounts", "add", BOB).code == 0
    assert run("-C", place, "desk", "accounts", "add", BOB).code == 2
    assert run("-C", place, "desk", "accounts", "role", EVE, "owner").code == 3
    actions = [one["action"] for one in log_of(run, place) if one["place"] == "terminal"]
    assert actions[:4] == ["added an account", "removed an account", "enabled an account", "disabled an account"]


def test_who_signs_out_everywhere_is_signed_out_everywhere(host: str, place: Path) -> None:
    phone, desktop, other = signed_in(place, host, BOB), signed_in(place, host, BOB), signed_in(place, host, ADA)
    csrf = desktop.show().csrf
    assert desktop.ask("POST", "/desk/leave-everywhere", {"csrf": csrf}).status == 200
    assert [one.ask("GET", DRAFT).status for one in (phone, desktop, other)] == [401, 401, 200]


@pytest.mark.slow
def test_two_servers_know_the_same_sessions(place: Path, forks: Forks) -> None:
    (place / "feeds.yaml").write_text(
        (place / "feeds.yaml").read_text().replace("digest:\n", "digest:\n  catch_up: 5000d\n")
    )
    ours, theirs = os.pipe()
    daemon = forks.start(["-C", place, "run", "--serve", "127.0.0.1:0"], stderr=theirs)
    os.close(theirs)
    with open(ours) as out, forks.serving(["-C", place, "serve", "--port", 0]) as address:  # noqa: PTH123
        first = next(urlsplit(line.strip()).netloc for line in out if line.startswith("http"))
        second = urlsplit(address).netloc
        bob = visitor(second)
        assert bob.ask("POST", mailed_link(place, first, BOB), {}).status == 303
        there = visitor(first)
        there.cookies = bob.cookies
        page = there.ask("GET", DRAFT)
        assert page.status == 200
        assert bob.ask("POST", "/desk/leave", {"csrf": page.csrf}).status == 200
        assert there.ask("GET", DRAFT).status == 401
        daemon.send_signal(signal.SIGTERM)
        while out.readline():
            pass
        assert daemon.wait(timeout=30) == 0


def test_an_edit_names_its_account(host: str, place: Path, run: Run) -> None:
    bob = signed_in(place, host, BOB)
    item = run("-C", place, "show", KEY, "--format", "json").json["lead"]
    page = bob.change(bob.show(), do=f"drop {item}")
    (edit,) = [json.loads(line) for line in (place / "edits.jsonl").read_text().splitlines()]
    assert (edit["by"], edit["item"]) == (BOB, item)
    entry = log_of(run, place)[0]
    assert (entry["who"], entry["action"], entry["about"]) == (BOB, "change", f"{KEY} drop {item}")
    approved = bob.ask("POST", f"{DRAFT}approve", {"csrf": page.csrf, "seen": page.seen})
    assert approved.status == 303
    assert log_of(run, place)[0]["action"] == "approve"


def test_nothing_leads_away_and_nothing_is_framed(host: str, place: Path) -> None:
    sought = ("//evil.example", "https://evil.example", "/\\evil.example", "..", "x\r\nLocation: y", "<script>")
    for given in sought:
        asked = visitor(host).ask("POST", "/desk/link", {"address": "nobody", "issue": given})
        assert 'name="issue" value=""' in asked.text
    with store_of(place) as store:
        account = store.desk_accounts.find(BOB)
        assert account is not None
        token = new_link(store, NOW, who=BOB, account=account.id, lasts=MAILED_LINK, issue="//evil.example")
    assert visitor(host).ask("POST", f"/desk/enter/{token}", {}).headers["location"] == "/desk/%2F%2Fevil.example/"
    ada = signed_in(place, host, ADA)
    pages = ["/desk/", "/desk/accounts", "/desk/audit", DRAFT, f"{DRAFT}sending", "/desk/enter/x", "/desk/nowhere"]
    for someone in (ada, visitor(host)):
        for path in pages:
            got = someone.ask("GET", path)
            policy = got.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy, path
            assert "unsafe" not in policy
            assert got.headers["cache-control"] == "no-store"
            assert "<script>" not in got.text
            assert " style=" not in got.text
    assert visitor(host).ask("GET", DRAFT, Host="evil.example").status == 421


def test_a_request_that_is_no_form_or_too_large_is_refused(host: str, place: Path) -> None:
    ada = signed_in(place, host, ADA)
    csrf = ada.show().csrf

    def post(path: str, body: bytes, kind: str) -> Got:
        return ada.ask("POST", path, None, raw=body, Content_Type=kind)

    broken = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + csrf.encode()
    for path in (f"{DRAFT}change", "/desk/accounts", "/desk/link"):
        assert post(path, b"x" * 300_000, "application/x-www-form-urlencoded").status == 413
        assert post(path, broken, "multipart/form-data; boundary=x").status in (400, 403)
        assert post(path, b"csrf=%ff", "application/x-www-form-urlencoded; charset=nonsense").status in (400, 401, 403)
        file = broken.replace(b'name="csrf"', b'name="csrf"; filename="/etc/passwd"') + b"\r\n--x--\r\n"
        assert post(path, file, "multipart/form-data; boundary=x").status in (400, 401, 403)


def test_guesses_and_requests_for_links_are_limited(host: str, place: Path) -> None:
    for _ in range(3):
        assert visitor(host).ask("POST", "/desk/link", {"address": BOB}).status == 200
    letters(place, 3)
    for _ in range(5):
        assert visitor(host).ask("POST", "/desk/link", {"address": BOB}).status == 200  # and says nothing of the limit
    time.sleep(0.5)
    assert len(mails(place)) == 3
    asked = [visitor(host).ask("POST", "/desk/link", {"address": f"x{n}@example.org"}).status for n in range(5)]
    assert asked[-1] == 429
    elsewhere = visitor(host)
    elsewhere.headers["X_Forwarded_For"] = "198.51.100.1"
    assert elsewhere.ask("POST", "/desk/link", {"address": ADA}).status == 200
    guessed = [visitor(host).ask("POST", "/desk/enter/guess", {}).status for _ in range(25)]
    assert (guessed[0], guessed[-1]) == (403, 429)


@pytest.mark.slow
def test_two_servers_share_each_limit(place: Path, forks: Forks) -> None:
    argv = ["-C", place, "serve", "--port", 0, "--at", SLOT]
    with forks.serving(argv) as one, forks.serving(argv) as two:
        hosts = [urlsplit(address).netloc for address in (one, two)]
        for number in range(4):
            assert visitor(hosts[number % 2]).ask("POST", "/desk/link", {"address": BOB}).status == 200
        letters(place, 3)
        time.sleep(0.5)
        assert len(mails(place)) == 3  # the fourth was one too many, at whichever server
        asked = [
            visitor(hosts[n % 2]).ask("POST", "/desk/link", {"address": f"x{n}@example.org"}).status for n in range(8)
        ]
        assert asked == [200] * 6 + [429] * 2
        guessed = [visitor(hosts[n % 2]).ask("POST", "/desk/enter/guess", {}).status for n in range(22)]
        assert guessed == [403] * 20 + [429] * 2
        bobs = [signed_in(place, host, BOB) for host in hosts]
        for number in range(12):
            bob = bobs[number % 2]
            form = {"csrf": bob.show().csrf, "addresses": f"t{number}@example.org", "back": "draft"}
            bob.ask("POST", f"{DRAFT}test", form)
    assert len(mails(place)) == 3 + 10
    content = b"".join(path.read_bytes() for path in (place / ".digest").glob("digest.sqlite3*"))
    assert b"x3@example.org" not in content
    assert b"203.0.113.77" not in content


def test_an_editor_cannot_mail_a_draft_to_the_world(host: str, place: Path, run: Run) -> None:
    bob = signed_in(place, host, BOB)
    csrf = bob.show().csrf
    crowd = " ".join(f"x{n}@example.org" for n in range(21))
    assert bob.ask("POST", f"{DRAFT}test", {"csrf": csrf, "addresses": crowd, "back": "draft"}).status == 303
    assert "needs one to 20 addresses" in bob.show().text
    for number in range(10):
        bob.ask("POST", f"{DRAFT}test", {"csrf": csrf, "addresses": f"t{number}@example.org", "back": "draft"})
    assert "was requested 10 times within minutes" in bob.show().text
    sent = len(mails(place))
    assert sent == 9
    assert [one["action"] for one in log_of(run, place)].count("test") == sent


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/desk/subscribers?q=a&page=2", "/desk/subscribers?q=a&page=2"),
        ("/desk/subscribers/import", "/desk/subscribers"),
        ("/desk/feeds/look?x=//evil.example", "/desk/feeds"),
        ("/desk/letters/send", "/desk/letters"),
        ("/desk/leave", "/desk/"),
        ("/desk//evil.example/", "/desk/"),
    ],
)
def test_a_refusal_leads_to_a_page_of_the_desk(path: str, back: str) -> None:
    assert page_of_list(make_mocked_request("POST", path)) == back


@pytest.mark.parametrize(
    ("client", "place"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::/64", "2001:db8:1::/48"), ("unknown", "unknown")],
)
def test_the_log_knows_only_networks(client: str, place: str) -> None:
    assert shortened(client) == place


def test_a_restored_backup_lets_nobody_in(host: str, place: Path, run: Run, tmp_path: Path) -> None:
    cookie = let_in(place, BOB)
    assert run("-C", place, "backup", tmp_path / "b").code == 0
    run("-C", tmp_path / "new", "restore", tmp_path / "b")
    assert Sessions(database=located(Workspace(root=tmp_path / "new")), clock=lambda: NOW).find(cookie) is None
    assert Sessions(database=located(Workspace(root=place)), clock=lambda: NOW).find(cookie) is not None
