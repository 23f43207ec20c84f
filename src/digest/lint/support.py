"""R5: every element, property and unit must be supported by the nine most common mail clients."""

import re
from collections.abc import Iterator
from functools import lru_cache

from digest.lint.clients import CLIENTS, SUPPORT
from digest.lint.mail import Hit, Mail, inline_declarations, line_of

# Unsupported features that are allowed, because the mail only looks plainer without them.
_DEGRADES = {
    "css-border-radius": "corners are square",
    "css-display-none": "the preheader has three more ways to hide",
    "css-max-height": "as css-display-none",
    "css-overflow": "as css-display-none",
    "css-word-break": "only an unbroken word is wider than the mail",
    "css-overflow-wrap": "as css-word-break",
    "html-semantics": "the tags are dropped, what is inside of them stays",
    "html-role": "screen readers read out nothing but the text",
    "html-aria-hidden": "an ornament is read out",
    "html-aria-label": "the title is read out",
}
_EVERYWHERE = {
    "color",
    "font-family",
    "font-style",
    "text-decoration-line",
}  # supported everywhere, and not in the table
_SIDES = re.compile(
    r"^(padding|border|margin|background)-(?!color|image|position|repeat|size|collapse|spacing|radius).*$"
)
_UNIT = re.compile(r"(?<![\w#])-?\d*\.?\d+(rem|vh|vw|vmin|vmax|ch)\b")
_SEMANTIC = {
    "main",
    "article",
    "section",
    "nav",
    "header",
    "footer",
    "aside",
    "details",
    "summary",
    "figure",
    "time",
    "mark",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}


def unsupported(mail: Mail) -> Iterator[Hit]:
    """R5: each property, unit and element once, at its first occurrence."""
    seen: set[str] = set()
    for element in mail.elements:
        for name, feature in _features(str(element.tag), element.get("style") or ""):
            if name in seen:
                continue
            seen.add(name)
            without = _without(feature)
            if without:
                message = f"{name} is not known to {', '.join(without)}"
                yield Hit(
                    line=line_of(element), message=message, remedy="lay it out with table cells and plain colours"
                )
            elif feature not in SUPPORT and name.startswith("css ") and name[4:] not in _EVERYWHERE:
                message = f"{name} was tested in no client"
                yield Hit(line=line_of(element), message=message, remedy="use a property that was", severity="warning")


@lru_cache(maxsize=1024)
def _features(tag: str, style: str) -> tuple[tuple[str, str], ...]:
    """The features that an element uses: the name shown to people, and the name in the table."""
    found = [(f"<{tag}>", _element(tag))]
    for one in inline_declarations(style):
        if not one.name.startswith(("mso-", "-webkit-", "-ms-")):
            found.append((f"css {one.name}", _property(one.name, one.value)))
        found.extend((f"unit {unit}", f"css-unit-{unit}") for unit in _UNIT.findall(one.value))
    return tuple(found)


def _element(tag: str) -> str:
    if tag in _SEMANTIC:
        return "html-semantics"
    return "html-h1-h6" if tag in _HEADINGS else "html-lists" if tag in _LISTS else f"html-{tag}"


def _property(name: str, value: str) -> str:
    if name == "display" and value in ("none", "flex", "grid"):
        return f"css-display-{value}"
    return f"css-{_SIDES.sub(lambda found: found[1], name)}"


def _without(feature: str) -> list[str]:
    """The clients that do not support a feature at all; empty if a mail may use it anyway."""
    if feature in _DEGRADES:
        return []
    return [client for client, known in zip(CLIENTS, SUPPORT.get(feature, ""), strict=False) if known == "n"]
