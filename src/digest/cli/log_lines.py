"""Log to standard error, in lines of text or of JSON."""

import json
import logging
import sys
import time

from digest.text.secrets import masked

FIELDS = ("key", "feed", "newsletter")  # extra attributes that a record may carry; a message begins with its newsletter


class Lines(logging.Formatter):
    """Time in UTC, level and message. The traceback of a bug follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the name of logging.Formatter)
        record.message = _message(record)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class Json(logging.Formatter):
    """One JSON object per line: at, level, message, and the extra attributes in `FIELDS`."""

    def __init__(self) -> None:
        super().__init__()
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "message": _message(record),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return masked(json.dumps(fields, ensure_ascii=False))


def _message(record: logging.LogRecord) -> str:
    name = getattr(record, "newsletter", "")
    return f"{name}: {record.getMessage()}" if name else record.getMessage()


def log_to_stderr(form: str) -> None:
    """Log to standard error from now on. `form` is `text`, `json`, or `warnings`: as text, warnings and errors only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Lines())
    logger = logging.getLogger("digest")
    logger.handlers = [handler]
    logger.setLevel(logging.WARNING if form == "warnings" else logging.INFO)
    logger.propagate = False
