"""A PostgreSQL server of the tests' own, on a socket, run by the user `postgres` if this is root.

Its folder is in memory if there is room, since a database is hundreds of files. Making one, and filling it with the rows of a workspace that
is copied, takes longer than most tests. So a database that no test has used is given to the next one, and one that has the rows of a workspace
that was copied twice is a template.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from digest.model import Workspace
from digest.storage.db import Server, connected, located, open_store
from digest.storage.db.copying import holds_rows
from digest.storage.db.location import server
from digest.storage.db.snapshot import put_in_place
from support.disks import small_disk

if TYPE_CHECKING:
    import psycopg

PROGRAMS = Path("/usr/lib/postgresql")
ROOM = 4_000_000_000  # bytes
_MADE = count()
_CLUSTERS: "dict[str, Cluster]" = {}  # by their folders, as addresses have them
_copytree = shutil.copytree
# What saves time and loses only what a power failure would.
_HASTY = [
    "fsync=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=256MB",
    "autovacuum=off",
]
OF_MODULE = "DIGEST_TEST_STORE_OF_MODULE"  # the address of the database of what a module's tests share


@dataclass(kw_only=True, slots=True)
class Cluster:
    """A server that runs."""

    folder: Path
    programs: Path
    process: "subprocess.Popen[bytes]"
    template: str = ""
    _unused: list[str] = field(default_factory=list)  # databases as they were made
    _filled: dict[str, str] = field(default_factory=dict)  # by a digest of rows: the database that has them, if any
    _with_rows: set[str] = field(default_factory=set)  # databases that were made from those
    _connection: "psycopg.Connection[Any] | None" = None

    @property
    def as_other(self) -> bool:
        """Whether it is not run by the user who runs the tests."""
        return os.getuid() == 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def database(self) -> str:
        """The address of a new database, which has the tables of a workspace named `w` already: making them takes longest."""
        if not self.template:
            self.template = self._made("template0")
            place = Workspace(root=self.folder / "w")
            with open_store(server(self.url(self.template), subject="the test", place=place)):
                pass
        return self.url(self._unused.pop() if self._unused else self._made(self.template))

    def drop(self, address: str) -> None:
        """Delete a database, whoever is still connected. One that nobody has used is kept for another test."""
        name = name_of(address)
        if self._is_unused(name):
            self._unused.append(name)
        else:
            self._with_rows.discard(name)
            self._ask(f"DROP DATABASE {name} WITH (FORCE)")

    def fill(self, where: Server, file: Path) -> None:
        """Put the rows of a file into a new database."""
        name = name_of(where.url)
        parts = [path.read_bytes() for path in (file, file.with_name(f"{file.name}-wal")) if path.exists()]
        key = sha256(b"".join((where.schema.encode(), *parts))).hexdigest()
        if not self._is_unused(name):
            _put(file, where)
        elif known := self._filled.get(key):
            spare = f"test_{os.getpid()}_{next(_MADE)}"
            self._ask(f"ALTER DATABASE {name} RENAME TO {spare}")
            self._unused.append(spare)
            self._with_rows.add(self._made(known, name))
        else:
            _put(file, where)
            self._filled[key] = self._made(name) if key in self._filled else ""

    def _made(self, template: str, name: str = "") -> str:
        name = name or f"test_{os.getpid()}_{next(_MADE)}"
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _is_unused(self, name: str) -> bool:
        """Whether a database is as it was made, without rows: no session has ever been in it. The server counts those that have ended."""
        if name in self._with_rows:
            return False
        (at_work,) = self._ask(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'")
        (ended,) = self._ask(f"SELECT sessions FROM pg_stat_database WHERE datname = '{name}'")
        return at_work + ended == 0

    def _ask(self, query: str) -> tuple[int, ...]:
        import psycopg

        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url(), autocommit=True)
        cursor = self._connection.execute(query.encode())
        return cursor.fetchone() or () if cursor.description else ()

    def server(self, root: Path) -> Server:
        """A new schema."""
        url = f"{self.url()}&schema=test_{os.getpid()}_{next(_MADE)}"
        return server(url, subject="the test", place=Workspace(root=root))

    def run(self, program: str, *argv: str) -> str:
        """The output of one of PostgreSQL's programs."""
        argv = ("-h", str(self.folder), "-U", "postgres", *argv)
        return subprocess.run([self.programs / program, *argv], check=True, capture_output=True, text=True).stdout

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        self.leave()
        os.kill(int((self.folder / "data/postmaster.pid").read_text().split()[0]), how)
        self.process.wait()

    def leave(self) -> None:
        """Close the session in which databases are made."""
        if self._connection is not None:
            self._connection.close()

    def start(self) -> None:
        self.process = _started(self.folder, self.programs)


