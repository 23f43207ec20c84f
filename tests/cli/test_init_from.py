"""`digest init --from` and `--ask`: a workspace from a reference list, a list of feeds, and answers."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from digest import config
from digest.config import trend_files
from digest.model import Workspace
from digest.storage.files import resources
from support.running import Run

BIB = "".join(
    f"@article{{a{number}, author={{Byron, Ada and Hopper, Grace M.}}, title={{Tool-using LLM agents that plan, part {number}}},"
    f" eprint={{2601.0000{number}}}, archivePrefix={{arXiv}}}}\n"
    for number in range(4)
)
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/">
 <rdf:Description rdf:about="http://arxiv.org/abs/2601.00001">
  <z:itemType>preprint</z:itemType>
  <bib:authors><rdf:Seq>
   <rdf:li><foaf:Person><foaf:surname>van der Maaten</foaf:surname><foaf:givenName>Laurens</foaf:givenName></foaf:Person></rdf:li>
   <rdf:li><foaf:Person><foaf:surname>Qwen Team</foaf:surname></foaf:Person></rdf:li>
  </rdf:Seq></bib:authors>
  <dc:title>Agents</dc:title>
  <dc:identifier><dcterms:URI><rdf:value>http://arxiv.org/abs/2601.00001</rdf:value></dcterms:URI></dc:identifier>
 </rdf:Description>
 <z:Attachment rdf:about="#item_2"><dc:title>Full Text PDF</dc:title></z:Attachment>
 <z:Collection rdf:about="#collection_1"><dc:title>My papers</dc:title></z:Collection>
</rdf:RDF>
"""
OPML = """<opml version="2.0"><body>
<outline text="Blogs"><outline type="rss" text="One" xmlUrl="https://one.example/feed"/></outline>
<outline type="rss" text="One" xmlUrl="https://two.example/feed"/>
<outline type="rss" text="Again" xmlUrl="https://one.example/feed"/>
<outline type="rss" text="Bad" xmlUrl="ftp://three.example"/>
</body></opml>
"""


def settings(place: Path) -> config.Config:
    known = trend_files.load(resources.trend_texts(Workspace(root=place)))
    return config.parse((place / "feeds.yaml").read_text(), file="feeds.yaml", trends=known)


def test_a_reference_list_gives_a_watchlist_and_weights(run: Run, tmp_path: Path) -> None:
    (tmp_path / "library.bib").write_text(BIB)
    ran = run("init", tmp_path / "w", "--from", tmp_path / "library.bib")
    made = settings(tmp_path / "w")
    assert ran.code == 0
    assert made.watch.authors == ("Ada Byron", "Grace M. Hopper")
    assert made.watch.arxiv == tuple(f"2601.0000{number}" for number in range(4))
    run("init", tmp_path / "plain")
    plain = {feed.name: feed.weight for feed in settings(tmp_path / "plain").feeds}
    raised = {feed.name for feed in made.feeds if feed.weight != plain[feed.name]}
    assert raised == {feed.name for feed in made.feeds if "agents" in feed.trends and plain[feed.name] == 1.0}
    assert all(feed.weight == 1.5 for feed in made.feeds if feed.name in raised)
    assert "4 works read." in ran.out
    assert "Watched papers: 4, those that are on arXiv" in ran.out
    assert "Trend: LLM agents, 4 works" in ran.out
    assert all(name in ran.out for name in raised)


def test_zotero_s_rdf_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "zotero.rdf").write_text(RDF)
    ran = run("init", tmp_path / "w", "--from", tmp_path / "zotero.rdf", "--json")
    assert ran.json["works"] == 1
    assert settings(tmp_path / "w").watch.arxiv == ("2601.00001",)


def test_an_opml_file_replaces_the_feeds_and_what_is_refused_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(OPML)
    ran = run("init", tmp_path / "w", "--from", tmp_path / "feeds.opml")
    assert ran.code == 1
    assert [(feed.name, feed.url) for feed in settings(tmp_path / "w").feeds] == [
        ("One", "https://one.example/feed"),
        ("One (two.example)", "https://two.example/feed"),
    ]
    assert "Bad: refused, its URL is not http or https" in ran.err


