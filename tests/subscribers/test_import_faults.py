"""What a machine refuses while a list is imported: descriptors, memory, any write. One message, and all of the list or none of it."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.mailing import store_of, subscribe
from support.odd_machine import library
from support.running import ROOT

PEOPLE = 1000
# Each case runs in a child of one process that has everything imported, so that the fault hits the work and not the start.
DRIVER = """
import ctypes, json, os, resource, shutil, sqlite3, sys
from digest.cli import main
kind, place, cases = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
argv = ["-C", place, "subscribers", "import", f"{place}/list.csv"]
main([*argv, "--dry-run"])

def plant(case):
    if kind == "descriptors":
        resource.setrlimit(resource.RLIMIT_NOFILE, (case, case))
    elif kind == "memory":
        pages = int(open("/proc/self/statm").read().split()[0])
        limit = pages * resource.getpagesize() + case * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    else:
        ctypes.CDLL(None).fail_writes(*case)

for case in cases:
    for name in ("digest.sqlite3-wal", "digest.sqlite3-shm"):
        if os.path.exists(f"{place}/.digest/{name}"):
            os.remove(f"{place}/.digest/{name}")
    shutil.copy(f"{place}/before.sqlite3", f"{place}/.digest/digest.sqlite3")
    back, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(told, 1), os.dup2(told, 2)
        sys.stdout, sys.stderr = (open(n, "w", buffering=1, closefd=False) for n in (1, 2))
        plant(case)
        try:
            code = main(argv)
        except BaseException as error:
            os.write(2, f"Traceback: {error!r}".encode())
            code = 99
        os._exit(code)
    os.close(told)
    words = open(back, "rb").read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with sqlite3.connect(f"{place}/.digest/digest.sqlite3") as store:
        (people,), (sound,) = store.execute("SELECT count(*) FROM subscribers").fetchone(), store.execute("PRAGMA integrity_check").fetchone()
    store.close()
    print(json.dumps([case, code, words, people, sound]), flush=True)
"""

CASES = {
    "descriptors": [*range(3, 13), 64],
    "memory": [0, 64, 256, 512, 1024, 2048, 4096, 65536],  # kB beside what the process holds
    "writes": [(calls, code) for code in (errno.EIO, errno.ENOSPC) for calls in (0, 1, 2, 3, 5, 8, 40, 100, 100_000)],
}


@pytest.mark.of_sqlite("the faults are those of the store's file and of its process")
@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_an_import_is_whole_or_not_at_all(sample: Path, tmp_path: Path, kind: str) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org")
    with store_of(place) as store:
        store.scrub()
    shutil.copy(place / ".digest/digest.sqlite3", place / "before.sqlite3")
    (place / "list.csv").write_text("email,name\n" + "".join(f"r{n}@example.org,Reader {n}\n" for n in range(PEOPLE)))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path]), "LD_PRELOAD": library()}
    command = [sys.executable, "-c", DRIVER, kind, str(place), json.dumps(CASES[kind])]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert len(results) == len(CASES[kind]), done.stderr
    for case, code, told, people, sound in results:
        assert "Traceback" not in told, (case, told)
        assert sound == "ok", case
        assert (code, people) in ((0, PEOPLE + 1), (2, 1), (3, 1)), (case, code, told, people)
        assert code == 0 or (told.startswith("digest: ") and told.count("\n") == 1), (case, told)
    assert {code for _, code, *_ in results} > {0}, "some cases fail and some are enough"
