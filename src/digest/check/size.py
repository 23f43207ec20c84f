"""R1, R2: is the mail small enough to be shown whole, and was it measured when its styles were in place?

Gmail shows about 102 KB of HTML and hides the rest, with it the way to unsubscribe.
"""

from collections.abc import Iterator

from digest.check.finding import Hit
from digest.check.mail import Mail
from digest.render import UNSUBSCRIBE_URL

LIMIT = 102_400  # bytes
COMFORT = 80_000
_REACH = 92_160  # where the links that must not be hidden have to have come
_LINK = {
    "unsubscribe": "link to issue.unsubscribe_url",
    "view-online": "`digest render KEY`, if delivery.base_url is new; else link to issue.view_url",
}
_SMALLER = "let the template show fewer items or shorter summaries"


def clipped(mail: Mail) -> Iterator[Hit]:
    """R1."""
    html = mail.html.encode()
    if len(html) > LIMIT:
        yield Hit(message=f"{len(html)} bytes of HTML, and Gmail hides what is beyond {LIMIT}", remedy=_SMALLER)
    elif len(html) > COMFORT:
        message = f"{len(html)} bytes of HTML, close to the {LIMIT} that Gmail shows"
        yield Hit(message=message, remedy=_SMALLER, severity="warning")
    wanted = {"unsubscribe": UNSUBSCRIBE_URL} | ({"view-online": mail.base_url} if mail.base_url else {})
    for name, url in wanted.items():
        place = html.find(b'href="' + url.encode())
        if place < 0:
            yield Hit(message=f"there is no {name} link", remedy=_LINK[name])
        elif place > _REACH:
            yield Hit(message=f"the {name} link comes after {place} bytes, where Gmail may have cut", remedy=_SMALLER)


def not_inlined(mail: Mail) -> Iterator[Hit]:
    """R2."""
    for rule in mail.rules:
        if rule.selector and not rule.at and rule.selector != ":root" and ":" not in rule.selector:
            yield Hit(
                line=rule.line,
                message=f"the rule {rule.selector!r} stands in a style block and not on its elements",
                remedy="keep it in the first style block of the template, which is inlined",
            )
