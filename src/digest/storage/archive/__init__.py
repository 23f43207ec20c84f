"""The archive of published issues, and the drafts next to it: one folder per issue, either complete or absent.

In: an issue and the texts of its files. Out: the same, read back. Never renders, and never changes a closed issue by itself.

A draft, held or not, is in `.digest/drafts/KEY/`, which only the workspace's owner can read; `Archive.folder` says where an issue is.

A folder is written under a hidden name and then renamed, so that a killed run leaves either the old state or the new one.
"""

import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from digest.editorial.reading_budget import used
from digest.errors import NotFoundError, WorkspaceError, did_you_mean
from digest.model import Issue, Summary, Workspace
from digest.storage.archive.issue_json import from_json, json_schema, to_json
from digest.storage.archive.records import (
    ROUND,
    SENT,
    STARTED,
    RoundNote,
    SentNote,
    round_note,
    round_text,
    sent_notes,
    sent_text,
    started_at,
    started_text,
)
from digest.storage.files import regular
from digest.storage.files.archive_stamps import ISSUE
from digest.storage.files.atomic import close_to_others, make_folder, mend_folders, replace_file, replace_folder

__all__ = ["ISSUE", "SENT", "Archive", "RoundNote", "SentNote", "from_json", "json_schema", "summary_of", "to_json"]

_KEY = re.compile(r"\d{4}-W\d{2}|\d{4}-\d{2}(?:-\d{2})?")


