"""A server that speaks OpenAI's protocol as its script says: well, late, in pieces, in prose, or not at all."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from support.listening import listening

Chat = dict[str, Any]  # the body of a request


@dataclass(slots=True)
class Reply:
    """What the server does with one request."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before the first byte
    drip: float = 0.0  # seconds between bytes
    hang_up: bool = False  # before, or after half of the body if there is one
    endless: bool = False  # the body is sent again and again
    kind: str = "application/json"


@dataclass(slots=True)
class Asked:
    """What a server was asked, and with what headers."""

    chats: list[Chat] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0

    @property
    def tasks(self) -> list[str]:
        return [chat["response_format"]["json_schema"]["name"] for chat in self.chats]

    @property
    def data(self) -> list[Any]:
        return [json.loads(chat["messages"][1]["content"]) for chat in self.chats]


def completion(content: str | None, *, usage: Any = True) -> Reply:
    """A chat completion with this text."""
    body: dict[str, Any] = {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
    }
    if usage is True:
        body["usage"] = {"prompt_tokens": 700, "completion_tokens": 50, "total_tokens": 750}
    elif usage:
        body["usage"] = usage
    return Reply(body=json.dumps(body).encode())


def sentences(*texts: tuple[str, list[int]]) -> Reply:
    """An answer of these sentences with their sources."""
    return completion(json.dumps({"sentences": [{"text": text, "sources": sources} for text, sources in texts]}))


def extracts(chat: Chat) -> Reply:
    """The answer of a model that repeats the first sentences of what it was sent."""
    data = json.loads(chat["messages"][1]["content"])
    task = chat["response_format"]["json_schema"]["name"]
    if task == "translation":
        return completion(json.dumps({"translations": [f"«{one['text']}»" for one in data["sentences"]]}))
    if task == "stances":
        return completion(json.dumps({"stance": "extends", "sentence": 1}))
    return sentences((data["sentences"][0]["text"], [1]))


@contextmanager
def model_server(answer: Callable[[Chat], Reply] = extracts, models: Any = ()) -> Iterator[tuple[str, Asked]]:
    """A server at the URL that is given, whose models are these, and what it was asked."""
    asked = Asked()
    lock = threading.Lock()
    now = [0]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _send(self, Reply(body=json.dumps({"object": "list", "data": list(models)}).encode()))

        def do_POST(self) -> None:
            chat = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                asked.chats.append(chat)
                asked.headers.append({name.lower(): value for name, value in self.headers.items()})
                now[0] += 1
                asked.most_at_once = max(asked.most_at_once, now[0])
            try:
                _send(self, answer(chat))
            finally:
                with lock:
                    now[0] -= 1

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler) as port:
        yield f"http://127.0.0.1:{port}/v1", asked


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    halt = threading.Event()
    halt.wait(reply.wait)
    handler.close_connection = True
    if reply.hang_up and not reply.body:
        return
    try:
        (handler.send_response_only if "Date" in reply.headers else handler.send_response)(reply.status)
        for name, value in {
            "Content-Type": reply.kind,
            **({} if reply.endless else {"Content-Length": str(len(reply.body))}),
            **reply.headers,
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        body = reply.body[: len(reply.body) // 2] if reply.hang_up else reply.body
        for place in range(0, len(body), 1 if reply.drip else len(body) or 1):
            halt.wait(reply.drip)
            handler.wfile.write(body[place : place + 1] if reply.drip else body)
            handler.wfile.flush()
        while reply.endless:
            halt.wait(reply.drip)
            handler.wfile.write(body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the client had no more patience
