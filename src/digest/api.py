"""The public Python interface: open a workspace, collect, build, publish, classify, read its issues.

    import digest

    with digest.open_workspace("my-digest") as workspace:
        workspace.collect()
        built = workspace.build()
        print(built.issue.key, built.folder)
        for issue in workspace.issues():
            print(issue.key, issue.title, issue.size)

What `import digest` offers is stable: it changes only with a note in the changelog. Everything else in the package is private.
Every error is a `digest.DigestError`, whose text names its subject, its cause and what to do.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Config, trend_files
from digest.model import Issue, Trend, Verdict, Workspace
from digest.services.context import Program, program_at, read_config
from digest.services.context import refuse_past as _refuse_past
from digest.storage.files import resources

if TYPE_CHECKING:  # a command imports what it calls, and no more
    from digest.services.build import Built
    from digest.services.collect import Fetched
    from digest.services.publish import Published


def _silent(fetched: "Fetched") -> None:
    """Listen to no progress."""


class OpenWorkspace:
    """An open workspace. Made by `open_workspace`, and of use only inside its block."""

    def __init__(self, context: Program) -> None:
        self.context = context  # private: what the services take

    @property
    def path(self) -> Path:
        """The workspace's folder."""
        return self.context.workspace.root

    @property
    def trends(self) -> tuple[Trend, ...]:
        """The trends with their baselines, in their order."""
        return tuple(self.context.trends.values())

    def collect(self, *, listener: Callable[["Fetched"], None] = _silent) -> tuple["Fetched", ...]:
        """Fetch every feed and store what is new; one value per feed, in the order of feeds.yaml.

        Args:
            listener: is called with each feed as it is done.
        """
        from digest.services.collect import collect  # noqa: PLC0415

        return collect(self.context, listener=listener)

    def build(self, *, offline: bool = False, listener: Callable[["Fetched"], None] = _silent) -> "Built":
        """Make the issue that is due, or refresh the draft of the open period.

        Args:
            offline: collect nothing first.
            listener: is called with each feed as it is done.

        Raises:
            DigestError: no feed answered and nothing is stored; or the mail would be broken.
        """
        from digest.services.build import build  # noqa: PLC0415
        from digest.services.gate import reviewed  # noqa: PLC0415

        judge = reviewed(self.context.config)
        return build(self.context, offline=offline, listener=listener, judge=judge)

    def publish(self, *, listener: Callable[["Fetched"], None] = _silent) -> "Published":
        """Build, archive and mail the issue that is due. Safe to repeat: what is done already is not done again.

        Raises:
            DigestError: an issue could not be made or mailed. Nothing is lost; call it again later.
        """
        from digest.services.effects import effects  # noqa: PLC0415
        from digest.services.publish import publish  # noqa: PLC0415

        return publish(self.context, effects(time), listener=listener)

    def issues(self) -> Iterator[Issue]:
        """The closed issues in the archive, the latest first, each read when its turn comes."""
        for key in reversed(self.context.archive.issue_keys()):
            issue = self.context.archive.read(key)
            if issue.state == "closed":
                yield issue

    def issue(self, key: str) -> Issue:
        """One issue by its key, such as `2026-W48`.

        Raises:
            NotFoundError: the archive has none of that key.
        """
        return self.context.archive.read(key)

    def classify(self, texts: Sequence[tuple[str, str]]) -> tuple[Verdict, ...]:
        """The trends of some texts, by this workspace's trends and the corrections of its editor.

        Args:
            texts: pairs of title and summary; a summary may be empty.
        """
        from digest.classify import Text  # noqa: PLC0415  (a collect needs no classifier)

        numbered = [Text(id=str(number), title=title, summary=summary) for number, (title, summary) in enumerate(texts)]
        return tuple(self.context.classifier().classify(numbered))


def _now(settings: Config) -> datetime:  # noqa: ARG001  (a clock that knows the digest's zone may use it)
    return datetime.now(UTC)


def _patient(text: str) -> None:
    """Wait for another program without a word."""


@contextmanager
def open_workspace(
    path: str | Path,
    *,
    clock: Callable[[Config], datetime] = _now,
    writes: bool = True,
    waiting: Callable[[str], None] = _patient,
    refuse_past: bool = False,
) -> Iterator[OpenWorkspace]:
    """Open the workspace in a folder that holds a feeds.yaml.

    Args:
        path: the folder.
        clock: gives the instant at which everything in the block happens, an aware datetime.
        writes: whether the block collects, builds or publishes. It then has the workspace to itself, after waiting for another
            program that has it.
        waiting: is called with a line about the program that is waited for.
        refuse_past: refuse an instant before the end of the last closed issue.

    Raises:
        WorkspaceError: there is no feeds.yaml, or a file cannot be read.
        ConfigError: feeds.yaml has problems; the error names all of them with their lines.
        UsageError: the clock is set into a closed window.
    """
    place = Workspace(root=Path(path))
    known = trend_files.load(resources.trend_texts(place))
    settings = read_config(place, known)
    with program_at(clock(settings), place, settings, known, writes=writes, waiting=waiting) as context:
        if writes and refuse_past:
            _refuse_past(context.store, context.now)
        yield OpenWorkspace(context)
