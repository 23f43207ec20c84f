"""Open a session with a PostgreSQL server: conversion of values, settings, and translation of errors."""

import os
import re
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import StrDumperUnknown

from digest.storage.db import connection as stores
from digest.storage.db import dialect
from digest.storage.db.location import Server

CONNECT = 10  # seconds
_SETTINGS = (
    'SET search_path TO "{schema}"; SET synchronous_commit TO on; SET lock_timeout TO {wait};'
    " SET default_transaction_isolation TO 'read committed'; SET idle_in_transaction_session_timeout TO 0;"
    " SET tcp_keepalives_idle TO 30; SET tcp_keepalives_interval TO 10; SET tcp_keepalives_count TO 3"
)
# A peer that is gone without a word is noticed within a minute, by the server too, which then gives up the locks.
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}


def trouble(error: psycopg.Error) -> stores.StoreError:
    """An error of the server or of the network as one of ours."""
    words = re.sub(r"\s+", " ", str(error)).strip()
    if isinstance(error, errors.LockNotAvailable | errors.DeadlockDetected | errors.SerializationFailure):
        return stores.LockedError(words)
    if isinstance(error, errors.DiskFull | errors.OutOfMemory):
        return stores.FullError(words)
    if isinstance(error, errors.IoError):
        return stores.DiskError(words)
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return stores.ReadonlyError(words)
    if isinstance(error, errors.DataCorrupted | errors.IndexCorrupted):
        return stores.DamagedError(words)
    return stores.UnavailableError(words)


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
        StoreError: the server cannot be reached, or refuses.
    """
    try:
        made = psycopg.connect(
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
    try:
        made.execute(_SETTINGS.format(schema=server.schema, wait=round(wait * 1000)))
    except psycopg.Error as error:
        made.close()
        raise trouble(error) from error
    made.adapters.register_dumper(bool, _Flag)
    made.adapters.register_dumper(str, _Text)
    made.adapters.register_loader("text", _Read)
    made.adapters.register_loader("numeric", _Whole)
    return made


def _unset(url: str) -> dict[str, int]:
    """The settings for noticing a lost network that the address does not give."""
    return {name: value for name, value in _ALIVE.items() if name not in conninfo_to_dict(url)}
