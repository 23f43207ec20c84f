"""How the desk answers: pages with a strict policy, redirects within the desk, and the forms that it reads."""

import asyncio

from aiohttp import web
from multidict import MultiDictProxy

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORM_BYTES = 256_000
FORM_SECONDS = 20.0  # for a form to arrive


def page(html: str, *, status: int = 200) -> web.Response:
    """A page of the desk."""
    headers = {"Content-Security-Policy": PAGE, "Referrer-Policy": "same-origin"}  # without it, forms have no Origin
    return web.Response(text=html, status=status, content_type="text/html", headers=headers)


def see(path: str) -> web.Response:
    """Lead to another page of the desk."""
    return web.Response(status=303, headers={"Location": path})


async def form_of(request: web.Request) -> MultiDictProxy[str | bytearray | bytes | web.FileField]:
    """The form data of a request.

    Raises:
        HTTPError: it is not a form, is too large, or does not arrive in time.
    """
    try:
        async with asyncio.timeout(FORM_SECONDS):
            return await request.post()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (ValueError, LookupError, RuntimeError, AssertionError) as error:  # broken multipart, an unknown charset
        raise web.HTTPBadRequest from error


def text_of(form: MultiDictProxy[str | bytearray | bytes | web.FileField], name: str) -> str:
    """A field of a form; empty if it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
