"""What the tests share: the command line, workspaces, servers on loopback, other people's data, a ban on the wider network."""

import asyncio
import gc
import logging
import os
import shutil
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from digest.cli import main
from digest.storage.db import Server
from support.browsing import running_browser
from support.forked import AT_WORK, Forks
from support.postgres import OF_MODULE, Cluster, copied_with_store, programs, roomy, running
from support.running import ROOT, FeedServer, Ran, Run, answers, free_port, wait_for

COPIES = ("place", "copy")  # names of fixtures that copy a module's workspace for each test
OF_BOTH = {"where", "each_store"}  # what runs a test once with each store

# A busy machine is no failure: examples are given no time limit of their own.
# With --hypothesis-profile=whole, as in `make soak`, there are more of them.
settings.register_profile("whole", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=20)
settings.load_profile("fast")


def pytest_configure() -> None:
    """Keep the tests' folders in memory, unless the user chose a place: the tests sync some ten thousands of small files."""
    if not {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys():
        os.environ["PYTEST_DEBUG_TEMPROOT"] = roomy()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more process than cores with `-n auto`, since tests also wait: for servers, other processes and the clock."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from looking again and again through what stays to the end: all modules and tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With DIGEST_TEST_STORE=postgresql, leave out what has no folder, and so no workspace with a store."""
    if os.environ.get("DIGEST_TEST_STORE") == "postgresql":
        kept = [item for item in items if {"tmp_path", "tmp_path_factory"} & set(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("-C", place, "build")` in this process."""

    def command(*argv: object) -> Ran:
        capsys.readouterr()
        logger = logging.getLogger("digest")
        before = (logger.handlers, logger.level, logger.propagate)
        code = main([str(part) for part in argv])
        logger.handlers, logger.level, logger.propagate = before
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ran(code, out, err)

    return command


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other people's data, which tests read and never copy."""
    folder = Path(os.environ.get("DIGEST_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no shared data at {folder} (set DIGEST_SHARED)")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    where = programs()
    if where is None:
        pytest.skip("no PostgreSQL in /usr/lib/postgresql (Debian's package postgresql)")
    with running(where) as cluster:
        yield cluster


@pytest.fixture
def own_postgres(postgres: Cluster) -> Iterator[Cluster]:
    """A PostgreSQL server that the test may stop and kill."""
    with running(postgres.programs) as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Server:
    """Where a store can be: a file, and a schema on a server."""
    if request.param == "sqlite":
        return tmp_path / "state" / "digest.sqlite3"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.server(tmp_path)


@pytest.fixture(autouse=True, scope="module")
def _store_of_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """With DIGEST_TEST_STORE=postgresql, what a module's tests share is in a database that is the module's own."""
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("DIGEST_TEST_STORE") == "postgresql":
            cluster: Cluster = request.getfixturevalue("postgres")
            address = cluster.database()
            patch.setenv("DIGEST_STORE", address)
            patch.setenv(OF_MODULE, address)
            patch.setattr(shutil, "copytree", copied_with_store)
            yield
            cluster.drop(address)
        else:
            yield


@pytest.fixture(autouse=True)
def _store_of_all_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With DIGEST_TEST_STORE=postgresql, commands keep their stores in a database that is the test's own, unless it shares a workspace."""
    if os.environ.get("DIGEST_TEST_STORE") != "postgresql":
        yield
        return
    if mark := request.node.get_closest_marker("of_sqlite"):
        pytest.skip(f"about SQLite: {mark.args[0]}")
    if OF_BOTH & set(request.fixturenames):
        pytest.skip("about both stores: it runs without DIGEST_TEST_STORE")
    if _shares(request):
        yield
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    address = cluster.database()
    monkeypatch.setenv("DIGEST_STORE", address)
    yield
    cluster.drop(address)


def _shares(request: pytest.FixtureRequest) -> bool:
    """Whether the test works in a workspace that its module made once for all its tests, not in a copy."""
    module = request.node.nodeid.partition("::")[0]
    defined = {name: found[-1] for name, found in request.node._fixtureinfo.name2fixturedefs.items()}
    copied = any(name in defined and defined[name].scope == "function" for name in COPIES)
    return not copied and any(one.scope == "module" and one.baseid == module for one in defined.values())


@pytest.fixture(params=["sqlite", "postgresql"])
def each_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands keep the store in the workspace's file, then in a database that is the test's own."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        monkeypatch.setenv("DIGEST_STORE", cluster.database())


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """Commands in processes of their own that begin at once."""
    with pytest.MonkeyPatch.context() as patch:
        # The sample's store is always a file, also if a test on PostgreSQL is the first to use it.
        patch.delenv("DIGEST_STORE", raising=False)
        base = tmp_path_factory.getbasetemp()
        shared = "PYTEST_XDIST_WORKER" in os.environ  # with the other workers, whose folders are beside this one's
        made = Forks((base.parent if shared else base) / "forks")
    with made as forks:
        yield forks


@pytest.fixture(autouse=True)
def _no_process_left() -> Iterator[None]:
    """What a test has started, and has not seen end because it failed, ends with it."""
    before = set(AT_WORK)
    yield
    for process in AT_WORK - before:
        process.end()


@pytest.fixture(scope="session")
def sample(forks: Forks) -> Path:
    """The sample workspace with its issue of `SLOT`, made once. It is to be copied, not worked in."""
    return forks.sample


@pytest.fixture(scope="module")
def feedserver(shared: Path, forks: Forks) -> Iterator[FeedServer]:
    with _feed_server(shared, forks) as server:
        yield server


@pytest.fixture
def second_feedserver(shared: Path, forks: Forks) -> Iterator[FeedServer]:
    """A host beside the first, since a host that answers 429 is asked for nothing more."""
    with _feed_server(shared, forks) as server:
        yield server


@contextmanager
def _feed_server(shared: Path, forks: Forks) -> Iterator[FeedServer]:
    port = free_port()
    script = shared / "tools" / "feedserver.py"
    options = ["--data", shared / "data", "--port", port, "--many", 0]
    process = forks.start(options, script=script)
    server = FeedServer(f"http://127.0.0.1:{port}")
    try:
        wait_for(lambda: answers(server))
        yield server
    finally:
        process.end()


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Any]:
    """A Chromium and the event loop that it answers to, which is set aside."""
    with running_browser() as running:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield running, loop
        asyncio._set_running_loop(loop)


@pytest.fixture
def browser(_chromium: tuple[Any, asyncio.AbstractEventLoop]) -> Iterator[Any]:
    """The Chromium of all tests. While a test has it, its event loop is this thread's; a command then needs a process of its own."""
    running, loop = _chromium
    asyncio._set_running_loop(loop)
    yield running
    asyncio._set_running_loop(None)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Any:
    """Fail a test that reaches for a host that is not this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in ("127.0.0.1", "::1", "localhost", "local"):
            raise AssertionError(f"a test tried to connect to {host}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()
