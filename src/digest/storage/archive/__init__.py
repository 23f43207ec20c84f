"""The archive of published issues: one folder per issue, either complete or absent.

A folder is written under a hidden name and then renamed, so that a killed run leaves either the old state or the new one.
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from digest.errors import NotFoundError, WorkspaceError, did_you_mean
from digest.model import Issue, Summary
from digest.storage.archive.issue_json import (
    SentNote,
    from_json,
    json_schema,
    notes_from_json,
    notes_to_json,
    to_json,
)
from digest.storage.files.atomic import PREFIX, replace_file, sync_folder

__all__ = ["ISSUE", "Archive", "SentNote", "json_schema", "summary_of", "to_json"]

ISSUE, SENT = "issue.json", "sent.json"
_NEW, _OLD = PREFIX, ".old-"


_KEY = re.compile(r"\d{4}-W\d{2}|\d{4}-\d{2}(?:-\d{2})?")


class Archive:
    """The folder `archive/` of a workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, key: str) -> Path:
        """The folder of an issue's files."""
        return self.root / key

    def issue_keys(self) -> tuple[str, ...]:
        """The keys of all issues, in alphabetical order.

        Raises:
            WorkspaceError: the archive cannot be read.
        """
        if not self.root.exists():
            return ()
        try:
            found = sorted(path.name for path in self.root.iterdir() if not path.name.startswith("."))
        except OSError as error:
            raise self._unusable(self.root, error) from error
        return tuple(key for key in found if (self.root / key / ISSUE).is_file())

    def read(self, key: str) -> Issue:
        """An issue as it was archived.

        Raises:
            NotFoundError: there is no issue with this key.
            WorkspaceError: its issue.json is invalid or cannot be read.
        """
        path = self.folder(key) / ISSUE
        if not self._holds(key):
            remedy = did_you_mean(key, self.issue_keys(), "`digest list` lists the issues")
            raise NotFoundError(f"issue {key}", f"not found in {self.root}", remedy)
        try:
            issue = from_json(path.read_bytes())
            if issue.key != key or not _KEY.fullmatch(key):
                raise ValueError(  # noqa: TRY301  (told as any other fault of the file)
                    f"its key is {issue.key[:80]!r}, its folder {key[:80]!r}; both must be one week, day or month"
                )
        except ValueError as error:
            raise WorkspaceError(
                str(path), f"is not an issue ({error})", "restore the file, or remove its folder; nothing was changed"
            ) from error
        except OSError as error:
            raise self._unusable(path, error) from error
        else:
            return issue

    def files(self, key: str) -> dict[str, str]:
        """The rendered files of an archived issue, by name.

        Raises:
            WorkspaceError: one cannot be read.
        """
        try:
            paths = [path for path in sorted(self.folder(key).iterdir()) if path.suffix in (".html", ".txt", ".md")]
            return {path.name: path.read_text("utf-8", errors="replace") for path in paths}
        except OSError as error:
            raise self._unusable(self.folder(key), error) from error

    def write(self, issue: Issue, files: Mapping[str, str | bytes]) -> Path:
        """Archive an issue with its rendered files, in place of its draft or of a sample.

        Raises:
            WorkspaceError: there is a closed issue with this key, or the disk cannot be written.
        """
        folder = self.folder(issue.key)
        if self._holds(issue.key):
            there = self.read(issue.key)
            if there.state == "closed" and not there.sample:
                raise WorkspaceError(
                    str(folder), "contains a closed issue, which never changes", "move it away if it is wrong"
                )
        fresh, old = self.root / f"{_NEW}{issue.key}", self.root / f"{_OLD}{issue.key}"
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            for name, text in {ISSUE: to_json(issue), **files}.items():
                replace_file(fresh / name, _bytes(text))
            self._swap(fresh, folder, old)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise self._unusable(folder, error) from error
        return folder

    def text(self, name: str) -> str | None:
        """The text of a file by its path below the archive, or None if there is no such file."""
        try:
            return (self.root / name).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def has(self, name: str) -> bool:
        """Whether a file exists, by its path below the archive."""
        return os.path.isfile(f"{self.root}/{name}")  # noqa: PTH113  (a fifth of Path's time, for each part of the past)

    def put(self, name: str, text: str | bytes) -> Path:
        """Write or replace one file by its path below the archive: an overview page, or a file of an issue.

        A file that already has this content is not touched.

        Raises:
            WorkspaceError: the disk refuses.
        """
        path = self.root / name
        try:
            if path.is_file() and path.read_bytes() == _bytes(text):
                return path
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, _bytes(text))
        except OSError as error:
            raise self._unusable(path, error) from error
        return path

    def sent(self, key: str) -> dict[str, SentNote]:
        """The records of an issue's mailings in its sent.json, by route.

        Raises:
            WorkspaceError: sent.json cannot be read.
        """
        path = self.folder(key) / SENT
        try:
            return notes_from_json(path.read_bytes()) if path.exists() else {}
        except ValueError as error:
            raise WorkspaceError(
                str(path),
                f"is not a record of what was sent ({error})",
                "restore it: without it, people may be mailed twice",
            ) from error
        except OSError as error:
            raise self._unusable(path, error) from error

    def note_sent(self, key: str, route: str, note: SentNote) -> None:
        """Record the state of a mailing in sent.json: counts only, never an address.

        Raises:
            WorkspaceError: the disk refuses.
        """
        self.put(f"{key}/{SENT}", notes_to_json(self.sent(key) | {route: note}))

    def discard(self, key: str) -> None:
        """Remove a draft."""
        shutil.rmtree(self.folder(key), ignore_errors=True)

    def mend(self) -> None:
        """Finish or undo what a killed run left incomplete."""
        for path in sorted(self.root.glob(".*-*")) if self.root.exists() else ():
            if path.name.startswith(_OLD) and not self.folder(path.name.removeprefix(_OLD)).exists():
                path.rename(self.folder(path.name.removeprefix(_OLD)))
            elif path.name.startswith((_OLD, _NEW)):
                shutil.rmtree(path, ignore_errors=True)

    def _holds(self, key: str) -> bool:
        try:
            return Path(key).name == key and not key.startswith(".") and (self.folder(key) / ISSUE).is_file()
        except OSError as error:
            raise self._unusable(self.folder(key), error) from error

    def _swap(self, fresh: Path, folder: Path, old: Path) -> None:
        """Replace a folder by a finished one. If the process dies in between, the next run completes it (`mend`)."""
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        sync_folder(self.root)
        shutil.rmtree(old, ignore_errors=True)

    def _unusable(self, path: Path, error: OSError) -> WorkspaceError:
        return WorkspaceError(
            str(path),
            f"cannot be used ({error.strerror})",
            "free disk space or repair the folder, then run the same command again",
        )


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def summary_of(issue: Issue) -> Summary:
    """The summary of an issue for lists of issues."""
    return Summary(
        key=issue.key,
        title=issue.title,
        line=issue.lines[0].text if issue.lines else "",
        lines=tuple(line.text for line in issue.lines),
        state=issue.state,
        sample=issue.sample,
        slot=issue.slot,
        window=issue.window,
        shown=sum(len(section.items) for section in issue.trends),
        items=issue.size,
        trends=len(issue.trends),
    )
