"""How the desk answers: pages with a strict policy, and redirects within the desk."""

from functools import cache
from pathlib import Path

from aiohttp import web

from digest.render.engine import Engine
from digest.web.desk.sessions import Session

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORM_BYTES = 256_000


def page(html: str, *, status: int = 200) -> web.Response:
    """A page of the desk."""
    headers = {"Content-Security-Policy": PAGE, "Referrer-Policy": "same-origin"}  # without it, forms have no Origin
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)


def see(path: str) -> web.Response:
    """Lead to another page of the desk."""
    return web.Response(status=303, headers={"Location": path})


def render(template: str, session: Session | None = None, /, **values: object) -> str:
    """A page: the template of this name, for somebody who is signed in if it shows the way to the other pages."""
    who = {"me": session, "csrf": session.csrf, "who": session.who} if session else {"me": None, "csrf": "", "who": ""}
    return _engine().render(f"site/{template}.html.j2", here=template, **who, **values)


@cache
def _engine() -> Engine:
    root = Path(__file__).parent / "templates"
    return Engine({f"site/{path.name}": path.read_text("utf-8") for path in sorted(root.glob("*.j2"))})
