"""Send requests to an OpenAI-compatible server. Every failure is a value; nothing raises, and nothing outlasts its time.

The `openai` package is imported when a client is opened. No text of the server, which might repeat the key, gets into a failure.
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from digest.config import ModelSettings
from digest.llm.requests import Answer, Failure, Request

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")
TRIES = 3  # of a request that the server puts off
OVERLOADED = (429, 503)
NO_KEY = "none"  # the client requires a key, and local servers want none
LONGEST_WAIT = 3600  # seconds
CHARS = 30  # of a token, on average over an answer; hardly any has more
TOKENS = 10**9  # a server that counts more in one answer does not count
TOO_LONG = "the server’s answer is much longer than was asked for"


class Client:
    """A server and the model that it is asked for."""

    def __init__(self, settings: ModelSettings, key: str) -> None:
        self._settings = settings
        self._key = key or NO_KEY

    def ask(self, requests: Sequence[Request], *, seconds: float) -> list[Answer | Failure]:
        """Send all requests at once, and wait for them at most this long."""
        return _run(self._ask_all(requests, seconds))

    def models(self) -> list[dict[str, Any]]:
        """What the server tells of its models; nothing if it tells nothing."""
        return _run(self._models())

    async def _ask_all(self, requests: Sequence[Request], seconds: float) -> list[Answer | Failure]:
        end = asyncio.get_running_loop().time() + seconds
        async with self._open() as server:
            return await asyncio.gather(*(self._ask(server, request, end) for request in requests))

    async def _models(self) -> list[dict[str, Any]]:
        from openai import OpenAIError  # noqa: PLC0415  (an extra)

        try:
            async with asyncio.timeout(self._settings.timeout.total_seconds()), self._open() as server:
                found = json.loads((await server.models.with_raw_response.list()).http_response.content)
                return [one for one in found["data"] if isinstance(one, dict)]
        except (OpenAIError, TimeoutError, ValueError, LookupError, TypeError, RecursionError):
            return []

    def _open(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI  # noqa: PLC0415  (an extra)

        from digest.llm.bounded import BoundedClient  # noqa: PLC0415  (imports the extra)

        return AsyncOpenAI(
            base_url=self._settings.base_url,
            api_key=self._key,
            max_retries=0,
            timeout=None,
            http_client=BoundedClient(self._key),
        )

    async def _ask(self, server: "AsyncOpenAI", request: Request, end: float) -> Answer | Failure:
        """The answer, after waiting as long as the server asks for if there is time."""
        now = asyncio.get_running_loop().time
        found: Answer | Failure = Failure(reason="there was no time left", free=True)
        for _ in range(TRIES):
            left = end - now()
            if left <= 0:
                break
            found = await self._once(server, request, min(left, self._settings.timeout.total_seconds()))
            if isinstance(found, Answer) or found.retry_after is None or now() + found.retry_after >= end:
                break
            await asyncio.sleep(found.retry_after)
        return found

    async def _once(self, server: "AsyncOpenAI", request: Request, seconds: float) -> Answer | Failure:
        from openai import APIConnectionError, APIStatusError, OpenAIError  # noqa: PLC0415  (an extra)

        from digest.llm.bounded import TooLongError  # noqa: PLC0415  (imports the extra)

        try:
            async with asyncio.timeout(seconds):
                raw = await server.chat.completions.with_raw_response.create(**self._arguments(request))
            return _answer(raw.http_response.content, most=request.most)
        except TimeoutError:
            return Failure(reason="the server did not answer in time")
        except APIStatusError as error:
            code = error.status_code
            wait = _seconds(error.response.headers) if code in OVERLOADED else None
            return Failure(reason=f"the server answered {code}", retry_after=wait, free=True)
        except APIConnectionError:
            return Failure(reason="the server could not be reached, or broke off")
        except TooLongError:
            return Failure(reason=TOO_LONG)
        except (OpenAIError, UnicodeError):
            return Failure(reason="the server’s answer could not be read")

    def _arguments(self, request: Request) -> dict[str, Any]:
        found: dict[str, Any] = {
            "model": request.model,
            "messages": [{"role": "system", "content": request.system}, {"role": "user", "content": request.data}],
            "max_tokens": request.most,
            "temperature": 0,
            "seed": 1,
        }
        if self._settings.structured:
            form = {"name": request.task, "schema": request.schema, "strict": True}
            found["response_format"] = {"type": "json_schema", "json_schema": form}
        return found


class _Impatient(ThreadPoolExecutor):
    """Threads that nobody waits for. One that looks up a host's name cannot be stopped, and may take half a minute."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        del wait, cancel_futures
        super().shutdown(wait=False, cancel_futures=True)


def _run(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_Impatient(thread_name_prefix="model"))
        return runner.run(work)


def _answer(body: bytes, *, most: int) -> Answer | Failure:
    """The text of a chat completion of at most so many tokens, if the body is one."""
    try:
        data = json.loads(body)
        content = data["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return Failure(reason="the server’s answer is no chat completion")
    if not isinstance(content, str) or not content.strip():
        return Failure(reason="the model answered nothing")
    if len(content) > CHARS * most:
        return Failure(reason=TOO_LONG)
    usage = data.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Answer(
        content=content.encode(errors="replace").decode(),  # half of a character, which no database stores, becomes `?`
        input=_count(counts.get("prompt_tokens")),
        output=_count(counts.get("completion_tokens")),
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < TOKENS else None


def _seconds(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds. A date counts from the server's own, since the clocks of two machines differ."""
    after = headers.get("retry-after", "")
    try:
        seconds = float(after) if after[-1:].isdigit() else _until(after, headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if 0 <= seconds < LONGEST_WAIT else None


def _until(after: str, now: str) -> float:
    return (parsedate_to_datetime(after) - parsedate_to_datetime(now)).total_seconds()
