"""Commands of `digest`, each in a process of its own: forked from one that imported everything, so that none waits for it.

`python forked.py serve SOCKET` forks for whoever asks at a Unix socket. A request is a line of JSON (`_Asked`) with the three standard
files; the answers are two lines: the process's number, as soon as it runs, and its exit status, as `os.waitpid` gives it.
`python forked.py SOCKET ARGV...` is `digest ARGV...` for those who need a program to call, as shell scripts do.
All processes of one run of the tests share it: the first to need it starts it, and each keeps a connection. The server ends with the last
of these: however the tests end, nothing that was forked outlives them.

It is not for tests of the start itself: `python -m digest` is what those run.
"""

import atexit
import fcntl
import gc
import json
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import IO, NoReturn, TypedDict

SAMPLE = "sample"  # the folder, beside the socket, of the sample with its issue
SLOT = "2026-06-29T08:00"  # of the sample's issue
PATIENCE = 120.0  # seconds for what takes a moment, on however busy a machine
File = int | IO[bytes] | IO[str]


class _Asked(TypedDict):
    script: str  # a file of Python to run instead of `digest`
    argv: list[str]
    cwd: str
    env: dict[str, str]
    disk: int  # bytes that a file may have; 0 is no limit


HOLD = b"hold\n"  # the request of a process that needs the server until it closes the connection


AT_WORK: "set[Fork]" = set()  # what was started here and is not known to have ended


class Forks(AbstractContextManager["Forks"]):
    """The process that forks. `folder` is to be its own, and short of name; whoever names the same folder shares it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.socket = folder / "s"
        self.command = [sys.executable, "-S", __file__, str(self.socket)]  # `digest` for those who need a program
        self.sample = folder / SAMPLE  # to be copied, not worked in
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                self._held = _holding(self.socket)
            except OSError:  # nobody started it, or it has ended
                command = [sys.executable, __file__, "serve", str(self.socket)]
                with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as started:
                    assert started.wait() == 0
                    self._held = _holding(self.socket)

    def __exit__(self, *_: object) -> None:
        """Return when the server knows, or has ended."""
        self._held.shutdown(socket.SHUT_WR)
        self._held.settimeout(PATIENCE)
        self._held.recv(1)
        self._held.close()

    def start(
        self,
        argv: Sequence[object],
        *,
        script: Path | None = None,
        stdin: File = subprocess.DEVNULL,
        stdout: File = subprocess.DEVNULL,
        stderr: File = subprocess.DEVNULL,
        env: Mapping[str, str] | None = None,
        disk: int = 0,
    ) -> "Fork":
        """A process at work. It has a session, and so a group, of its own."""
        asked = _Asked(
            script=str(script or ""),
            argv=[str(part) for part in argv],
            cwd=str(Path.cwd()),
            env=dict(os.environ if env is None else env),
            disk=disk,
        )
        with Path(os.devnull).open("r+b") as nothing:
            files = [nothing if file == subprocess.DEVNULL else file for file in (stdin, stdout, stderr)]
            return Fork(_ask(self.socket, asked, files))

    def run(
        self, argv: Sequence[object], *, script: Path | None = None, check: bool = True, disk: int = 0
    ) -> "subprocess.CompletedProcess[str]":
        """What a command did, at its end."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            code = self.start(argv, script=script, stdout=out, stderr=err, disk=disk).wait(timeout=3600)
            done = subprocess.CompletedProcess([*map(str, argv)], code, *map(_read, (out, err)))
        if check:
            done.check_returncode()
        return done

    @contextmanager
    def serving(
        self, argv: Sequence[object], *, stop: int = signal.SIGTERM, stderr: File = subprocess.DEVNULL
    ) -> Iterator[str]:
        """The address that a command says it serves; it is stopped by a signal, and ends well."""
        ours, theirs = os.pipe()
        process = self.start(argv, stdout=theirs, stderr=stderr)
        os.close(theirs)
        try:
            with open(ours) as out:  # noqa: PTH123
                yield out.readline().strip().rstrip("/")
                process.send_signal(stop)
                assert process.wait() == 0
        finally:
            process.end()


class Fork(AbstractContextManager["Fork"]):
    """One process: what `subprocess.Popen` offers, as far as tests need it."""

    def __init__(self, answers: socket.socket) -> None:
        self._answers = answers
        self._lines = answers.makefile("r")
        self.pid = int(self._lines.readline())
        self._began = time.monotonic()
        self.seconds = 0.0  # that it took, once it has ended
        self.returncode: int | None = None
        AT_WORK.add(self)

    def __exit__(self, *_: object) -> None:
        self.wait()

    def poll(self) -> int | None:
        return self.wait_for(0)

    def wait(self, timeout: float = PATIENCE) -> int:
        code = self.wait_for(timeout)
        assert code is not None, f"process {self.pid} is still at work after {timeout} s"
        return code

    def wait_for(self, seconds: float | None = None) -> int | None:
        """The exit code, or None where it is still at work after `seconds`."""
        if self.returncode is None and select.select([self._answers], [], [], seconds)[0]:
            self.seconds = time.monotonic() - self._began
            self.returncode = os.waitstatus_to_exitcode(int(self._lines.readline()))
            self._lines.close()
            self._answers.close()
            AT_WORK.discard(self)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, number)

    def kill(self) -> bool:
        """With its own workers; whether it was still at work."""
        code = self.end()
        assert code in (0, 1, -signal.SIGKILL)
        return code == -signal.SIGKILL

    def end(self) -> int:
        """Kill it with its own workers where it is still at work; the exit code."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return self.wait()


def _read(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _holding(address: Path) -> socket.socket:
    """A connection for which the server stays.

    Raises:
        OSError: there is no server, or it is about to end.
    """
    held = socket.socket(socket.AF_UNIX)
    try:
        held.connect(str(address))
        held.sendall(HOLD)
        if not held.recv(1):
            raise ConnectionAbortedError
    except OSError:
        held.close()
        raise
    return held


def _ask(address: Path, asked: _Asked, files: Sequence[File]) -> socket.socket:
    answers = socket.socket(socket.AF_UNIX)
    answers.connect(str(address))
    numbers = [file if isinstance(file, int) else file.fileno() for file in files]
    socket.send_fds(answers, [json.dumps(asked).encode() + b"\n"], numbers)
    return answers


def _serve(address: str) -> None:
    """Serve, in a process that is nobody's child. The process that was started ends when requests are taken."""
    os.setsid()
    _import_everything()
    _build(Path(address).parent)
    woken, waker = os.pipe()
    for end in (woken, waker):
        os.set_blocking(end, False)
    with socket.socket(socket.AF_UNIX) as listener:
        Path(address).unlink(missing_ok=True)
        listener.bind(address)
        listener.listen()
        if os.fork():
            os._exit(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker)
        _answer(listener, woken)


