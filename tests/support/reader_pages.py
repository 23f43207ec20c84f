"""The pages of readers over HTTP, as a client without cookies or scripts asks for them, and what the store then holds."""

from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from digest.model import Preferences
from digest.subscribers.tokens import SECRET, Purpose, Tokens
from support.mailing import store_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Got:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Pages:
    place: Path
    port: int

    def get(self, path: str, **headers: str) -> Got:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, body: bytes = b"", **headers: str) -> Got:
        return self._ask("POST", path, body, {**FORM, **{k.replace("_", "-"): v for k, v in headers.items()}})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Got:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        got = Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode())
        connection.close()
        return got

    def token(self, purpose: Purpose, address: str) -> str:
        with store_of(self.place) as store:
            person = store.subscribers.find(address)
            assert person is not None
            return f"/{purpose}/{Tokens(store.subscribers.secret(SECRET)).make(purpose, person.link)}"

    def status(self, address: str) -> str:
        with store_of(self.place) as store:
            person = store.subscribers.find(address)
            return person.status if person else ""

    def trends(self, address: str) -> tuple[str, ...]:
        with store_of(self.place) as store:
            person = store.subscribers.find(address)
            return person.trends if person else ()

    def preferences(self, address: str) -> Preferences:
        with store_of(self.place) as store:
            person = store.subscribers.find(address)
            assert person is not None
            return store.preferences.get(person.id, default=Preferences())
