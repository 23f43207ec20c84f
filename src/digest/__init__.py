"""A weekly digest of LLM research: feeds in, an archived and mailed issue out.

`import digest` offers the names of `__all__`; `digest.api` describes them. They are loaded when they are first used, so that a
command pays only for what it needs.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.api import OpenWorkspace, open_workspace
    from digest.errors import DigestError
    from digest.model import Issue, IssueItem, Trend, Verdict

__all__ = ["DigestError", "Issue", "IssueItem", "OpenWorkspace", "Trend", "Verdict", "__version__", "open_workspace"]
__version__ = "0.3.0"
_HOMES = {
    "OpenWorkspace": "digest.api",
    "open_workspace": "digest.api",
    "DigestError": "digest.errors",
    **dict.fromkeys(("Issue", "IssueItem", "Trend", "Verdict"), "digest.model"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
