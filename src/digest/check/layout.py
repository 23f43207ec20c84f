"""R10, R11: tables that are for layout and say so, 600 px in Outlook too, and conditional comments that Outlook reads."""

import re
from collections.abc import Iterator

from digest.check.finding import Hit
from digest.check.mail import Mail, inline, line_of

_ATTRIBUTES = {"border": "0", "cellpadding": "0", "cellspacing": "0"}
_GHOST = re.compile(r"<!--\[if mso[^\]]*\]>\s*<table[^>]*width=\"600\"", re.IGNORECASE)
_OPENING = re.compile(r"<!--\[if [^\]]*\]>")
_CLOSING = re.compile(r"<!\[endif\]-->")
_WHOLE = re.compile(r"<!--\[if [^\]\n]*\]>[^\n]*?<!\[endif\]-->")


def tables(mail: Mail) -> Iterator[Hit]:
    """R10."""
    for table in (each for each in mail.elements if each.tag == "table"):
        if table.get("role") != "presentation" and table.find(".//th") is None:
            message = "a table for layout that is read out as data"
            yield Hit(line=line_of(table), message=message, remedy='write role="presentation"')
        wrong = [name for name, value in _ATTRIBUTES.items() if table.get(name) != value]
        if wrong:
            message = f"a table without {', '.join(f'{name}=0' for name in wrong)}, which Outlook spaces out"
            yield Hit(line=line_of(table), message=message, remedy="write the attributes on the table")
    for element in mail.elements:
        if "max-width" in inline(element) and element.tag != "table":
            message = f"max-width on <{element.tag}>, which Outlook minds only on tables"
            yield Hit(line=line_of(element), message=message, remedy="put it on a table")
    if not _GHOST.search(mail.html):
        message = "no table of 600 pixels for Outlook, which knows no max-width"
        yield Hit(message=message, remedy='write <!--[if mso]><table role="presentation" width="600" …><![endif]-->')


def conditional_comments(mail: Mail) -> Iterator[Hit]:
    """R11."""
    whole = {found.start() for found in _WHOLE.finditer(mail.html)}
    for found in _OPENING.finditer(mail.html):
        if found.start() not in whole:
            message = f"{found[0]!r} does not end with <![endif]--> on its line, and Outlook may show nothing after it"
            yield Hit(line=mail.line_at(found.start()), message=message, remedy="write it on one line")
    ended = sum(1 for _ in _CLOSING.finditer(mail.html))
    opened = sum(1 for _ in _OPENING.finditer(mail.html))
    if ended > opened:
        message = f"{opened} conditional comments for Outlook are opened and {ended} closed"
        yield Hit(message=message, remedy="write <!--[if mso]> before each <![endif]-->")
    tags = [tag for found in _WHOLE.finditer(mail.html) for tag in re.findall(r"<(/?)table\b", found[0])]
    if tags.count("") != tags.count("/"):
        message = "the tables in Outlook's comments are not all closed"
        yield Hit(message=message, remedy="close each in a conditional comment of its own")
