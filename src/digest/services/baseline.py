"""Draft and sign a trend's next baseline. Signed baselines stay in the workspace, one file per month, and never change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from digest.config import Config, trend_files
from digest.editorial.next_baseline import HEADING, TODO, skeleton, written
from digest.errors import ConflictError, NotFoundError, UsageError, did_you_mean
from digest.model import Trend, Workspace
from digest.services.archive_index import catalogue_of
from digest.services.context import Program
from digest.storage.files import resources
from digest.text.formatting import count

QUARTER = timedelta(days=92)
_TODO = re.compile(rf"^.*\b{TODO}\b.*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The baselines of a trend: their dates, oldest first, and the file of the next one, if it was drafted."""

    id: str
    name: str
    dates: tuple[str, ...]
    draft: str = ""


def standings(workspace: Workspace) -> tuple[Standing, ...]:
    """All trends with their baselines."""
    known = trend_files.versions(resources.trend_texts(workspace))
    return tuple(
        Standing(
            id=id_,
            name=found[-1].name,
            dates=tuple(one.as_of for one in found),
            draft=str(path) if (path := workspace.baseline_draft(id_)).is_file() else "",
        )
        for id_, found in known.items()
    )


def draft(program: Program, id_: str) -> Path:
    """Write the skeleton of a trend's next baseline, from the issues of the last quarter, and return its file.

    Raises:
        NotFoundError: there is no such trend.
        ConflictError: there is a draft already.
    """
    trend = known_trend(program.trends, id_)
    path = program.workspace.baseline_draft(id_)
    if path.exists():
        raise ConflictError(
            str(path),
            "is a draft that nobody has signed yet",
            f"complete it and sign it with `digest baseline sign {id_}`, or delete it",
        )
    rows = program.store.issues.closed_between(program.now - QUARTER, program.now)
    issues = [program.archive.read(row.key) for row in rows]
    best = catalogue_of(program.store, program.archive).best_reported(id_)
    resources.write_own(path, skeleton(trend, issues, best, as_of=_month(program.config, program.now)))
    return path


def sign(program: Program, id_: str, by: str) -> Trend:
    """Make a trend's completed draft its baseline of this month, and return it. The earlier ones stay.

    Raises:
        NotFoundError: there is no such trend or no draft.
        UsageError: the draft is not complete.
        ConfigError: it is not a valid file of this trend.
        ConflictError: this month's baseline is signed already.
    """
    now = known_trend(program.trends, id_)
    path = program.workspace.baseline_draft(id_)
    if not path.is_file():
        raise NotFoundError(
            f"trend {id_}", "has no draft of a baseline", f"write one with `digest baseline draft {id_}`"
        )
    text = _read(path)
    left = _TODO.findall(text)
    if left or HEADING in text:
        what = (
            f"{count(len(left), 'line')} with {TODO}, such as “{left[0].strip()[:80]}”"
            if left
            else f"“{HEADING}” still stands there"
        )
        raise UsageError(str(path), what, "put them into your own words, or delete them, and sign again")
    # What the editor deleted from the draft is gone, and not taken from the baseline before.
    read = trend_files.parse_over(replace(now, summary="", examples=(), reading=(), claims=()), text, file=str(path))
    if read.id != id_:
        raise UsageError(str(path), f"is about {read.id}", f"write `id: {id_}`")
    month = _month(program.config, program.now)
    place = program.workspace.signed_baseline(id_, month)
    dates = [one.as_of for one in trend_files.versions(resources.trend_texts(program.workspace))[id_]]
    if place.exists() or _since(dates[-1]) >= month:
        raise ConflictError(
            str(place), f"the baseline of {dates[-1]} is signed already", "sign the next one in a later month"
        )
    signed = replace(read, as_of=month, signed=f"{program.now:%Y-%m-%d}", signed_by=by)
    resources.write_own(
        place, written(signed, as_of=month, body=signed.body, signed=signed.signed, signed_by=signed.signed_by)
    )
    path.unlink()
    return signed


def as_of(workspace: Workspace, id_: str, date: str) -> Trend:
    """What was believed of a trend at a date: its last baseline up to then.

    Raises:
        NotFoundError: there is no such trend, or its first baseline is later.
        UsageError: `date` cannot be read as a date.
    """
    if not re.fullmatch(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?(?:-(?:0[1-9]|[12]\d|3[01]))?", date):
        raise UsageError(
            f"{id_} at {date or 'no date'}",
            "is not a date",
            "write a year, a month or a day: 2025, 2025-06, 2025-06-30",
        )
    known = trend_files.versions(resources.trend_texts(workspace))
    found = known[known_trend({one: versions[-1] for one, versions in known.items()}, id_).id]
    for trend in reversed(found):
        if _since(trend.as_of)[: len(date)] <= date[: len(_since(trend.as_of))]:
            return trend
    raise NotFoundError(f"trend {id_}", f"has no baseline of {date}", f"the first is of {found[0].as_of}")


def _read(path: Path) -> str:
    """The draft as the editor left it.

    Raises:
        UsageError: it is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            str(path), f"is not UTF-8 ({error.reason} at byte {error.start})", "save it as UTF-8, and sign again"
        ) from error


def _since(as_of: str) -> str:
    """The date of a baseline, to be compared. One without a year was there before all others."""
    return as_of if re.match(r"\d{4}\b", as_of) else ""


def known_trend(trends: Mapping[str, Trend], id_: str) -> Trend:
    """The trend with this id.

    Raises:
        NotFoundError: there is none.
    """
    if id_ not in trends:
        raise NotFoundError(
            f"trend {id_}", "no such trend", did_you_mean(id_, trends, "`digest trends` lists the trends")
        )
    return trends[id_]


def _month(config: Config, now: datetime) -> str:
    return f"{now.astimezone(ZoneInfo(config.digest.timezone)):%Y-%m}"
