"""A PostgreSQL server of the tests' own: in a folder under /tmp, on a socket, run by the user `postgres` if this is root."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from digest.model import Workspace
from digest.storage.db import Server, connected, located, open_store
from digest.storage.db.copying import holds_rows
from digest.storage.db.location import server
from digest.storage.db.snapshot import put_in_place
from support.disks import small_disk

PROGRAMS = Path("/usr/lib/postgresql")
_MADE = count()
_copytree = shutil.copytree
OF_MODULE = "DIGEST_TEST_STORE_OF_MODULE"  # the address of the database of what a module's tests share


@dataclass(kw_only=True, slots=True)
class Cluster:
    """A server that runs."""

    folder: Path
    programs: Path
    process: "subprocess.Popen[bytes]"
    template: str = ""

    @property
    def as_other(self) -> bool:
        """Whether it is not run by the user who runs the tests."""
        return os.getuid() == 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def database(self) -> str:
        """The address of a new database, which has the tables of a workspace named `w` already: making them takes longest."""
        if not self.template:
            self.template = f"template_{os.getpid()}"
            self.run("createdb", self.template)
            place = Workspace(root=self.folder / "w")
            with open_store(server(self.url(self.template), subject="the test", place=place)):
                pass
        name = f"test_{os.getpid()}_{next(_MADE)}"
        self.run("createdb", f"--template={self.template}", name)
        return self.url(name)

    def drop(self, address: str) -> None:
        """Delete a database, even while sessions are connected."""
        self.run("dropdb", "--force", address.partition("@/")[2].partition("?")[0])

    def server(self, root: Path) -> Server:
        """A new schema."""
        url = f"{self.url()}&schema=test_{os.getpid()}_{next(_MADE)}"
        return server(url, subject="the test", place=Workspace(root=root))

    def run(self, program: str, *argv: str) -> str:
        """The output of one of PostgreSQL's programs."""
        argv = ("-h", str(self.folder), "-U", "postgres", *argv)
        return subprocess.run([self.programs / program, *argv], check=True, capture_output=True, text=True).stdout

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        os.kill(int((self.folder / "data/postmaster.pid").read_text().split()[0]), how)
        self.process.wait()

    def start(self) -> None:
        self.process = _started(self.folder, self.programs)


def copied_with_store(source: Path | str, target: Path | str, *rest: Any, **options: Any) -> Path | str:
    """Copy a folder as `shutil.copytree` does. The store of a workspace goes into the database that its commands use."""
    made = _copytree(source, target, *rest, **options)  # which calls this again for each folder in it
    place = Workspace(root=Path(made))
    if not place.config.exists() or not isinstance(where := located(place), Server):
        return made
    if place.database.exists():
        with open_store(place.database) as store:
            put_in_place(store.connection, where, waiting=print)
        for path in place.state.glob(f"{place.database.name}*"):
            path.unlink()
    elif os.environ.get(OF_MODULE):
        there = server(os.environ[OF_MODULE], subject=OF_MODULE, place=Workspace(root=Path(source)))
        with closing(connected(there)) as connection:
            if there != where and holds_rows(connection):
                put_in_place(connection, where, waiting=print)
    return made


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running(where: Path, *, sync: bool = False, disk: str = "") -> Iterator[Cluster]:
    """A server, which with `sync` survives a power failure, and with `disk` is on a file system of that size."""
    folder = Path(tempfile.mkdtemp(prefix="digest-pg-", dir="/tmp"))
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
        try:
            yield cluster
        finally:
            if cluster.process.poll() is None:
                cluster.stop()


def _as_postgres() -> list[str]:
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"]


def _started(folder: Path, where: Path, *, sync: bool = False) -> "subprocess.Popen[bytes]":
    settings = ["listen_addresses=", f"unix_socket_directories={folder}"]
    settings += [] if sync else ["fsync=off", "full_page_writes=off"]
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
