"""Render the desk's own templates. A workspace cannot replace them, so that a template from elsewhere cannot act as the editor."""

from functools import cache
from pathlib import Path

from digest.render.engine import Engine
from digest.web.desk.sessions import Session


def render(template: str, session: Session | None = None, /, **values: object) -> str:
    """A page: the template of this name, for somebody who is signed in if it shows the way to the other pages."""
    who = {"me": session, "csrf": session.csrf, "who": session.who} if session else {"me": None, "csrf": "", "who": ""}
    return _engine().render(f"site/{template}.html.j2", here=template, **who, **values)


@cache
def _engine() -> Engine:
    root = Path(__file__).parent / "templates"
    return Engine({f"site/{path.name}": path.read_text("utf-8") for path in sorted(root.glob("*.j2"))})
