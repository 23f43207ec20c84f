"""Where things lie in a workspace. Touches nothing."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """Where things lie in a workspace. Only names paths; touches none of them."""

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
        """A backup that is being put into its place; there only while that lasts, or when it was killed."""
        return self.state / "restored"

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"