def _answer(listener: socket.socket, woken: int) -> None:
    """Fork for whoever asks, until nobody holds the server any more; at first, who started it does, by its standard input."""
    running: dict[int, socket.socket] = {}
    held: list[socket.socket | IO[str]] = [sys.stdin]
    while held:
        ready = set(select.select([listener.fileno(), woken, *(one.fileno() for one in held)], [], [])[0])
        gone = [one for one in held if one.fileno() in ready and not os.read(one.fileno(), 1)]
        held = [one for one in held if one not in gone]
        if listener.fileno() in ready:
            client, _ = listener.accept()
            text, files = _request(client)
            if text == HOLD:
                client.sendall(b"!")
                held.append(client)
            else:
                others = [listener, client, *running.values(), *gone, *held]
                running[_forked(client, text, files, others=others)] = client
        if woken in ready:
            os.read(woken, 4096)
        _tell(running)
        if held:
            for one in gone:
                if one is not sys.stdin:  # whose number another file must not get
                    one.close()
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)


def _import_everything() -> None:
    """Every module of digest, and what its commands import when they need it."""
    from importlib import import_module
    from pkgutil import walk_packages

    import digest

    names = [found.name for found in walk_packages(digest.__path__, "digest.") if not found.name.endswith("__main__")]
    for name in (*names, "premailer", "aiohttp.web", "email.mime.text", "http.client"):
        import_module(name)


def _build(folder: Path) -> None:
    """The sample's issue, so that those who are forked find what a build reads and compiles. An earlier server's sample stays."""
    from digest.cli import main

    place = folder / f"{SAMPLE}-{os.getpid()}"
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        main(["init", "--sample", str(place)])
        main(["-C", str(place), "build", "--at", SLOT])
    if not (folder / SAMPLE).exists():
        place.rename(folder / SAMPLE)
    _compile_desk()
    gc.collect()
    gc.freeze()  # what all share is copied for nobody's garbage collection


def _compile_desk() -> None:
    """The desk's templates, which nobody who is forked needs to compile again."""
    from digest.web.desk import answers

    engine = answers._engine()
    for name in engine._templates:
        engine._html.get_template(name)


def _tell(running: dict[int, socket.socket]) -> None:
    """Tell those who wait for a process that it has ended."""
    while running:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        with running.pop(process) as client, suppress(BrokenPipeError):
            client.sendall(f"{status}\n".encode())


def _request(client: socket.socket) -> tuple[bytes, list[int]]:
    text, files, _, _ = socket.recv_fds(client, 65536, 3)
    while not text.endswith(b"\n"):
        text += client.recv(65536)
    return text, files


def _forked(client: socket.socket, text: bytes, files: Sequence[int], others: Sequence[socket.socket | IO[str]]) -> int:
    child = os.fork()
    if child == 0:
        for one in others:
            if isinstance(one, socket.socket):
                one.detach()
        _become(json.loads(text), files)
    client.sendall(f"{child}\n".encode())
    for file in files:
        os.close(file)
    return child


def _become(asked: _Asked, files: Sequence[int]) -> NoReturn:
    """Be what was asked for, as it is in the field: no files, signals or words of the process that forked."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for standard, file in enumerate(files):
        os.dup2(file, standard)
    os.closerange(3, 1024)
    sys.stdin, sys.stdout, sys.stderr = (open(n, mode, closefd=False) for n, mode in enumerate("rww"))  # noqa: SIM115
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    if asked["disk"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["disk"], asked["disk"]))
    if asked["script"]:
        sys.argv = [asked["script"], *asked["argv"]]
        runpy.run_path(asked["script"], run_name="__main__")
        _leave(0)
    from digest.cli import main

    _leave(main(asked["argv"]))


def _leave(code: int) -> NoReturn:
    """As it ends in the field, with all that it tidies up; only the modules are not taken down one by one."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _call(address: str, argv: list[str]) -> int:
    asked = _Asked(script="", argv=argv, cwd=str(Path.cwd()), env=dict(os.environ), disk=0)
    code = Fork(_ask(Path(address), asked, (0, 1, 2))).wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        _serve(sys.argv[2])
        sys.exit()
    sys.exit(_call(sys.argv[1], sys.argv[2:]))
