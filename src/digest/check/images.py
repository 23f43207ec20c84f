"""R9: pictures that every client shows, and words for those who see none."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from digest.check.finding import Hit
from digest.check.mail import Mail, line_of

_SHOWN = (".png", ".jpg", ".jpeg", ".gif")


def unsafe(mail: Mail) -> Iterator[Hit]:
    """R9."""
    for image in (each for each in mail.elements if each.tag == "img"):
        line, src = line_of(image), image.get("src") or ""
        if image.get("alt") is None:
            yield Hit(
                line=line, message="a picture without alt", remedy='write what it says, or alt="" for an ornament'
            )
        if not (image.get("width") or "").isdigit():
            yield Hit(
                line=line,
                message="a picture without a width in pixels, which Outlook shows at its full size",
                remedy='write width="…" on the element',
            )
        if not src.startswith("https://"):
            yield Hit(
                line=line, message=f"the picture {src[:40]!r} has no https address", remedy="serve it from the archive"
            )
        elif not urlsplit(src).path.lower().endswith(_SHOWN):
            yield Hit(line=line, message=f"the picture {src[:80]!r} is no PNG, JPEG or GIF", remedy="convert it")
