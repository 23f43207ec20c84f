"""Log records -> lines on standard error, for people or, with `--log json`, for programs. One line each, always."""

import json
import logging
import sys
import time

FIELDS = ("key", "feed")  # what a record may carry beside its message


class Lines(logging.Formatter):
    """Time in UTC, level, message; a traceback, of a bug, follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime


class Json(logging.Formatter):
    """One object a line: at, level, message, and what it is about."""

    def __init__(self) -> None:
        super().__init__()
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def log_to_stderr(form: str) -> None:
    """From now on, what the program has to say goes to standard error: `text`, `json`, or `warnings` alone as text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Lines())
    logger = logging.getLogger("digest")
    logger.handlers = [handler]
    logger.setLevel(logging.WARNING if form == "warnings" else logging.INFO)
    logger.propagate = False
