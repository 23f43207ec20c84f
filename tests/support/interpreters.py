"""The Pythons of this machine that can load the same compiled packages."""

import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGES = [path for path in sys.path if path.endswith("site-packages")]


@functools.cache
def _version(python: str) -> tuple[str, ...]:
    """Its version; empty where it does not run."""
    code = "import platform; print(platform.python_version())"
    try:
        told = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(told.stdout.strip().split("."))


def others() -> Iterator[str]:
    """Interpreters of this minor version, which can load the same compiled packages, each patch level once."""
    own = tuple(map(str, sys.version_info[:3]))
    name = f"python{own[0]}.{own[1]}"
    folders = [*os.environ["PATH"].split(os.pathsep), "/usr/bin", "/usr/local/bin"]
    seen = {own}
    for python in (f"{folder}/{name}" for folder in folders):
        version = _version(python) if Path(python).exists() else ()
        if version[:2] == own[:2] and version not in seen:
            seen.add(version)
            yield python
