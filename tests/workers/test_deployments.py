"""Many newsletters on one database: one's trouble is its own, people's data are apart, and hosts and mail servers see one program."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from digest.config import Config, trend_files
from digest.errors import DigestError
from digest.fetch.throttle import Rule
from digest.mail.connections import SharedPace
from digest.model import Workspace
from digest.services.context import Program, program_at, read_config
from digest.storage.db.deployment import open_deployment
from digest.storage.files import resources
from digest.subscribers.tokens import SECRET
from digest.workers.duties import Duties, Job
from digest.workers.newsletters import Configs, Newsletter, newsletters, workspaces
from support.deployments import all_published, newsletter, published, start, workers
from support.forked import Forks
from support.mailing import NOW, configure, store_of
from support.running import Run, free_port, wait_for
from support.smtpserver import serving

FEED = """<rss version="2.0"><channel><title>F</title><item><title>Work {number}</title><link>https://a.example/{number}</link>
<guid>https://a.example/{number}</guid></item></channel></rss>"""


def nobody(_line: str) -> None:
    raise AssertionError(_line)


def letters(run: Run, folder: Path, name: str) -> dict[str, int]:
    """How many letters of a newsletter are in which state."""
    found = {one["name"]: one for one in run("deploy", "status", folder, "--json").json["newsletters"]}
    counts: dict[str, int] = found[name]["figures"]["letters"]
    return counts


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_the_trouble_of_one_newsletter_is_its_own(sample: Path, tmp_path: Path, forks: Forks, run: Run) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server:
        for name in ("broken", "good", "refused"):
            port = free_port() if name == "refused" else server.port
            newsletter(folder / name, sample=sample, port=port, people=50)
        config = folder / "broken/feeds.yaml"
        right = config.read_text()
        config.write_text(right + "nonsense: true\n")
        with workers(forks, folder, tmp_path / "log", (), ()):
            wait_for(lambda: bool(published(folder / "good")), seconds=90)
            wait_for(lambda: letters(run, folder, "digest_refused").get("pending") == 50, seconds=90)
            assert not published(folder / "broken")
            assert not published(folder / "refused")
            told = run("deploy", "status", folder, "--json")
            config.write_text(right)
            wait_for(lambda: bool(published(folder / "broken")), seconds=90)
        assert {who.partition("-")[0] for who in server.recipients} == {"broken", "good"}
    assert told.code == 1
    found = {one["name"]: one for one in told.json["newsletters"]}
    assert "nonsense" in found["digest_broken"]["error"]
    assert found["digest_good"]["figures"]["letters"]["accepted"] == 50
    assert found["digest_refused"]["figures"]["letters"]["pending"] == 50
    (database,) = told.json["databases"]
    assert len(database["workers"]) == 2
    log = (tmp_path / "log").read_text()
    assert log.count("feeds.yaml is invalid") <= 2 * 2, "told once by each worker, and once more when it changed"


@pytest.mark.usefixtures("database")
def test_nobody_gets_at_the_people_of_another_newsletter(sample: Path, tmp_path: Path, run: Run) -> None:
    one, two = (newsletter(tmp_path / name, sample=sample, port=1, people=3) for name in ("one", "two"))
    found = newsletters(workspaces([tmp_path]), told=nobody)
    assert list(found) == ["digest_one", "digest_two"]
    with store_of(one) as mine, store_of(two) as theirs:
        assert mine.subscribers.secret(SECRET) != theirs.subscribers.secret(SECRET), "a link of one opens the other"
        assert mine.subscribers.find("two-1@example.org") is None
        with theirs.transaction():
            theirs.subscribers.opt_out(1, NOW, reason="unsubscribed")
        assert mine.subscribers.counts() == {"active": 3}
        theirs.model_answers.spend("a", issue="2026-W27", at=NOW, tokens_in=9, tokens_out=9)
        assert mine.model_answers.spent_in(NOW) == (0, 0), "one's purse is emptied by the other"
        tables = mine.connection.execute("SELECT count(*) FROM subscribers WHERE address LIKE 'two-%'").fetchone()
        assert tables == (0,)
        with mine.connection.claim("sending.lock") as taken, theirs.connection.claim("sending.lock") as also:
            assert taken
            assert also, "two newsletters have the same locks"
    assert "one-" not in run("-C", two, "subscribers", "export").out


