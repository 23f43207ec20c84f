"""R15, R17: links that lead somewhere in every client, and say where."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from digest.check.finding import Hit
from digest.check.mail import Mail, line_of, words_of

_SAYS_NOTHING = {"here", "click here", "read more", "more", "link", "this", "this link", "continue", "learn more"}
_SHORTENERS = {"bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "buff.ly", "is.gd", "lnkd.in", "rebrand.ly", "t.ly"}


def anchors(mail: Mail) -> Iterator[Hit]:
    """R15: Gmail and Outlook go to `<a name>`, not to an id."""
    names = {each.get("name") for each in mail.elements if each.tag == "a"}
    ids = {each.get("id") for each in mail.elements}
    for link in mail.links:
        target = (link.get("href") or "").removeprefix("#")
        if not (link.get("href") or "").startswith("#") or target in names:
            continue
        cause = "has an id and no name, which Gmail needs" if target in ids else "is nowhere in the mail"
        yield Hit(
            line=line_of(link), message=f"the anchor #{target} {cause}", remedy=f'write <a name="{target}"></a> there'
        )


def addresses(mail: Mail) -> Iterator[Hit]:
    """R17."""
    for link in mail.links:
        url, line = (link.get("href") or "").strip(), line_of(link)
        words = words_of(link)
        if not url or url == "#":
            yield Hit(line=line, message=f"the link {words[:40]!r} has no address", remedy="leave the link out")
        elif not url.startswith(("https://", "http://", "mailto:", "#")):
            message = f"the link {words[:40]!r} leads to {url[:60]!r}, which is nowhere in a mail"
            yield Hit(line=line, message=message, remedy="write the whole https address")
        if not words and link.find("img") is None:
            yield Hit(line=line, message=f"the link to {url[:60]!r} has no words", remedy="say where it leads")
        yield from _said_by_feeds(url, words, line)


def _said_by_feeds(url: str, words: str, line: int) -> Iterator[Hit]:
    if words.casefold().strip(" .…»→") in _SAYS_NOTHING:
        message = f"the link {words!r} does not say where it leads"
        yield Hit(line=line, message=message, remedy="name what is behind it", severity="warning")
    if (_host(url) or "") in _SHORTENERS:
        message = f"{url[:60]} hides where it leads, and spam filters mind"
        yield Hit(line=line, message=message, remedy="link to the page itself", severity="warning")


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
