"""R7, R22: `!important` as Outlook and Gmail read it, and rules that can win over what was inlined."""

import re
from collections.abc import Iterator

from digest.check.finding import Hit
from digest.check.mail import Mail, inline_declarations, line_of

_IMPORTANT = re.compile(r"(\s?)!\s*(important)", re.IGNORECASE)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def spelling(mail: Mail) -> Iterator[Hit]:
    """R7."""
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
    """R22."""
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
