"""The accounts of the desk. Callers validate addresses and compute their keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from digest.storage.db.connection import Connection
from digest.storage.db.values import instant, optional_instant, stamp

Role = Literal["owner", "editor"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One person who may use the desk; `disabled` says since when they may not."""

    id: int
    address: str
    role: Role
    created: datetime
    disabled: datetime | None = None


class DeskAccounts:
    """The table `desk_accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, address: str, *, key: str, role: Role, at: datetime) -> bool:
        """Add an account; False if there is one with this address."""
        added = self._connection.execute(
            "INSERT INTO desk_accounts (key, address, role, created) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (key, address, role, stamp(at)),
        )
        return added.rowcount > 0

    def find(self, key: str) -> Account | None:
        return next(self._read("WHERE key = ?", key), None)

    def get(self, number: int) -> Account | None:
        return next(self._read("WHERE id = ?", number), None)

    def all(self) -> tuple[Account, ...]:
        return tuple(self._read("ORDER BY key"))

    def enabled(self) -> tuple[Account, ...]:
        """Those who may use the desk."""
        return tuple(self._read("WHERE disabled IS NULL ORDER BY key"))

    def set_role(self, number: int, role: Role) -> None:
        self._connection.execute("UPDATE desk_accounts SET role = ? WHERE id = ?", (role, number))

    def disable(self, number: int, at: datetime | None) -> None:
        """Keep the person out from now on; None lets them in again."""
        self._connection.execute("UPDATE desk_accounts SET disabled = ? WHERE id = ?", (at and stamp(at), number))

    def remove(self, number: int) -> None:
        """Delete an account that has no links and sessions any more."""
        self._connection.execute("DELETE FROM desk_accounts WHERE id = ?", (number,))

    def _read(self, where: str, *values: object) -> Iterator[Account]:
        query = f"SELECT id, address, role, created, disabled FROM desk_accounts {where}"  # noqa: S608
        for id_, address, role, created, disabled in self._connection.execute(query, values).fetchall():
            yield Account(
                id=id_, address=address, role=role, created=instant(created), disabled=optional_instant(disabled)
            )
