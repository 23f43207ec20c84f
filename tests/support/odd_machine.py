"""Machines that lack something, imitated by a library that is loaded before all others. They want a C compiler."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest


@cache
def library() -> str:
    """The library to name in LD_PRELOAD; odd_machine.c says what it can imitate."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) to build the library that imitates odd machines")
    built = Path(mkdtemp(prefix="digest-")) / "odd_machine.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True)
    return str(built)
