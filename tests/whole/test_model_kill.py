"""A build that dies while a language model writes is finished by the same command, and no stored answer is paid for again."""

import hashlib
import json
import random
import shutil
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from digest.model import Workspace
from digest.storage.db import Server, located, open_store
from support.forked import Forks
from support.modelserver import Chat, Reply, extracts, model_server
from support.running import wait_for

pytestmark = pytest.mark.slow

pytest.importorskip("openai", reason="the extra [model] is not installed")

REQUESTS = 5  # the lead, two results, two summaries
AT = "2026-06-27T08:00"
CONFIG = """model: {{base_url: "{url}", name: small, concurrency: 1}}
digest: {{lookback: 9000d, max_age: 9000d}}
feeds:
  - {{name: Papers, url: papers.xml, kind: papers}}
"""
ITEM = (
    "<item><title>LLM agents that plan their use of tools learn about {name}</title><link>https://example.org/{name}</link><guid>{name}</guid>"
    "<description>We study how LLM agents plan their use of tools for {name} when tools fail. The agent keeps 81 % of its accuracy. It needs no"
    " human feedback and little memory. Code and data are released with the paper.</description></item>"
)


def _asked(chat: Chat) -> str:
    """What identifies a request."""
    texts = [message["content"] for message in chat["messages"]]
    return hashlib.sha256(json.dumps([chat["response_format"]["json_schema"]["name"], *texts]).encode()).hexdigest()


def _stored(place: Path) -> int:
    """The number of answers that are stored."""
    path = located(Workspace(root=place))
    if isinstance(path, Server):
        with open_store(path) as opened:
            return int(opened.connection.execute("SELECT count(*) FROM model_answers").fetchone()[0])
    if not path.exists():
        return 0
    with sqlite3.connect(path) as store:
        tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master")}
        found = store.execute("SELECT count(*) FROM model_answers").fetchone() if "model_answers" in tables else (0,)
    store.close()
    return int(found[0])


def _workspace(place: Path, url: str) -> None:
    place.mkdir()
    (place / "feeds.yaml").write_text(CONFIG.format(url=url))
    items = "".join(ITEM.format(name=name) for name in ("ferns", "lichens", "mosses"))
    (place / "papers.xml").write_text(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Papers</title>{items}</channel></rss>'
    )


def _kill_at_moments(tmp_path: Path, forks: Forks, count: int) -> None:
    dice = random.Random(count)

    def slow(chat: Chat) -> Reply:
        return replace(extracts(chat), wait=0.05)

    with model_server(slow) as (url, asked):
        for number in range(count):
            place = tmp_path / str(number)
            _workspace(place, url)
            before = len(asked.chats)
            moment = before + dice.randint(1, REQUESTS)
            first = forks.start(["-C", place, "build", "--at", AT])
            wait_for(lambda: len(asked.chats) >= moment, seconds=120)  # noqa: B023  (called before the next)
            if first.wait_for(dice.uniform(0, 0.1)) is None:
                first.kill()
            paid = len(asked.chats) - before
            stored = _stored(place)
            done = forks.run(["-C", place, "build", "--at", AT, "--json"], check=False)
            assert done.returncode == 0, done.stderr
            times = Counter(_asked(chat) for chat in asked.chats[before:])
            assert paid - stored <= 1  # only the answer that was on its way is not stored
            assert sum(times.values()) - len(times) <= paid - stored
            assert _stored(place) == len(times) == REQUESTS
            shutil.rmtree(place)


def test_a_killed_build_pays_no_answer_twice(tmp_path: Path, forks: Forks) -> None:
    _kill_at_moments(tmp_path, forks, 3)


@pytest.mark.soak
def test_fifty_killed_builds_pay_no_answer_twice(tmp_path: Path, forks: Forks) -> None:
    _kill_at_moments(tmp_path, forks, 50)
