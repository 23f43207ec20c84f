"""What an operator may have set on a PostgreSQL server, for a role or on the way there: the store works, or says in one line what is in its way."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import WorkspaceError
from digest.model import Workspace
from digest.storage.db import Server, open_store
from digest.storage.db.connection import PooledError
from digest.storage.db.copying import digests
from digest.storage.db.location import server
from support.mailing import NOW
from support.postgres import Cluster
from support.running import free_port, wait_for

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
from digest.storage.db.postgres_session import refuse_old, session, settings  # noqa: E402  (an extra)

pytestmark = pytest.mark.of_sqlite("these tests choose their stores themselves")
SET = (
    "datestyle TO 'German'",
    "timezone TO 'Asia/Seoul'",
    "search_path TO pg_temp",
    "statement_timeout TO '100ms'",
    "idle_in_transaction_session_timeout TO '1ms'",
    "idle_session_timeout TO '200ms'",
    "extra_float_digits TO -3",
    "bytea_output TO 'escape'",
    "default_transaction_isolation TO 'serializable'",
    "standard_conforming_strings TO off",
    "synchronous_commit TO off",
)


@contextmanager
def role(cluster: Cluster, name: str, *commands: str) -> Iterator[str]:
    """The address of a database of its own for a user, about whom commands say more."""
    url = cluster.database()
    database = url.partition("@/")[2].partition("?")[0]
    sql = (f"CREATE ROLE {name} LOGIN", f"GRANT CREATE ON DATABASE {database} TO {name}", *commands)
    cluster.run("psql", "-d", database, *(word for one in sql for word in ("-c", one)))
    try:
        yield url.replace("postgres@", f"{name}@")
    finally:
        for one in (f"DROP OWNED BY {name} CASCADE", f"DROP ROLE {name}"):
            cluster.run("psql", "-d", database, "-c", one)
        cluster.drop(url)


def at(url: str, folder: Path) -> Server:
    return server(f"{url}&schema=digest_own", subject="the test", place=Workspace(root=folder))


def told(where: Server) -> str:
    """What is said when a store cannot be opened, or not used."""
    with pytest.raises(WorkspaceError) as raised, open_store(where) as store, store.transaction():
        store.subscribers.add("ada@example.org", key="ada@example.org", at=NOW, name="", trends=(), consent="")
    return str(raised.value)


def test_settings_of_a_role_change_nothing(postgres: Cluster, tmp_path: Path) -> None:
    settings_of = (f"ALTER ROLE odd SET {one}" for one in SET)
    with role(postgres, "odd", *settings_of) as url, open_store(at(url, tmp_path)) as store:
        clock = store.connection.condition().clock
        assert clock is not None
        assert abs(clock - datetime.now(UTC)) < timedelta(minutes=1)
        store.connection.execute("SELECT pg_sleep(0.4)")
        store.connection.execute("INSERT INTO secrets (name, value) VALUES (?, ?)", ("back\\slash", bytes(range(256))))
        assert digests(store.connection)["secrets"][0] == 1
        (value,) = store.connection.execute("SELECT value FROM secrets WHERE name = 'back\\slash'").fetchone()
        assert bytes(value) == bytes(range(256))
        tenth = store.connection.execute("SELECT CAST('0.1' AS DOUBLE PRECISION) + 0.2").fetchone()[0]
        assert float(tenth) == 0.1 + 0.2


def test_a_right_that_is_missing_is_named(postgres: Cluster, tmp_path: Path) -> None:
    with role(postgres, "reader") as url:
        owner = at(url.replace("reader@", "postgres@"), tmp_path)
        with open_store(owner) as store:
            for one in ("USAGE ON SCHEMA digest_own", "SELECT ON ALL TABLES IN SCHEMA digest_own"):
                store.connection.execute(f"GRANT {one} TO reader")
        words = told(at(url, tmp_path))
        assert words.startswith(f"{owner}: cannot be used (permission denied for table ")
        assert "; GRANT the user of the address what is missing" in words
        with open_store(owner) as store:
            store.connection.execute("REVOKE SELECT ON schema_version FROM reader")
        assert "permission denied for table schema_version" in told(at(url, tmp_path))


def test_a_server_that_may_only_be_read_is_told(postgres: Cluster, tmp_path: Path) -> None:
    with role(postgres, "careful", "ALTER ROLE careful SET default_transaction_read_only TO on") as url:
        assert "name the primary server" in told(at(url, tmp_path))


def test_a_server_without_a_free_connection_is_told(postgres: Cluster, tmp_path: Path) -> None:
    with role(postgres, "many", "ALTER ROLE many CONNECTION LIMIT 1") as url, open_store(at(url, tmp_path)):
        assert "stop other programs that use the server, or raise its max_connections" in told(at(url, tmp_path))


def test_a_database_that_is_missing_is_named(postgres: Cluster, tmp_path: Path) -> None:
    words = told(at(postgres.url("nowhere"), tmp_path))
    assert 'database "nowhere" does not exist' in words
    assert "check that the server runs and that the address is right" in words


def test_a_database_with_another_encoding_is_refused(postgres: Cluster, tmp_path: Path) -> None:
    postgres.run("createdb", "--encoding=SQL_ASCII", "--locale=C", "--template=template0", "bytes")
    words = told(at(postgres.url("bytes"), tmp_path))
    assert "its encoding is SQL_ASCII; make a database with ENCODING 'UTF8'" in words


def test_a_server_that_is_too_old_is_refused(postgres: Cluster, tmp_path: Path) -> None:
    where = at(postgres.url(), tmp_path)
    with pytest.raises(WorkspaceError, match=r"is PostgreSQL 11\.22; upgrade the server to version 12 or later"):
        refuse_old(where, 110_022)
    refuse_old(where, 120_000)
    assert "idle_session_timeout" not in settings(130_000)
    assert "transaction_timeout" in settings(180_001)


def test_a_folder_of_any_name_has_a_schema_of_its_own() -> None:
    def schema(name: str) -> str:
        return server("postgresql://h/d", subject="the test", place=Workspace(root=Path("/srv") / name)).schema

    assert [schema(name) for name in ("weekly", "Two Weeks", "a%b", "2026")] == [
        "digest_weekly",
        "digest_two_weeks",
        "digest_a_b",
        "digest_2026",
    ]
    others = ["주간", "일간", "cafe", "café", "cafè", "…", "workspace", "w" * 80, "w" * 81]
    assert len({schema(name) for name in others}) == len(others)
    assert schema("café") == schema("cafe\u0301"), "one name in two forms of Unicode"
    assert max(len(schema(name)) for name in others) <= 63
    assert schema("주간").startswith("digest_workspace_")


def test_addresses_of_one_database_are_known_as_such() -> None:
    def database(address: str) -> str:
        return server(address, subject="the test", place=Workspace(root=Path("/srv/w"))).database

    assert database("postgresql://a:x@h/d?schema=b") == database("postgresql://c@h/d?sslmode=require")
    assert database("postgresql:///d?host=/one") != database("postgresql:///d?host=/two")
    assert "x" not in database("postgresql://h/d?password=x&port=5433")
    assert database("postgresql://h/d?port=5433").endswith("?port=5433")


@contextmanager
def pooled(cluster: Cluster, mode: str) -> Iterator[str]:
    """The address of a PgBouncer before a database, which keeps up to four sessions."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("no pgbouncer (Debian's package)")
    url, port = cluster.database(), free_port()
    database = url.partition("@/")[2].partition("?")[0]
    (cluster.folder / "users").write_text('"postgres" ""\n')
    (cluster.folder / "pool.ini").write_text(
        f"[databases]\n{database} = host={cluster.folder}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = trust\nauth_file = {cluster.folder}/users\npool_mode = {mode}\ndefault_pool_size = 4\n"
    )
    command = [program, *(["-u", "postgres"] if cluster.as_other else []), str(cluster.folder / "pool.ini")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            found = f"postgresql://postgres@127.0.0.1:{port}/{database}?sslmode=disable"
            wait_for(lambda: _answers(found), seconds=30)
            yield found
        finally:
            process.kill()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.slow
def test_a_pooler_that_mixes_sessions_is_refused(postgres: Cluster, tmp_path: Path) -> None:
    with pooled(postgres, "transaction") as url:
        words = told(at(url, tmp_path))
        assert "(a pooler gives each transaction another session); name the server itself in the address" in words
        with ExitStack() as busy:
            for _ in range(2):  # others who keep the pool moving
                busy.enter_context(psycopg.connect(url)).execute("SELECT 1")
            with pytest.raises(PooledError):
                session(at(url, tmp_path), wait=1)


@pytest.mark.slow
def test_a_pooler_that_leaves_sessions_to_their_clients_is_used(postgres: Cluster, tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(pooled(postgres, "session"))
        one, other = (stack.enter_context(open_store(at(url, tmp_path))) for _ in range(2))
        assert stack.enter_context(one.connection.claim("lock"))
        assert not stack.enter_context(other.connection.claim("lock"))
