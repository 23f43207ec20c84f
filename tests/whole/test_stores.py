"""A workspace's life with its store in PostgreSQL: the same issues, the same answers, and the way there and back."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from digest.model import Workspace
from digest.storage.db import located
from digest.storage.db.copying import digests
from support.mailing import KEY, outbox, store_of, subscribe
from support.postgres import Cluster
from support.running import Run

pytestmark = pytest.mark.of_sqlite("these tests choose their stores themselves")
COLLECT, BUILD = ("collect", "--at", "2026-06-29T07:00"), ("build", "--at", "2026-06-29T08:00")


def files(place: Path) -> dict[str, bytes]:
    archive = place / "archive"
    return {str(path.relative_to(archive)): path.read_bytes() for path in archive.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_the_same_feeds_give_the_same_archive_and_the_same_answers(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "w"
    shutil.copytree(sample, place)
    shutil.rmtree(place / "archive")
    shutil.rmtree(place / ".digest")
    other = Path(shutil.copytree(place, tmp_path / "other"))
    asked = (
        ("search", "agents", "--json"),
        ("search", "reason*", "--json"),
        ("search", '"language models"', "--trend", "agents", "--json"),
        ("why", "arxiv:2606.22936", "--json"),
        ("status", "--at", "2026-06-29T09:00", "--json"),
        ("feeds", "list", "--json"),
        ("trends", "--json"),
    )
    answers = []
    for one in (place, other):
        assert run("-C", one, *COLLECT).code == 0
        assert run("-C", one, *BUILD).code == 0
        answers.append([run("-C", one, *command).out.replace(str(one), "HERE") for command in asked])
        monkeypatch.setenv("DIGEST_STORE", postgres.database())
    assert files(place) == files(other)
    assert answers[0] == answers[1]
    assert not (other / ".digest/digest.sqlite3").exists()


def test_a_store_goes_to_a_server_and_back_without_a_difference(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org", "bob@example.org", "eve@example.org")
    with store_of(place) as store:
        store.subscribers.forget("eve@example.org", store.issues.last_closed().cutoff)  # type: ignore[union-attr]
    assert run("-C", place, "send", "--limit", "1").code == 1
    with store_of(place) as store:
        before = digests(store.connection)
    monkeypatch.setenv("DIGEST_STORE", postgres.database())
    told = run("-C", place, "store", "copy", "file", "server")
    assert told.code == 0, told.err
    assert "both are equal" in told.out
    with store_of(place) as store:
        assert digests(store.connection) == before
    assert run("-C", place, "store", "copy", "file", "server").code == 2
    counts = run("-C", place, "send", "--json").json["routes"][0]["counts"]
    assert (counts["accepted"], counts["in_doubt"], counts["pending"]) == (2, 0, 0)
    subscribe(place, "dan@example.org")
    with store_of(place) as store:
        after = digests(store.connection)
        assert [person.id for person in store.subscribers.all()] == [1, 2, 4]
    assert run("-C", place, "store", "copy", "server", "file", "--force", "--json").json["used"] is False
    monkeypatch.delenv("DIGEST_STORE")
    subscribe(place, "fay@example.org")
    with store_of(place) as store:
        assert [person.id for person in store.subscribers.all()] == [1, 2, 4, 5]
        store.connection.execute("DELETE FROM subscribers WHERE id = 5")
        assert digests(store.connection) == after
    assert run("-C", place, "send", "--json").json["routes"][0]["counts"]["accepted"] == 2


def test_two_newsletters_in_one_database_know_nothing_of_each_other(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STORE", postgres.database())
    one, two = (Path(shutil.copytree(sample, tmp_path / name)) for name in ("one", "Two Weeks"))
    subscribe(one, "ada@example.org")
    assert located(Workspace(root=two)).schema == "digest_two_weeks"  # type: ignore[union-attr]
    assert "ada@" not in run("-C", two, "subscribers", "list").out
    assert "ada@" in run("-C", one, "subscribers", "list").out
    subscribe(two, "bob@example.org")
    assert run("-C", two, "send").code == 0
    assert set(outbox(two)) == {"bob@example.org"}


@pytest.mark.parametrize("setting", ["variable", "feeds.yaml"])
def test_a_password_is_never_shown(
    run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    pytest.importorskip("psycopg")
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    address = "postgresql://ada:hunter2@127.0.0.1:1/none?password=hunter2"
    if setting == "variable":
        monkeypatch.setenv("DIGEST_STORE", address)
    else:
        path = place / "feeds.yaml"
        path.write_text(f"store: {address}\n" + path.read_text())
    for command in (["status", "--json"], ["collect"], ["store", "copy", "file", "server"], ["subscribers", "list"]):
        told = run("-C", place, *command)
        assert told.code == 2
        assert "hunter2" not in told.out + told.err


@pytest.mark.parametrize(
    "address", ["postgresql://ada:hun@ter2@h/d", "postgresql://ada:hun/ter2@h/d", "mysql://ada:hunter2@h/d", "hunter2"]
)
def test_an_address_that_cannot_be_read_is_not_repeated(
    run: Run, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DIGEST_STORE", address)
    told = run("-C", shutil.copytree(sample, tmp_path / "w"), "status")
    assert told.code == 2
    assert "ter2" not in told.out + told.err


def test_a_backup_holds_the_rows_of_the_server_and_no_password(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    monkeypatch.setenv("DIGEST_STORE", postgres.database().replace("postgres@", "postgres:hunter2@"))
    assert run("-C", place, "store", "copy", "file", "server").code == 0
    subscribe(place, "ada@example.org")
    assert run("-C", place, "backup", tmp_path / "b").code == 0
    with tarfile.open(tmp_path / "b") as tar:
        contents = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    assert b"ada@example.org" in contents[".digest/digest.sqlite3"]
    assert not any(b"hunter2" in content for content in contents.values())
    monkeypatch.delenv("DIGEST_STORE")
    assert run("-C", tmp_path / "file", "restore", tmp_path / "b").code == 1
    assert "ada@example.org" in run("-C", tmp_path / "file", "subscribers", "list").out


def test_a_dump_of_the_database_restores_everything_and_mails_nobody_anew(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    first = postgres.database()
    monkeypatch.setenv("DIGEST_STORE", first)
    subscribe(place, "ada@example.org", "bob@example.org")
    assert run("-C", place, "send", "--json").json["routes"][0]["counts"]["accepted"] == 2
    name = first.partition("@/")[2].partition("?")[0]
    postgres.run("pg_dump", "-Fc", "-f", f"{postgres.folder}/dump", name)
    postgres.run("createdb", f"{name}_restored")
    second = first.replace(name, f"{name}_restored")
    postgres.run("pg_restore", "-d", f"{name}_restored", f"{postgres.folder}/dump")
    monkeypatch.setenv("DIGEST_STORE", second)
    sent = run("-C", place, "send", KEY, "--json").json["routes"][0]
    assert (sent["counts"]["accepted"], sent["counts"]["pending"]) == (2, 0)
    assert len(list((place / ".digest/outbox/new").iterdir())) == 2
    assert json.loads(run("-C", place, "status", "--json").out)["mail"]["counts"] == {}


@pytest.mark.slow
@pytest.mark.parametrize("told", [False, True], ids=["restored only", "and told"])
def test_a_dump_from_before_a_mailing_leaves_its_readers_in_doubt(
    request: pytest.FixtureRequest, run: Run, tmp_path: Path, postgres: Cluster, told: bool
) -> None:
    """Whether or not somebody tells the store of the time that it lost, as the guide asks."""
    monkeypatch, sample = map(request.getfixturevalue, ("monkeypatch", "sample"))
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    database = postgres.database()
    monkeypatch.setenv("DIGEST_STORE", database)
    assert run("-C", place, "store", "copy", "file", "server").code == 0
    subscribe(place, "ada@example.org", "bob@example.org")
    name = database.partition("@/")[2].partition("?")[0]
    postgres.run("pg_dump", "-Fc", "-f", f"{postgres.folder}/early", name)
    assert run("-C", place, "send").code == 0
    postgres.run("pg_restore", "--clean", "-d", name, f"{postgres.folder}/early")
    if told:
        assert run("-C", place, "backup", tmp_path / "b").code == 0
        assert run("-C", place, "restore", tmp_path / "b", "--force").code == 1
    assert run("-C", place, "send", "--json").json["routes"][0]["counts"]["in_doubt"] == 2
    assert len(outbox(place)) == 2


@pytest.mark.slow
def test_what_one_machine_closes_the_others_can_write(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_STORE", postgres.database() + "&schema=shared")
    one, other = (Path(shutil.copytree(sample, tmp_path / name)) for name in ("one", "other"))
    for place in (one, other):
        shutil.rmtree(place / "archive")
    assert run("-C", one, *COLLECT).code == 0
    assert run("-C", one, *BUILD).code == 0
    assert run("-C", other, "archive", "pull").out == f"{KEY}\n"
    assert files(other) == files(one)
    (other / "archive" / KEY / "issue.json").write_bytes((one / "archive" / KEY / "issue.json").read_bytes() + b" ")
    assert run("-C", other, "archive", "pull", "--json").json == {"pulled": [KEY]}
    assert files(other) == files(one)
    assert "every closed issue" in run("-C", other, "archive", "pull").out
    subscribe(one, "ada@example.org")
    assert run("-C", other, "send").code == 0
    assert set(outbox(other)) == {"ada@example.org"}
    assert run("-C", one, "send", "--json").json["routes"][0]["counts"]["accepted"] == 1
    assert not (one / ".digest/outbox/new").exists()


def test_an_archive_that_nobody_shares_is_not_pulled(run: Run, sample: Path, tmp_path: Path) -> None:
    assert run("-C", shutil.copytree(sample, tmp_path / "w"), "archive", "pull").code == 2


def test_the_address_may_be_in_a_file(
    run: Run, sample: Path, tmp_path: Path, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    secret = tmp_path / "store"
    monkeypatch.delenv("DIGEST_STORE", raising=False)
    monkeypatch.setenv("DIGEST_STORE_FILE", str(secret))
    told = run("-C", place, "status")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert "DIGEST_STORE_FILE" in told.err
    secret.write_text("hunter2")
    told = run("-C", place, "status")
    assert told.code == 2
    assert "hunter2" not in told.out + told.err
    secret.write_text(f"{postgres.database()}\n")
    subscribe(place, "ada@example.org")
    assert "ada@" in run("-C", place, "subscribers", "list").out
    monkeypatch.delenv("DIGEST_STORE_FILE")
    assert "ada@" not in run("-C", place, "subscribers", "list").out