def copied_with_store(source: Path | str, target: Path | str, *rest: Any, **options: Any) -> Path | str:
    """Copy a folder as `shutil.copytree` does. The store of a workspace goes into the database that its commands use."""
    made = _copytree(source, target, *rest, **options)  # which calls this again for each folder in it
    place = Workspace(root=Path(made))
    if not place.config.exists() or not isinstance(where := located(place), Server):
        return made
    if place.database.exists():
        if cluster := _CLUSTERS.get(where.url.partition("host=")[2]):
            cluster.fill(where, place.database)
        else:
            _put(place.database, where)
        for path in place.state.glob(f"{place.database.name}*"):
            path.unlink()
    elif os.environ.get(OF_MODULE):
        there = server(os.environ[OF_MODULE], subject=OF_MODULE, place=Workspace(root=Path(source)))
        with closing(connected(there)) as connection:
            if there != where and holds_rows(connection):
                put_in_place(connection, where, waiting=print)
    return made


def name_of(address: str) -> str:
    """The name of the database at an address."""
    return address.partition("@/")[2].partition("?")[0]


def _put(file: Path, where: Server) -> None:
    with open_store(file) as store:
        put_in_place(store.connection, where, waiting=print)


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running(where: Path, *, sync: bool = False, disk: str = "") -> Iterator[Cluster]:
    """A server, which with `sync` survives a power failure, and with `disk` is on a file system of that size."""
    folder = Path(tempfile.mkdtemp(prefix="digest-pg-", dir="/tmp" if sync or disk else roomy()))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if disk:
            stack.enter_context(small_disk(folder, disk))
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        command = [*_as_postgres(), str(where / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
        options = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *(["--wal-segsize=1"] if disk else [])]
        subprocess.run([*command, *options], check=True, capture_output=True, cwd="/")
        cluster = Cluster(folder=folder, programs=where, process=_started(folder, where, sync=sync))
        _CLUSTERS[quote(str(folder), safe="")] = cluster
        try:
            yield cluster
        finally:
            cluster.leave()
            if cluster.process.poll() is None:
                cluster.stop()


def roomy() -> str:
    """A folder in memory, if there is one with much room."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else "/tmp"


def _as_postgres() -> list[str]:
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"]


def _started(folder: Path, where: Path, *, sync: bool = False) -> "subprocess.Popen[bytes]":
    settings = ["listen_addresses=", f"unix_socket_directories={folder}"]
    settings += [] if sync else _HASTY
    options = [word for setting in settings for word in ("-c", setting)]
    command = [*_as_postgres(), str(where / "postgres"), "-D", str(folder / "data"), *options]
    process = _begun(command, folder / "log")
    until = time.monotonic() + 30
    while subprocess.run([where / "pg_isready", "-q", "-h", folder], check=False).returncode:
        told = (folder / "log").read_text()
        if time.monotonic() > until:
            raise AssertionError(told)
        if process.poll() is not None:
            if "is still in use" not in told[-4_000:]:  # by the last sessions of a server that was killed
                raise AssertionError(told)
            process = _begun(command, folder / "log")
        time.sleep(0.05)
    return process


def _begun(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, cwd="/")