def test_several_files_make_one_workspace(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    (tmp_path / "b.opml").write_text(OPML)
    run("init", tmp_path / "w", "--from", tmp_path / "a.bib", "--from", tmp_path / "b.opml")
    made = settings(tmp_path / "w")
    assert (len(made.feeds), len(made.watch.arxiv)) == (2, 4)


def test_flags_are_settings_and_comments_stay(run: Run, tmp_path: Path) -> None:
    flags = [
        "--title",
        "My: digest #1",
        "--timezone",
        "Asia/Seoul",
        "--cadence",
        "daily",
        "--schedule",
        "07:30",
        "--minutes",
        "5",
    ]
    assert run("init", tmp_path / "w", *flags).code == 0
    made = settings(tmp_path / "w").digest
    assert (made.title, made.timezone, made.cadence, made.minutes) == ("My: digest #1", "Asia/Seoul", "daily", 5)
    assert (made.schedule.hour, made.schedule.minute) == (7, 30)
    assert "# how often `digest run` fetches the feeds" in (tmp_path / "w/feeds.yaml").read_text()


@pytest.mark.parametrize(("cadence", "schedule"), [("daily", "08:00"), ("weekly", "mon 08:00"), ("monthly", "1 08:00")])
def test_a_cadence_alone_brings_its_schedule(run: Run, tmp_path: Path, cadence: str, schedule: str) -> None:
    assert run("init", tmp_path / "w", "--cadence", cadence).code == 0
    assert settings(tmp_path / "w").digest.cadence == cadence
    assert f"  schedule: {schedule}" in (tmp_path / "w/feeds.yaml").read_text().replace('"', "")


@pytest.mark.slow
def test_a_wrong_answer_is_asked_again_and_loses_no_other(tmp_path: Path) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "digest", "init", str(tmp_path / "w"), "--ask"]
    answers = ["My week", "xx", "ko", "Europe/Berln", "Asia/Seoul", "sometimes", "monthly", "", "abc", "5"]
    os.write(leader, "".join(f"{answer}\n" for answer in answers).encode())
    ran = subprocess.run(command, stdin=follower, capture_output=True, text=True, check=False, timeout=60)
    os.close(leader)
    os.close(follower)
    assert ran.returncode == 0, ran.stderr
    made = settings(tmp_path / "w").digest
    assert (made.title, made.language, made.timezone, made.cadence, made.minutes) == (
        "My week",
        "ko",
        "Asia/Seoul",
        "monthly",
        5,
    )
    assert re.findall(r"Error: (.*)", ran.stderr) == [
        "expected a language that has a catalogue (en, ko), got xx",
        "expected an IANA zone such as Europe/Berlin, got Europe/Berln",
        "expected 'daily', 'weekly' or 'monthly', got sometimes",
        'expected a whole number, got "abc"',
    ]


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--ask"], 2, "standard input is not a terminal; use the flags: --title"),
        (["--timezone", "Mars/Base"], 2, "timezone"),
        (["--sample", "--title", "x"], 2, "takes no other option"),
        (["--from", "missing.bib"], 2, "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_made(
    run: Run, tmp_path: Path, argv: list[str], code: int, words: str
) -> None:
    ran = run("init", tmp_path / "w", *argv)
    assert ran.code == code
    assert words in ran.err
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("body", ["", "hello", "<opml/>", "<rdf:RDF", "@book{", json.dumps({"items": []}), "\ufeff"])
def test_a_file_without_references_or_feeds_is_refused(run: Run, tmp_path: Path, body: str) -> None:
    (tmp_path / "x").write_text(body)
    ran = run("init", tmp_path / "w", "--from", tmp_path / "x")
    assert ran.code == 2
    assert str(tmp_path / "x") in ran.err
    assert not (tmp_path / "w").exists()


def test_an_existing_workspace_is_not_touched(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("mine")
    (tmp_path / "a.bib").write_text(BIB)
    assert run("init", tmp_path, "--from", tmp_path / "a.bib").code == 2
    assert (tmp_path / "feeds.yaml").read_text() == "mine"