@pytest.mark.usefixtures("database")
def test_a_user_of_the_database_who_owns_one_newsletter_reaches_no_other(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    cluster = request.getfixturevalue("postgres")
    name = os.environ["DIGEST_STORE"].partition("@/")[2].partition("?")[0]
    for user in ("one", "two"):
        cluster.run(
            "psql", "-d", name, "-c", f"CREATE ROLE {user} LOGIN", "-c", f"GRANT CREATE ON DATABASE {name} TO {user}"
        )
        monkeypatch.setenv("DIGEST_STORE", cluster.url(name).replace("postgres@", f"{user}@"))
        assert run("init", tmp_path / user).code == 0
        assert run("-C", tmp_path / user, "subscribers", "add", f"ada@{user}.example").code == 0
    for crossing in ("&schema=digest_one", "&options=-csearch_path%3Ddigest_one"):
        monkeypatch.setenv("DIGEST_STORE", cluster.url(name).replace("postgres@", "two@") + crossing)
        for command in (("export",), ("list",), ("add", "eve@two.example")):
            told = run("-C", tmp_path / "two", "subscribers", *command)
            assert "ada@one.example" not in told.out + told.err
            assert "schema" not in crossing or (told.code, "belongs to another user" in told.err) == (2, True), told
    monkeypatch.setenv("DIGEST_STORE", cluster.url(name))
    with store_of(tmp_path / "one") as store:
        assert store.subscribers.counts() == {"active": 1}
    for user in ("one", "two"):
        cluster.run("psql", "-d", name, "-c", f"DROP OWNED BY {user} CASCADE", "-c", f"DROP ROLE {user}")


@pytest.mark.usefixtures("database")
def test_workers_of_another_version_refuse_to_start(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder, log = tmp_path / "newsletters", tmp_path / "log"
    newsletter(folder / "one", sample=sample, port=1, people=0)
    (at,) = newsletters(workspaces([folder]), told=nobody).values()
    jobs = "CREATE TABLE procrastinate_jobs (id INTEGER)"
    with log.open("ab") as file:
        with open_deployment(at.server) as shared, shared.joined("0.0.1", jobs=jobs):
            assert start(forks, folder, file.fileno()).wait(timeout=30) != 0
            assert "workers of version 0.0.1 are running; stop those first" in log.read_text()
        later = start(forks, folder, file.fileno())
        wait_for(lambda: "started: process" in log.read_text(), seconds=30)
        with (
            open_deployment(at.server) as shared,
            pytest.raises(DigestError, match="are running"),
            shared.joined("0.0.1", jobs=jobs),
        ):
            pass
        later.send_signal(signal.SIGTERM)
        assert later.wait(timeout=30) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_a_newsletter_that_is_added_is_taken_up(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server:
        newsletter(folder / "one", sample=sample, port=server.port, people=2)
        with workers(forks, folder, tmp_path / "log", ()):
            wait_for(lambda: bool(published(folder / "one")), seconds=90)
            newsletter(tmp_path / "two", sample=sample, port=server.port, people=2)
            os.rename(tmp_path / "two", folder / "two")  # noqa: PTH104
            all_published(folder, seconds=90)


@pytest.mark.usefixtures("database")
def test_jobs_of_a_newsletter_that_is_served_no_more_are_forgotten(sample: Path, tmp_path: Path) -> None:
    from digest.workers.jobs import TABLES

    newsletter(tmp_path / "one", sample=sample, port=1, people=0)
    (at,) = newsletters(workspaces([tmp_path]), told=nobody).values()
    with open_deployment(at.server) as shared, shared.joined("1", jobs=TABLES):
        ask = shared._connection.execute
        for queue, scheduled in (
            ("new", "NULL"),
            ("old", "NULL"),
            ("late", "now() - interval '2 days'"),
            ("soon", "now()"),
        ):
            query = "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES (?, 'look', "
            ask(f"{query}{scheduled})", (f"send:{queue}",))
        ask(
            "UPDATE procrastinate_events SET at = now() - interval '2 days' WHERE job_id IN"
            " (SELECT id FROM procrastinate_jobs WHERE queue_name = 'send:old')"
        )
        assert shared.forget_jobs(timedelta(days=1)) == 2
        assert set(shared.jobs()) == {"send:new", "send:soon"}


@pytest.mark.usefixtures("database")
def test_newsletters_with_the_same_list_id_are_told(sample: Path, tmp_path: Path, run: Run) -> None:
    for name in ("one", "two", "three"):
        place = newsletter(tmp_path / name, sample=sample, port=1, people=0)
        list_id = "own" if name == "three" else "same"
        configure(place, f"{{from: d@example.org, list_id: {list_id}.example.org}}")
    told = run("deploy", "status", tmp_path, "--json").json
    problems = [line for line in told["problems"] if "list id" in line]
    assert problems == [
        f"digest_{name}: has the list id same.example.org, as has digest_{other}: give each its own `delivery: list_id`"
        for name, other in (("one", "two"), ("two", "one"))
    ]


def test_what_is_in_another_database_is_left_out(
    database: str, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGEST_STORE")
    for name, store in (("a", database), ("b", database), ("c", database.replace("test_", "none_")), ("d", "")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feeds.yaml").write_text(f"store: {store}\n" if store else "")
    told: list[str] = []
    assert list(newsletters(workspaces([tmp_path]), told=told.append)) == ["digest_a", "digest_b"]
    assert [line.partition(": ")[2][:25] for line in told] == ["its store is in another d", "its store is a file, whic"]


@contextmanager
def host() -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """A host of many feeds, and when each request began and ended."""
    asked: list[tuple[float, float]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began = time.monotonic()
            time.sleep(0.05)
            body = FEED.format(number=self.path[1:]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            asked.append((began, time.monotonic()))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def hosted(tmp_path: Path, url: str, feeds: dict[str, list[str]]) -> None:
    """Newsletters with feeds of a host."""
    for name, paths in feeds.items():
        (tmp_path / name).mkdir()
        listed = [{"name": path, "url": f"{url}/{path}", "kind": "papers"} for path in paths]
        config = {"digest": {"timezone": "UTC"}, "fetch": {"allow_private": True}, "feeds": listed}
        (tmp_path / name / "feeds.yaml").write_text(json.dumps(config))


def duties(*rules: Rule) -> Duties:
    @contextmanager
    def opened(place: Workspace, settings: Config, now: datetime, writes: bool) -> Iterator[Program]:
        with program_at(now, place, settings, {}, writes=writes, waiting=nobody) as program:
            yield replace(program, rules=rules)

    def read(place: Workspace) -> Config:
        return read_config(place, trend_files.load(resources.trend_texts(place)))

    return Duties(Configs(read), opened, lambda: False)


def collect_all(found: dict[str, Newsletter], names: Sequence[str], *rules: Rule) -> None:
    """Do the jobs that are due in newsletters, and those that follow."""
    worker = duties(*rules)
    jobs: list[Job] = [job for name in names for job in worker.due(found[name]) if job.kind == "collect"]
    while jobs:
        job = jobs.pop(0)
        jobs += [later for later, _ in worker.do(found[job.newsletter], job)]
        time.sleep(0.02)


def joined(folder: Path) -> dict[str, Newsletter]:
    """The newsletters in a folder, with the tables that workers share."""
    found = newsletters(workspaces([folder]), told=nobody)
    with open_deployment(next(iter(found.values())).server) as shared, shared.joined("1", jobs="SELECT 1"):
        return found


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_a_host_sees_the_pauses_of_one_program_from_all_workers(tmp_path: Path) -> None:
    gap = 0.4
    with host() as (url, asked):
        hosted(tmp_path, url, {name: [f"{name}{n}" for n in range(3)] for name in ("one", "two", "three")})
        rule = Rule(owner="h", hosts=frozenset({"127.0.0.1"}), gap=gap, connections=1, source="")
        found = joined(tmp_path)
        threads = [
            threading.Thread(target=collect_all, args=(found, order, rule))
            for order in (list(found), list(reversed(found)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(asked) == 9, "each feed is asked once, by one of the workers"
    asked.sort()
    assert min(later[0] - earlier[1] for earlier, later in pairwise(asked)) >= gap - 0.05


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_a_feed_that_newsletters_share_is_fetched_once(tmp_path: Path) -> None:
    with host() as (url, asked):
        hosted(tmp_path, url, {"one": ["a", "b", "c"], "two": ["b", "c", "d"], "three": ["c"]})
        found = joined(tmp_path)
        collect_all(found, list(found))
        assert len(asked) == 4
        for name, titles in {"one": {"Work a", "Work b", "Work c"}, "two": {"Work b", "Work c", "Work d"}}.items():
            with store_of(tmp_path / name) as store:
                rows = store.connection.execute("SELECT DISTINCT title FROM sightings").fetchall()
                assert {title for (title,) in rows} == titles
                store.connection.execute("DELETE FROM fetches")  # as if hours had passed
        collect_all(found, list(found))
        assert len(asked) == 4 + 2, "what others fetched lately is not fetched again"
        with open_deployment(found["digest_one"].server) as shared:
            shared.forget_documents(shared.clock())
        for name in ("one", "two"):
            with store_of(tmp_path / name) as store:
                store.connection.execute("DELETE FROM fetches")
        collect_all(found, list(found))
        assert len(asked) == 4 + 2 + 4
        with store_of(tmp_path / "two") as store:
            states = store.connection.execute("SELECT DISTINCT status FROM fetches").fetchall()
            assert states == [("unchanged",)]


@pytest.mark.usefixtures("database")
def test_the_rate_is_kept_over_all_senders(sample: Path, tmp_path: Path) -> None:
    newsletter(tmp_path / "one", sample=sample, port=1, people=0)
    (at,) = joined(tmp_path).values()
    rate, seconds, sent = 20.0, 2.0, list[float]()

    def send() -> None:
        with open_deployment(at.server) as shared:
            pace = SharedPace(rate, time, lambda span: shared.reserve("one", span))
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if (wait := pace.due()) > 0:
                    time.sleep(min(wait, 0.02))
                    continue
                pace.take()
                sent.append(time.monotonic())

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent.sort()
    spans = [later - earlier for earlier, later in zip(sent, sent[int(rate) + 2 :], strict=False)]
    assert len(sent) >= rate * seconds / 2
    assert min(spans) > 0.9, "more than the rate in a second"
