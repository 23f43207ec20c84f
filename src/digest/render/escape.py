"""A view -> the same view with every text escaped for one format, so that its template needs to escape nothing itself."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any


def escaped(view: Any, text: Callable[[str], str], url: Callable[[str], str]) -> Any:
    """The view with `text` applied to its texts and `url` to the fields that hold addresses, at every depth."""
    if isinstance(view, tuple):
        return tuple(escaped(each, text, url) for each in view)
    if isinstance(view, str):
        return text(view)
    if not is_dataclass(view) or isinstance(view, type):
        return view
    changes = {field.name: _field(field.name, getattr(view, field.name), text, url) for field in fields(view)}
    return replace(view, **changes)


def _field(name: str, value: Any, text: Callable[[str], str], url: Callable[[str], str]) -> Any:
    if name == "markdown":  # the editor's own, which is Markdown already
        return value
    return url(value) if name.endswith("url") else escaped(value, text, url)
