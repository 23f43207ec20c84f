"""Where the files of a workspace are."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """The paths in a workspace. Does not access them."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "feeds.yaml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def trends(self) -> Path:
        return self.root / "trends"

    @property
    def baselines(self) -> Path:
        """The signed baselines, a folder per trend."""
        return self.trends / "baselines"

    def baseline_draft(self, trend: str) -> Path:
        """The next baseline of a trend, which is not signed yet."""
        return self.baselines / trend / "draft.md"

    def signed_baseline(self, trend: str, month: str) -> Path:
        return self.baselines / trend / f"{month}.md"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def lessons(self) -> Path:
        return self.root / "lessons.jsonl"

    @property
    def edits(self) -> Path:
        return self.root / "edits.jsonl"

    @property
    def state(self) -> Path:
        return self.root / ".digest"

    @property
    def database(self) -> Path:
        return self.state / "digest.sqlite3"

    @property
    def restored(self) -> Path:
        """A backup that is being moved into place. It exists only during a restore, or after one that was killed."""
        return self.state / "restored"

    @property
    def drafts(self) -> Path:
        return self.state / "drafts"

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"
