"""What the tests of publishing and of the daemon share: a workspace whose feeds are written by hand, and a desk that takes notes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from digest.config import Config, trend_files
from digest.lint import Finding
from digest.mail.transport import Letter
from digest.model import Trend, Workspace
from digest.schedule.slots import Slots
from digest.services.collect import collect
from digest.services.context import Program, program_at, read_config, timetable
from digest.services.effects import Effects
from digest.storage.files import resources

CONFIG = """digest:
  timezone: Europe/Berlin
  cadence: {cadence}
  schedule: {schedule}
  lookback: 9000d
  max_age: 9000d
{more}feeds:
  - {{name: Papers, url: papers.xml, kind: papers}}
"""
ITEM = (
    "<item><title>A large language model reasons about {name}</title><link>https://example.org/{name}</link>"
    "<guid>https://example.org/{name}</guid><description>A benchmark of language model reasoning.</description></item>"
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def packaged_trends() -> Mapping[str, Trend]:
    return trend_files.load(resources.trend_texts(Workspace(root=Path("/nowhere"))))


@dataclass(slots=True)
class Notes:
    """Effects that only take notes: which issues were mailed, what was told, how often it pinged; and what its lint finds."""

    mailed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    posted: list[Letter] = field(default_factory=list)  # to the desk's accounts
    pinged: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)  # what sending raises, one a time
    meanwhile: Callable[[], object] = lambda: None  # what somebody else does while it mails

    def effects(self) -> Effects:
        return Effects(
            lint=self._lint,
            send=self._send,
            letters=self._letters,
            tell=self._tell,
            post=self._post,
            ping=self.pinged.append,
        )

    def _lint(self, files: Mapping[str, str], base_url: str) -> tuple[Finding, ...]:
        assert "issue.json" in files
        return tuple(self.findings)

    def _send(self, program: Program, key: str) -> bool:
        if self.fails:
            raise self.fails.pop()
        assert program.archive.read(key).state == "closed"
        self.mailed.append(key)
        self.meanwhile()
        return False

    def _post(self, _program: Program, letter: Letter) -> str:
        self.posted.append(letter)
        return ""

    def _letters(self, program: Program, key: str) -> bool:
        self.mailed.append(key)
        return False

    def _tell(self, program: Program, subject: str, text: str) -> None:
        self.told.append(text.splitlines()[0])


class Paper:
    """A workspace with one feed, a file, to which the test adds items."""

    def __init__(self, root: Path, *, cadence: str = "weekly", schedule: str = "mon 08:00", more: str = "") -> None:
        self.place = Workspace(root=root)
        self.notes = Notes()
        self._names: list[str] = []
        root.mkdir(exist_ok=True)
        self.configure(cadence=cadence, schedule=schedule, more=more)
        self.write()

    def configure(self, *, cadence: str = "weekly", schedule: str = "mon 08:00", more: str = "") -> None:
        text = CONFIG.format(
            cadence=cadence, schedule=f'"{schedule}"', more="".join(f"  {one}\n" for one in more.split(";") if one)
        )
        self.place.config.write_text(text)

    def write(self, *names: str) -> None:
        """The feed shows further items."""
        self._names += names
        items = "".join(ITEM.format(name=name) for name in self._names)
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title>{items}</channel></rss>'
        (self.place.root / "papers.xml").write_text(feed)

    @contextmanager
    def at(self, when: str, slots: Callable[[Config], Slots] = timetable, *, writes: bool = True) -> Iterator[Program]:
        known = packaged_trends()
        settings = read_config(self.place, dict(known))
        with program_at(utc(when), self.place, settings, known, writes=writes, waiting=print, slots=slots) as program:
            yield program

    def issues(self) -> dict[str, str]:
        """Every archived issue's key and state."""
        with self.at("2026-01-01") as program:
            return {key: program.archive.read(key).state for key in program.archive.issue_keys()}

    def ids(self, key: str) -> list[str]:
        with self.at("2026-01-01") as program:
            issue = program.archive.read(key)
        told = [item for section in issue.trends for item in (*section.items, *section.folded)]
        return sorted(item.id.rpartition("/")[2] for item in (*told, *issue.also_noted))


def collected_in(root: Path) -> Paper:
    """A weekly with one item, which collected on a Saturday."""
    paper = Paper(root)
    paper.write("one")
    with paper.at("2026-06-06T12:00") as program:
        collect(program)
    return paper
