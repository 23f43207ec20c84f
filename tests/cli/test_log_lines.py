"""Lines of the log, as text and as JSON."""

import json
import logging

import pytest

from digest.cli.log_lines import Json, Lines


def _record(newsletter: str) -> logging.LogRecord:
    record = logging.LogRecord("digest", logging.WARNING, __file__, 1, "%s: %d letters wait", ("w27", 3), None)
    record.newsletter = newsletter
    return record


@pytest.mark.parametrize("newsletter", ["daily", "100%", "50 %s off"])
def test_a_line_begins_with_its_newsletter_whatever_its_name(newsletter: str) -> None:
    record = _record(newsletter)
    assert Lines().format(record).endswith(f"WARNING {newsletter}: w27: 3 letters wait")
    told = json.loads(Json().format(record))
    assert (told["message"], told["newsletter"]) == (f"{newsletter}: w27: 3 letters wait", newsletter)
