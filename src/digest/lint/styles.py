"""R3, R4, R6: style blocks that Gmail keeps, readability without them, and values that make clients drop all styles."""

import re
from collections.abc import Iterator

from digest.lint.mail import Declaration, Hit, Mail, inline, inline_declarations, line_of, words_of

STYLE_LIMIT = 16_384  # characters of style blocks that Gmail reads
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NO_SELECTOR = re.compile(r"[{}\];@]")
_SPACED_COLOUR = re.compile(r"\b(?:rgb|hsl)a?\(\s*[\d.]+%?\s+[\d.]", re.IGNORECASE)
_FUNCTIONS = re.compile(r"\b(?:var|calc|min|max|clamp|light-dark|color-mix)\(", re.IGNORECASE)
_PROPERTIES = {"position", "box-shadow", "gap", "object-fit"}


def blocks(mail: Mail) -> Iterator[Hit]:
    """R3: style blocks that Gmail drops: too long, in the body, with comments or nested rules."""
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
    """R4: without style blocks, text still has its typeface and hidden elements stay hidden."""
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
    """R6: declarations that mail clients drop or read wrongly."""
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


_IMPORTANT = re.compile(r"(\s?)!\s*(important)", re.IGNORECASE)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def spelling(mail: Mail) -> Iterator[Hit]:
    """R7: the spelling of `!important`, and URLs, in style blocks."""
    for sheet in mail.sheets:
        css = sheet.text or ""
        for found in _IMPORTANT.finditer(css):
            line = line_of(sheet) + css.count("\n", 0, found.start())
            if found[0] != " !important":
                message = (
                    f"{found[0].strip()!r} is read by Outlook only with a space before it, by Gmail only in lower case"
                )
                yield Hit(line=line, message=message, remedy="write ` !important`")
        if "url(" in css:
            yield Hit(
                line=line_of(sheet),
                message="url() in a style block has made Gmail drop the block",
                remedy="do without the picture",
                severity="warning",
            )
    for element in mail.elements:
        if any(one.important for one in inline_declarations(element.get("style") or "")):
            message = "!important in a style attribute, which Outlook takes for an error"
            yield Hit(line=line_of(element), message=message, remedy="leave it to the @media rules")


def overriding(mail: Mail) -> Iterator[Hit]:
    """R22: rules for narrow or dark screens that cannot win or that nothing uses."""
    classes = {name for element in mail.elements for name in (element.get("class") or "").split()}
    for rule in mail.rules:
        if not rule.selector or not rule.at.startswith("media"):
            continue
        for one in rule.declarations:
            if not one.important:
                message = f"{one.name} in @media cannot win over the inlined one"
                yield Hit(line=one.line, message=message, remedy="add ` !important`")
        for name in _CLASS.findall(rule.selector):
            if name not in classes:
                message = f"@media has a rule for .{name}, which no element of the mail has"
                yield Hit(line=rule.line, message=message, remedy="remove the rule, or mend the name")


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
    """R8: elements and attributes that mail clients remove."""
    for element in mail.tree.iter():
        if element.tag in _REFUSED or (element.tag == "link" and "stylesheet" in (element.get("rel") or "")):
            message = f"<{element.tag}>, which Gmail and Outlook remove"
            yield Hit(line=element.sourceline or 0, message=message, remedy="do without it")
        for name in element.keys() if isinstance(element.tag, str) else ():
            if name.startswith("on") or name == "srcset":
                message = f"the attribute {name} on <{element.tag}>, which mail clients remove"
                yield Hit(line=element.sourceline or 0, message=message, remedy="do without it")


def document(mail: Mail) -> Iterator[Hit]:
    """R12: what the document must state: language, direction, role, title, charset."""
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
        yield Hit(message="there are no headings for a screen reader to list", remedy="mark them as h1, h2 and h3")


def colour_schemes(mail: Mail) -> Iterator[Hit]:
    """R14: both colour schemes are declared, so that clients do not invert colours."""
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
    """R10: tables for layout have a role and no borders, and Outlook gets a width."""
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
    """R11: each conditional comment for Outlook ends on its line and closes its tables."""
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
