"""What feeds say of others' interest, from collecting to the issue: observed when it changes, read as it was at the cutoff."""

import json
from pathlib import Path

from support.running import Run

CONFIG = """
digest: {title: T, timezone: UTC, schedule: "mon 08:00"}
feeds:
  - {name: Daily, url: daily.xml, kind: papers}
  - {name: Round-ups, url: news.xml, kind: news}
"""


def feed(*items: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>F</title>{"".join(items)}</channel></rss>'


def paper(number: int, votes: str) -> str:
    link = f"https://arxiv.org/abs/2606.{number:05}"
    return (
        f"<item><title>LLM agents plan {'ahead of ' * number}time</title><link>{link}</link><guid>{link}</guid>"
        f"<description>Upvotes: {votes} Summary: We study agents based on large language models and find that 41 % fail.</description></item>"
    )


def round_up(*numbers: int) -> str:
    links = "".join(f"&lt;a href='https://arxiv.org/abs/2606.{number:05}'&gt;x&lt;/a&gt;" for number in numbers)
    return f"<item><title>Round-up 7</title><link>https://news.example/7</link><description>Language models: {links}</description></item>"


def signals(run: Run, root: Path, at: str) -> tuple[dict[str, list[tuple[str, int]]], str]:
    """By arXiv number, what the issue tells; and the issue."""
    text = Path(run("-C", root, "build", "--offline", "--at", at, "--json").json["paths"]["issue.json"]).read_text()
    issue = json.loads(text)
    items = [item for section in issue["trends"] for item in section["items"]] + issue["also_noted"]
    found = {item["id"][-5:]: [(one["name"], one["value"]) for one in item["signals"]] for item in items}
    return {id_: told for id_, told in found.items() if told}, text


def test_an_issue_tells_the_last_votes_before_its_cutoff_and_which_round_up_picked_it(tmp_path: Path, run: Run) -> None:
    (tmp_path / "feeds.yaml").write_text(CONFIG)
    (tmp_path / "news.xml").write_text(feed(round_up(1, 2, 9)))
    (tmp_path / "daily.xml").write_text(feed(paper(1, "10"), paper(2, "20"), paper(3, "-4")))
    assert run("-C", tmp_path, "collect", "--at", "2026-06-23T10:00").code == 0
    first = {"00001": [("votes", 10), ("picked", 1)], "00002": [("votes", 20), ("picked", 1)]}
    told, before = signals(run, tmp_path, "2026-06-23T12:00")
    assert told == first

    (tmp_path / "daily.xml").write_text(feed(paper(1, "7"), paper(2, "20"), paper(3, "999999999")))
    assert run("-C", tmp_path, "collect", "--at", "2026-06-24T10:00").code == 0
    assert signals(run, tmp_path, "2026-06-23T12:00") == (first, before)
    later, _ = signals(run, tmp_path, "2026-06-24T12:00")
    assert later == {**first, "00001": [("votes", 7), ("picked", 1)]}

    out = run("-C", tmp_path, "why", "2606.00002").out
    assert "20 votes in Daily on 2026-06-23" in out
    assert "picked by Round-up 7 in Round-ups" in out


UNKNOWN = """
digest: {title: T, timezone: UTC, schedule: "mon 08:00"}
feeds:
  - {name: Daily, url: daily.xml, kind: papers}
  - {name: Anybody, url: blog.xml, kind: blog}
"""


def launch(number: int) -> str:
    link = f"https://anybody.example/{number}"
    return f"<item><title>Introducing GPT-9.{number} Turbo</title><link>{link}</link><guid>{link}</guid></item>"


def test_twenty_launches_of_an_unknown_blog_crowd_nothing_out(tmp_path: Path, run: Run) -> None:
    (tmp_path / "feeds.yaml").write_text(UNKNOWN)
    (tmp_path / "daily.xml").write_text(feed(*(paper(number, "10") for number in range(1, 9))))
    (tmp_path / "blog.xml").write_text(feed(*map(launch, range(20))))
    assert run("-C", tmp_path, "collect", "--at", "2026-06-23T10:00").code == 0
    built = run("-C", tmp_path, "build", "--offline", "--at", "2026-06-23T12:00", "--json").json
    issue = json.loads(Path(built["paths"]["issue.json"]).read_text())
    launches = [id_ for id_ in (issue["lead"], *issue["read_first"]) if "anybody" in id_]
    papers = [item["id"] for section in issue["trends"] for item in section["items"] if item["kind"] == "paper"]
    held = json.dumps([issue["trends"], issue["also_noted"], issue["off_topic"]])
    assert len(launches) <= 2
    assert len(papers) >= 4  # of the six places of a section
    assert all(f"https://anybody.example/{number}" in held for number in range(20))
    assert sum(issue["receipt"].values()) == 28
    assert "anybody" not in issue["lead"]
