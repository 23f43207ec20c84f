"""What all workers of a database share in addition to the newsletters' stores: the jobs, the version, the pace of mail, the clock.

It has its own schema, which can always be made again, and is dropped when another version takes over.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.errors import DigestError
from digest.storage.db import usable
from digest.storage.db.location import QUEUE, Server
from digest.storage.db.postgres import PostgresConnection
from digest.storage.db.values import transaction

_TABLES = """
    CREATE TABLE versions (version TEXT NOT NULL);
    CREATE TABLE paces (name TEXT PRIMARY KEY, free BIGINT NOT NULL);
    CREATE TABLE documents
        (key TEXT PRIMARY KEY, at BIGINT NOT NULL, hash TEXT NOT NULL, body BYTEA, fields TEXT NOT NULL);
"""
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
_SECOND = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerRow:
    """A worker that is registered, with the seconds since its last heartbeat and the kind of job that it does, if any."""

    number: int
    silent: float
    doing: str


class Deployment:
    """An open connection to what the workers share."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection

    def clock(self) -> datetime:
        """The time by the server's clock, which all workers use."""
        (at,) = self._connection.execute("SELECT CAST(clock_timestamp() AT TIME ZONE 'UTC' AS text)").fetchone()
        return datetime.fromisoformat(at).replace(tzinfo=UTC)

    def claim(self, name: str) -> AbstractContextManager[bool]:
        """Take the lock `name`, unless another worker has it. The value of the block is whether it was taken."""
        return self._connection.claim(name)

    def reserve(self, name: str, seconds: float) -> float:
        """Reserve time of `name` after the reservations of others, and return in how many seconds it begins."""
        span = round(seconds * _SECOND)
        (begins,) = self._connection.execute(
            f"INSERT INTO paces (name, free) VALUES (?, {_NOW} + ?) ON CONFLICT (name) DO UPDATE"  # noqa: S608
            f" SET free = greatest(paces.free, {_NOW}) + ? RETURNING free - ? - {_NOW}",
            (name, span, span, span),
        ).fetchone()
        return max(0, int(begins)) / _SECOND

    def end_sessions(self, name: str) -> int:
        """End all sessions of this database that a program opened under a name, and return how many there were.

        Whatever such a session had claimed is free again, and it cannot write any more.
        """
        (count,) = self._connection.execute(
            "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = ? AND datname = current_database() AND pid <> pg_backend_pid()) AS ended",
            (name,),
        ).fetchone()
        return int(count)

    def document(self, key: str, *, since: datetime) -> tuple[str, bytes | None, str] | None:
        """The hash, the body, if it is known, and the fields of a document, if it was fetched at `since` or later."""
        found = self._connection.execute(
            "SELECT hash, body, fields FROM documents WHERE key = ? AND at >= ?",
            (key, round(since.timestamp() * _SECOND)),
        ).fetchone()
        return found and (found[0], found[1], found[2])

    def keep_document(self, key: str, known: str, body: bytes | None, fields: str) -> None:
        """Store a document that was fetched now. Without a body, the stored one with the same hash is kept."""
        self._connection.execute(
            f"INSERT INTO documents (key, at, hash, body, fields) VALUES (?, {_NOW}, ?, ?, ?) ON CONFLICT (key) DO UPDATE"  # noqa: S608
            " SET at = excluded.at, hash = excluded.hash, fields = excluded.fields, body = coalesce(excluded.body,"
            " CASE WHEN documents.hash = excluded.hash THEN documents.body END)",
            (key, known, body, fields),
        )

    def forget_documents(self, before: datetime) -> None:
        """Delete the documents that were fetched earlier."""
        self._connection.execute("DELETE FROM documents WHERE at < ?", (round(before.timestamp() * _SECOND),))

    @contextmanager
    def joined(self, version: str, *, jobs: str) -> Iterator[None]:
        """Join the workers of the same version. The first worker of another version makes the tables again, once no old one is working.

        Args:
            version: of this worker.
            jobs: the statements that make the tables of jobs.

        Raises:
            DigestError: workers of another version are at work.
        """
        with self._connection.exclusive("joining", waiting=lambda _: None):
            known = self.version()
            if known != version:
                with self._connection.claim(_works(known)) as free:
                    if not free:
                        raise DigestError(
                            f"digest worker {version}", f"workers of version {known} are running", "stop those first"
                        )
                    self._make(version, jobs)
            self._connection.try_lock(_works(version), shared=True)
        yield

    def version(self) -> str:
        """The version of the workers that used this last; empty before the first."""
        (there,) = self._connection.execute("SELECT to_regclass('versions') IS NOT NULL").fetchone()
        return str(self._connection.execute("SELECT version FROM versions").fetchone()[0]) if there else ""

    def _make(self, version: str, jobs: str) -> None:
        with transaction(self._connection):
            self._connection.script(f"DROP SCHEMA IF EXISTS {QUEUE} CASCADE; CREATE SCHEMA {QUEUE}")
            self._connection.script(_TABLES)
            self._connection.script(jobs)
            self._connection.execute("INSERT INTO versions (version) VALUES (?)", (version,))

    def workers(self) -> tuple[WorkerRow, ...]:
        """The workers, by number."""
        if not self.version():
            return ()
        rows = self._connection.execute(
            "SELECT id, CAST(extract(epoch FROM clock_timestamp() - last_heartbeat) AS DOUBLE PRECISION), coalesce((SELECT min(queue_name)"
            " FROM procrastinate_jobs WHERE worker_id = procrastinate_workers.id AND status = 'doing'), '')"
            " FROM procrastinate_workers ORDER BY id"
        )
        return tuple(WorkerRow(number=number, silent=float(silent), doing=doing) for number, silent, doing in rows)

    def jobs(self) -> dict[str, int]:
        """How many jobs wait or are being done, by queue."""
        if not self.version():
            return {}
        rows = self._connection.execute(
            "SELECT queue_name, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY queue_name"
        )
        return dict(rows.fetchall())

    def forget_jobs(self, waited: timedelta) -> int:
        """Delete jobs that nobody did for so long, such as those of a newsletter that is served no more, and return how many there were."""
        return self._connection.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, (SELECT max(at) FROM"
            " procrastinate_events WHERE job_id = procrastinate_jobs.id)) < clock_timestamp() - CAST(? AS interval)",
            (f"{waited.total_seconds():.0f} seconds",),
        ).rowcount


def _works(version: str) -> str:
    return f"works {version}"


@contextmanager
def open_deployment(server: Server) -> Iterator[Deployment]:
    """What the workers of a server's database share.

    Raises:
        WorkspaceError: it cannot be used.
    """
    shared = Server(url=server.url, schema=QUEUE, index=Path())
    with usable(shared), closing(PostgresConnection(shared)) as connection:
        yield Deployment(connection)