class Archive:
    """The folders `archive/` and `.digest/drafts/` of a workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.drafts = Workspace(root=root.parent).drafts

    def folder(self, key: str) -> Path:
        """Where the files of an issue are, or would be. Those of a draft are outside the archive, because nobody else may see them."""
        published, draft = self.root / key, self.drafts / key
        return draft if not (published / ISSUE).is_file() and (draft / ISSUE).is_file() else published

    def issue_keys(self) -> tuple[str, ...]:
        """The keys of all issues and drafts, in alphabetical order.

        Raises:
            WorkspaceError: the archive cannot be read.
        """
        return tuple(sorted({*self._keys(self.root), *self._keys(self.drafts)}))

    def draft_keys(self) -> tuple[str, ...]:
        """The keys of the drafts, in alphabetical order.

        Raises:
            WorkspaceError: they cannot be read.
        """
        return tuple(sorted(set(self._keys(self.drafts)) - set(self._keys(self.root))))

    def _keys(self, folder: Path) -> list[str]:
        if not os.path.exists(folder):  # noqa: PTH110  (false for drafts where others must not look)
            return []
        try:
            found = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
        except OSError as error:
            raise self._unusable(folder, error) from error
        return [key for key in found if (folder / key / ISSUE).is_file()]

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
            issue = from_json(regular(path).read_bytes())
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
            return {path.name: regular(path).read_text("utf-8", errors="replace") for path in paths}
        except OSError as error:
            raise self._unusable(self.folder(key), error) from error

    def write(self, issue: Issue, files: Mapping[str, str | bytes]) -> Path:
        """Store an issue with its rendered files, replacing its draft or a sample. A draft goes into the folder of drafts, any other issue into the archive.

        Raises:
            WorkspaceError: there is a closed issue with this key, or the disk cannot be written.
        """
        if self._holds(issue.key):
            there = self.read(issue.key)
            if there.state == "closed" and not there.sample:
                raise WorkspaceError(
                    str(self.folder(issue.key)),
                    "contains a closed issue, which never changes",
                    "move it away if it is wrong",
                )
        draft = issue.state == "draft"
        place, other = (self.drafts, self.root) if draft else (self.root, self.drafts)
        texts = {ISSUE: to_json(issue), **files}
        try:
            if draft:
                make_folder(self.drafts.parent)
            replace_folder(place / issue.key, {name: _bytes(text) for name, text in texts.items()}, private=draft)
        except OSError as error:
            raise self._unusable(place / issue.key, error) from error
        shutil.rmtree(other / issue.key, ignore_errors=True)
        return place / issue.key

    def set_aside(self, key: str) -> None:
        """Move a draft out of the archive, where earlier versions kept it.

        Does nothing if it is not there, is closed, or the disk cannot be written.
        """
        published, draft = self.root / key, self.drafts / key
        if self.folder(key) != published or self.read(key).state != "draft":
            return
        with suppress(OSError):
            for folder in (self.drafts.parent, self.drafts):
                make_folder(folder)
            if (draft / ISSUE).is_file():
                shutil.rmtree(published)
            else:
                shutil.move(published, draft)
            close_to_others(draft)

    def told(self, summary: Summary) -> Summary:
        """The summary of an issue, in the language of this archive."""
        return summary

    def text(self, name: str) -> str | None:
        """The text of a file by its path below the archive, or None if there is no such file."""
        try:
            return regular(self.root / name).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def has(self, name: str) -> bool:
        """Whether a file exists, by its path below the archive."""
        return os.path.isfile(f"{self.root}/{name}")  # noqa: PTH113  (a fifth of Path's time, for each part of the past)

    def put(self, name: str, text: str | bytes) -> Path:
        """Write or replace one file by its path below the archive, such as an overview page.

        A file that already has this content is not touched.

        Raises:
            WorkspaceError: the disk refuses.
        """
        return self._put(self.root / name, text)

    def put_file(self, key: str, name: str, text: str | bytes) -> Path:
        """The same for a file of an issue or a draft."""
        return self._put(self.folder(key) / name, text)

    def _put(self, path: Path, text: str | bytes) -> Path:
        try:
            if path.is_file() and path.read_bytes() == _bytes(text):
                return path
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, _bytes(text), private=path.is_relative_to(self.drafts))
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
            return sent_notes(regular(path).read_bytes(), path) if path.exists() else {}
        except OSError as error:
            raise self._unusable(path, error) from error

    def note_sent(self, key: str, route: str, note: SentNote) -> None:
        """Record the state of a mailing in sent.json: counts only, never an address.

        Raises:
            WorkspaceError: the disk refuses.
        """
        self.put_file(key, SENT, sent_text(self.sent(key) | {route: note}))

    def started(self) -> datetime | None:
        """The first collect of a workspace that has published nothing yet, as `note_started` recorded it.

        Raises:
            WorkspaceError: started.json is invalid.
        """
        text = self.text(STARTED)
        return None if text is None else started_at(text, self.root / STARTED)

    def note_started(self, at: datetime) -> None:
        """Record the first collect, for runs that find the archive but no store.

        Raises:
            WorkspaceError: the disk refuses.
        """
        self.put(STARTED, started_text(at))

    def last_round(self) -> RoundNote | None:
        """The last round of letters whose sending began; None if there was none.

        Raises:
            WorkspaceError: letters.json is invalid.
        """
        text = self.text(ROUND)
        return None if text is None else round_note(text, self.root / ROUND)

    def note_round(self, note: RoundNote) -> None:
        """Record a round of letters: counts only, never an address.

        Raises:
            WorkspaceError: the disk refuses.
        """
        self.put(ROUND, round_text(note))

    def discard(self, key: str) -> None:
        """Remove a draft."""
        shutil.rmtree(self.drafts / key, ignore_errors=True)

    def mend(self) -> None:
        """Finish or undo what a killed run left incomplete."""
        for place in (self.root, self.drafts):
            mend_folders(place)
        for key in set(self._keys(self.drafts)) & set(self._keys(self.root)):
            self.discard(key)  # the run that closed it was killed before it removed the draft

    def _holds(self, key: str) -> bool:
        try:
            return Path(key).name == key and not key.startswith(".") and (self.folder(key) / ISSUE).is_file()
        except OSError as error:
            raise self._unusable(self.folder(key), error) from error

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
    lead = issue.by_id().get(issue.lead)
    return Summary(
        key=issue.key,
        title=issue.title,
        headline=lead.title if lead else "",
        line=issue.lines[0].text if issue.lines else "",
        lines=tuple(line.text for line in issue.lines),
        state=issue.state,
        sample=issue.sample,
        slot=issue.slot,
        window=issue.window,
        shown=sum(len(section.items) for section in issue.trends),
        items=issue.size,
        trends=len(issue.trends),
        grades=tuple((one.key, one.shown, one.in_feeds) for one in issue.grades),
        checked=issue.accuracy.checked if issue.accuracy else 0,
        stood=issue.accuracy.stood if issue.accuracy else 0,
        used=used(issue),
    )
