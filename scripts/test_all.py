"""Run the quick and the slow tests on every supported Python found on this machine, against the wheel in dist/, and name the versions that are missing.

python scripts/test_all.py                    all of them; `make test-all` builds the wheel first
python scripts/test_all.py 3.12 -- tests/cli  one version, and arguments for pytest
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLASSIFIER = "Programming Language :: Python :: 3."
PYTEST = ("-q", "-n", "auto", "--dist", "worksteal", "-m", "not soak")
ASK = "import platform, sys; print(sys.version_info.minor, platform.python_implementation(), sys.executable)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpreter:
    """One Python: its version as `3.11`, and its real path."""

    version: str
    path: Path

    @property
    def place(self) -> Path:
        """The folder of its virtual environment."""
        system = "-system" if self.path.is_relative_to("/usr/bin") else ""
        return ROOT / ".venvs" / f"{self.version}{system}"


def supported() -> tuple[str, ...]:
    """The versions that pyproject.toml declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return tuple(f"3.{line.removeprefix(CLASSIFIER)}" for line in project["classifiers"] if line.startswith(CLASSIFIER))


def candidates(versions: Sequence[str]) -> Iterator[Path]:
    """Where interpreters may be: on PATH, as the system's own, and those of pyenv."""
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    yield from (folder / f"python{version}" for version in versions for folder in [*folders, Path("/usr/bin")])
    yield Path("/usr/bin/python3")
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    yield from (path for version in versions for path in sorted(pyenv.glob(f"versions/{version}.*/bin/python3")))


def found(versions: Sequence[str]) -> list[Interpreter]:
    """Each interpreter once: pyenv's shims and links are followed, and one that does not start is left out."""
    known: dict[Path, Interpreter] = {}
    for path in candidates(versions):
        if not os.access(path, os.X_OK):
            continue
        asked = subprocess.run([path, "-c", ASK], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            minor, kind, executable = asked.stdout.strip().split(" ", 2)
            real = Path(executable).resolve()
            if kind == "CPython" and f"3.{minor}" in versions:
                known.setdefault(real, Interpreter(version=f"3.{minor}", path=real))
    return sorted({each.place: each for each in known.values()}.values(), key=lambda each: (each.version, each.path))


def test(interpreter: Interpreter, arguments: Sequence[str]) -> str:
    """Install the wheel into a new environment and run the tests; the outcome in words."""
    print(f"\n== {interpreter.version}: {interpreter.path}", flush=True)
    pip = (str(interpreter.place / "bin" / "pip"), "install", "-q", "--disable-pip-version-check")
    wheel = max((ROOT / "dist").glob("*.whl"))
    steps: tuple[Sequence[str | Path], ...] = (
        (interpreter.path, "-m", "venv", "--clear", interpreter.place),
        (*pip, "--require-hashes", "-r", ROOT / "requirements-test.txt"),
        (*pip, "--no-deps", "--no-index", wheel),
    )
    for step in steps:
        if subprocess.run(step, check=False).returncode:
            return "the environment could not be made"
    command = (str(interpreter.place / "bin" / "pytest"), *PYTEST, *arguments)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return "passed" if code == 0 else "FAILED"


def main(argv: Sequence[str]) -> int:
    """Run them all and print a line for each."""
    split = argv.index("--") if "--" in argv else len(argv)
    versions = tuple(argv[:split]) or supported()
    interpreters = found(versions)
    outcomes = [(f"{each.version}  {each.path}", test(each, argv[split + 1 :])) for each in interpreters]
    missing = [version for version in versions if all(each.version != version for each in interpreters)]
    print()
    for name, outcome in [*outcomes, *((version, "not found on this machine") for version in missing)]:
        print(f"{name}: {outcome}")
    return int(not outcomes or any(outcome != "passed" for _, outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
