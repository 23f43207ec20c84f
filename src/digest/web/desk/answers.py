"""How the desk answers: pages with a strict policy, and redirects within the desk."""

from aiohttp import web

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
