"""What `--since` accepts: an age (10d, 4w) or a date (2026, 2026-06, 2026-06-29). The only parser of it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from digest.errors import UsageError

FORMS = "10d, 4w, 2026, 2026-06 or 2026-06-29"
_AGE = re.compile(r"(\d{1,4})([dw])")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def since(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The first second that `--since TEXT` includes, in UTC.

    An age goes back from `now` and excludes the second exactly that long ago: with weekly slots, `4w` at a slot means four
    issues, not five. A date begins at midnight in `zone`. A full ISO 8601 time is accepted, too.

    Raises:
        UsageError: the text is neither an age nor a date.
    """
    try:
        if age := _AGE.fullmatch(text):
            start = now - timedelta(days=int(age[1]) * (7 if age[2] == "w" else 1))
            return start.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        if date := _DATE.fullmatch(text):
            return datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=zone).astimezone(UTC)
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--since {text}", "is neither an age nor a date", f"write it as {FORMS}") from error
