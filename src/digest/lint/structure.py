"""R8, R12, R14: elements that mail clients remove, the structure that screen readers need, and colour schemes."""

import re
from collections.abc import Iterator

from digest.lint.mail import Hit, Mail, inline, line_of, words_of

_REFUSED = {
    "script",
    "iframe",
    "form",
    "input",
    "button",
    "video",
    "audio",
    "object",
    "embed",
    "svg",
    "picture",
    "source",
    "base",
}


def forbidden_elements(mail: Mail) -> Iterator[Hit]:
    """R8."""
    for element in mail.tree.iter():
        if element.tag in _REFUSED or (element.tag == "link" and "stylesheet" in (element.get("rel") or "")):
            message = f"<{element.tag}>, which Gmail and Outlook remove"
            yield Hit(line=element.sourceline or 0, message=message, remedy="do without it")
        for name in element.keys() if isinstance(element.tag, str) else ():
            if name.startswith("on") or name == "srcset":
                message = f"the attribute {name} on <{element.tag}>, which mail clients remove"
                yield Hit(line=element.sourceline or 0, message=message, remedy="do without it")


def document(mail: Mail) -> Iterator[Hit]:
    """R12."""
    wrapper = next((each for each in mail.elements if each.get("role") == "article"), None)
    for name in ("lang", "dir"):
        for element, title in ((mail.tree, "<html>"), (wrapper, "the element with role=article")):
            if element is not None and not element.get(name):
                message = f"{title} has no {name}, so that a screen reader guesses"
                yield Hit(line=line_of(element), message=message, remedy=f'write {name}="{{{{ issue.language }}}}"')
    if wrapper is None:
        yield Hit(
            message="no element has role=article: webmail keeps neither <html> nor <body>",
            remedy="wrap the mail in one that has role, lang and dir",
        )
    if not (mail.tree.findtext("head/title") or "").strip():
        yield Hit(message="there is no <title>", remedy="write one into the head")
    if not mail.tree.xpath("head/meta[@charset]"):
        yield Hit(message="the head names no charset", remedy='write <meta charset="utf-8"> first')
    yield from _headings(mail)


def _headings(mail: Mail) -> Iterator[Hit]:
    headings = [each for each in mail.elements if each.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    level = 0
    for heading in headings:
        own = int(heading.tag[1])
        if own > level + 1 or (own == 1 and level):
            expected = f"<h{level + 1}>" if own > 1 else "one <h1>"
            message = f"<{heading.tag}> {words_of(heading)[:40]!r} where a listener expects {expected}"
            yield Hit(line=line_of(heading), message=message, remedy="let headings follow one another in order")
        level = own
    if not headings:
        yield Hit(message="there are no headings to listen through", remedy="mark them as h1, h2 and h3")


def colour_schemes(mail: Mail) -> Iterator[Hit]:
    """R14."""
    for name in ("color-scheme", "supported-color-schemes"):
        found = mail.tree.xpath(f"head/meta[@name='{name}']/@content")
        if not found or "dark" not in str(found[0]):
            message = f"the head does not say meta {name}, so that Apple Mail and Thunderbird invert colours"
            yield Hit(message=message, remedy=f'write <meta name="{name}" content="light dark">')


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
        message = "no table of 600 pixels for Outlook, which does not support max-width"
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
