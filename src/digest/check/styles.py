"""R3, R4, R6: style blocks that Gmail keeps, a mail that reads without them, and values that make clients drop all styles."""

import re
from collections.abc import Iterator

from digest.check.finding import Hit
from digest.check.mail import Declaration, Mail, inline, inline_declarations, line_of, words_of

STYLE_LIMIT = 16_384  # characters of style blocks that Gmail reads
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NO_SELECTOR = re.compile(r"[{}\];@]")
_SPACED_COLOUR = re.compile(r"\b(?:rgb|hsl)a?\(\s*[\d.]+%?\s+[\d.]", re.IGNORECASE)
_FUNCTIONS = re.compile(r"\b(?:var|calc|min|max|clamp|light-dark|color-mix)\(", re.IGNORECASE)
_PROPERTIES = {"position", "box-shadow", "gap", "object-fit"}


def blocks(mail: Mail) -> Iterator[Hit]:
    """R3."""
    total = sum(len(sheet.text or "") for sheet in mail.sheets)
    if total > STYLE_LIMIT:
        yield Hit(message=f"{total} characters of style blocks, and Gmail reads {STYLE_LIMIT}", remedy="shorten them")
    for sheet in mail.sheets:
        if sheet in mail.elements:
            yield Hit(
                line=line_of(sheet),
                message="a style block in the body, which Gmail drops",
                remedy="move it into the head",
            )
        for comment in _COMMENT.finditer(sheet.text or ""):
            line = line_of(sheet) + (sheet.text or "").count("\n", 0, comment.start())
            yield Hit(line=line, message="Gmail drops the rule after a comment", remedy="remove the comment")
    for rule in mail.rules:
        unread = not rule.selector and not rule.at.startswith(("media", "import", "font-face", "supports"))
        if unread or _NO_SELECTOR.search(rule.selector):
            message = f"the style block cannot be read here ({(rule.selector or rule.at)[:40]})"
            yield Hit(line=rule.line, message=message, remedy="mend the rule")


def bare(mail: Mail) -> Iterator[Hit]:
    """R4: a client that drops style blocks still shows the text in its type, and hides what is hidden."""
    for rule in mail.rules:
        hidden = any(one.name == "display" and one.value == "none" for one in rule.declarations)
        if rule.selector and not rule.at and hidden:
            yield Hit(
                line=rule.line, message=f"{rule.selector!r} is hidden by a style block alone", remedy="hide it inline"
            )
    for element in mail.speakers:
        if inline(element).get("display") != "none" and not any(
            {"font-family", "font"} & inline(each).keys() for each in (element, *element.iterancestors())
        ):
            yield Hit(
                line=line_of(element),
                message=f"no style attribute around {words_of(element)[:40]!r} gives its typeface",
                remedy="set font-family on its cell in the first style block, which is inlined",
            )
            return


def forbidden(mail: Mail) -> Iterator[Hit]:
    """R6."""
    for element in mail.elements:
        for declaration in inline_declarations(element.get("style") or ""):
            yield from _refused(declaration, line_of(element))
    for rule in mail.rules:
        if rule.at.startswith(("import", "font-face")):
            yield Hit(
                line=rule.line, message=f"@{rule.at.split()[0]} in a style block", remedy="use the reader's own fonts"
            )
        for declaration in rule.declarations:
            yield from _refused(declaration, declaration.line)


def _refused(one: Declaration, line: int) -> Iterator[Hit]:
    if _SPACED_COLOUR.search(one.value):
        message = f"{one.name}: {one.value} makes Gmail drop the whole style"
        yield Hit(line=line, message=message, remedy="write colours as #rrggbb")
    elif _FUNCTIONS.search(one.value):
        yield Hit(
            line=line, message=f"{one.name}: {one.value} is nothing to Outlook or Gmail", remedy="write the value out"
        )
    elif one.name in _PROPERTIES and not (one.name == "position" and one.value == "static"):
        yield Hit(line=line, message=f"{one.name} does not hold in Gmail or Outlook", remedy="lay out with table cells")
    elif one.name.startswith("margin") and re.search(r"(?:^|\s)-[\d.]", one.value):
        yield Hit(line=line, message=f"{one.name}: {one.value} is negative", remedy="use padding on the cell instead")
