"""The HTTP client below `openai`: it reads no more of an answer than one can have, goes nowhere else than it was told, and takes nothing along.

Importing this imports `openai`.
"""

from typing import Any

from openai import DefaultAsyncHttpxClient, OpenAIError

BYTES = 1_000_000  # of an answer; the longest that is asked for has some ten thousand
# What a request needs. `openai` adds what the variables OPENAI_… hold, which may be another server's keys.
_NEEDED = {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"}
_OWN = "x-stainless-"  # what `openai` itself reads again from the request
_OF_THE_WIRE = {"content-encoding", "content-length", "transfer-encoding"}


class TooLongError(OpenAIError):
    """An answer has no end, or one that is too far away."""


class BoundedClient(DefaultAsyncHttpxClient):
    """A client that follows no redirect: what a text was sent to is what the configuration names."""

    def __init__(self, key: str) -> None:
        super().__init__(timeout=None, follow_redirects=False)
        self._key = key

    async def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:
        """The response with all of its body, whether or not a stream was asked for.

        Raises:
            TooLongError: the body is too long.
        """
        del stream
        for name in set(request.headers) - _NEEDED:
            if not name.startswith(_OWN):
                del request.headers[name]
        request.headers["Authorization"] = f"Bearer {self._key}"
        response = await super().send(request, stream=True, **options)
        body = bytearray()
        try:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > BYTES:
                    raise TooLongError
        finally:
            await response.aclose()
        headers = [pair for pair in response.headers.multi_items() if pair[0].lower() not in _OF_THE_WIRE]
        return type(response)(response.status_code, headers=headers, content=bytes(body), request=request)
