"""Read the form that a browser sends."""

import asyncio
from typing import TypeAlias

from aiohttp import web
from multidict import MultiDictProxy

Form: TypeAlias = MultiDictProxy[str | bytearray | bytes | web.FileField]
SECONDS = 20.0  # for a form to arrive


async def form_of(request: web.Request) -> Form:
    """The form data of a request.

    Raises:
        HTTPError: it is not a form, is too large, or does not arrive in time.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await request.post()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (ValueError, LookupError, RuntimeError, AssertionError) as error:  # broken multipart, an unknown charset
        raise web.HTTPBadRequest from error


def text_of(form: Form, name: str) -> str:
    """A field of a form; empty if it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
