"""R8, R12, R14: elements that mail clients refuse, what a screen reader needs of a document, and its colour schemes."""

from collections.abc import Iterator

from digest.check.finding import Hit
from digest.check.mail import Mail, line_of, words_of

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
