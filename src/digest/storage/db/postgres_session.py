"""Open a session with a PostgreSQL server: conversion of values, settings, and translation of errors."""

import os
import re
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import StrDumperUnknown

from digest.errors import WorkspaceError
from digest.storage.db import connection as stores
from digest.storage.db import dialect
from digest.storage.db.location import Server

CONNECT = 10  # seconds
POOLS = 3  # tries to find out how a pooler works, since other clients may get in between
OLDEST = 12  # the oldest version of the server
# What a role or a database may have set otherwise, as `pg_dump` does: limits of time would end a copy, and a session between two steps.
_OWN = {
    "bytea_output": "hex",
    "datestyle": "ISO, MDY",
    "default_transaction_isolation": "read committed",
    "extra_float_digits": "1",
    "idle_in_transaction_session_timeout": "0",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
    "synchronous_commit": "on",
    "tcp_keepalives_count": "3",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
}
_NEWER = {14: {"idle_session_timeout": "0"}, 17: {"transaction_timeout": "0"}}
# A peer that is gone without a word is noticed within a minute, by the server too, which then gives up the locks.
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
_KINDS: tuple[tuple[tuple[type[psycopg.Error], ...], type[stores.StoreError]], ...] = (
    ((errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure), stores.LockedError),
    ((errors.DiskFull, errors.OutOfMemory), stores.FullError),
    ((errors.IoError,), stores.DiskError),
    ((errors.ReadOnlySqlTransaction,), stores.StandbyError),
    ((errors.InsufficientPrivilege,), stores.RefusedError),
    ((errors.DataCorrupted, errors.IndexCorrupted), stores.DamagedError),
)
_CROWDED = re.compile(r"too many (clients|connections)|connection slots are reserved")
_PROCESS = "SELECT pg_backend_pid()"


def trouble(error: psycopg.Error) -> stores.StoreError:
    """An error of the server or of the network as one of ours."""
    words = re.sub(r"\s+", " ", str(error)).strip()
    kind = next((kind for theirs, kind in _KINDS if isinstance(error, theirs)), None)
    if kind is None:  # psycopg has no code of errors that come before a session is open
        kind = stores.CrowdedError if _CROWDED.search(words) else stores.UnavailableError
    return kind(words)


class _Flag(Dumper):
    """True and False as 1 and 0, as the tables have them."""

    oid = 21  # smallint

    def dump(self, obj: bool) -> Buffer:
        return b"1" if obj else b"0"


class _Text(StrDumperUnknown):
    """Texts with any character."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(dialect.stored(obj) if "\0" in obj or "\1" in obj else obj)


class _Read(Loader):
    """The same texts."""

    def load(self, data: Buffer) -> str:
        text = str(data, "utf-8")
        return dialect.read(text) if "\1" in text else text


class _Whole(Loader):
    """The sums of integers, which PostgreSQL gives as `numeric`."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


def session(server: Server, *, wait: float) -> "psycopg.Connection[Any]":
    """A session in the schema, whose statements wait at most so many seconds for a lock.

    Raises:
        WorkspaceError: the server is too old.
        StoreError: it cannot be reached, or refuses.
    """
    made = _connected(server)
    try:
        refuse_old(server, made.info.server_version)
        own = {"search_path": f'"{server.schema}"', "lock_timeout": str(round(wait * 1000))}
        if not _set(made, own, f"pg_backend_pid() = {made.info.backend_pid}"):
            _refuse_mixed_sessions(server, made)
            _set(made, own, "TRUE")
    except psycopg.Error as error:
        made.close()
        raise trouble(error) from error
    except BaseException:
        made.close()
        raise
    made.adapters.register_dumper(bool, _Flag)
    made.adapters.register_dumper(str, _Text)
    made.adapters.register_loader("text", _Read)
    made.adapters.register_loader("numeric", _Whole)
    return made


def _connected(server: Server) -> "psycopg.Connection[Any]":
    try:
        return psycopg.connect(
            make_conninfo(server.url, **_unset(server.url)),
            autocommit=True,
            connect_timeout=CONNECT,
            client_encoding="UTF8",
            application_name=os.environ.get("PGAPPNAME", "digest"),
            cursor_factory=psycopg.RawCursor,
        )
    except psycopg.ProgrammingError as error:
        raise stores.UnavailableError("its address is invalid") from error
    except psycopg.Error as error:
        raise trouble(error) from error


def settings(version: int) -> dict[str, str]:
    """What each session sets for itself, on a server of this version (150012 is 15.12)."""
    newer = (names for since, names in _NEWER.items() if version >= since * 10_000)
    return {name: value for names in (_OWN, *newer) for name, value in names.items()}


def refuse_old(server: Server, version: int) -> None:
    """Refuse a server whose version is too old.

    Raises:
        WorkspaceError: it is.
    """
    if version < OLDEST * 10_000:
        told = f"is PostgreSQL {version // 10_000}.{version % 10_000}"
        raise WorkspaceError(str(server), told, f"upgrade the server to version {OLDEST} or later")


def _set(made: "psycopg.Connection[Any]", own: Mapping[str, str], condition: str) -> bool:
    """Make the settings, if a condition holds; whether it does."""
    values = ", ".join(
        f"('{name}', '{value}')" for name, value in {**settings(made.info.server_version), **own}.items()
    )
    query = f"SELECT set_config(name, value, false) FROM (VALUES {values}) AS wanted (name, value) WHERE {condition}"  # noqa: S608
    return made.execute(query).rowcount > 0


def _refuse_mixed_sessions(server: Server, made: "psycopg.Connection[Any]") -> None:
    """Refuse a pooler that gives each transaction any session: locks and settings would be those of another program.

    A pooler stands between if the process that a session was given at the start is not one of the server's. If it keeps a session for each
    client, two clients never share a process, and no client ever has two.

    Raises:
        StoreError: it mixes sessions.
    """
    for _ in range(POOLS):
        process = made.execute(_PROCESS).fetchone()
        with closing(_connected(server)) as other:
            other.execute("BEGIN")
            if other.execute(_PROCESS).fetchone() == process or made.execute(_PROCESS).fetchone() != process:
                raise stores.PooledError("a pooler gives each transaction another session")


def _unset(url: str) -> dict[str, int]:
    """The settings for noticing a lost network that the address does not give."""
    return {name: value for name, value in _ALIVE.items() if name not in conninfo_to_dict(url)}
