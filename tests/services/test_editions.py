"""One issue in several languages: each edition has its own words, pages, feeds and mail, and all share the rest."""

import json
import re
import shutil
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

import pytest

from digest.cli import main
from support.running import Run

SLOT = "2026-06-29T08:00"
KEY = "2026-W27"
TWO = "  editions: [{language: en}, {language: ko, title: LLM 트렌드 주간}]\n"


def workspace(place: Path, editions: str) -> Path:
    """The sample, with a place on the web and an issue."""
    assert main(["init", "--sample", str(place)]) == 0
    config = place / "feeds.yaml"
    config.write_text(
        config.read_text().replace("  timezone:", f"{editions}  timezone:")
        + '\ndelivery: {base_url: "https://digest.example.org", from: "Digest <d@example.org>"}\n'
    )
    assert main(["-C", str(place), "build", "--at", SLOT]) == 0
    return place


def tree(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("two") / "w", TWO)


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "w"))


def page(place: Path, name: str) -> str:
    return (place / "archive" / name).read_text("utf-8")


def test_what_is_common_is_kept_once(made: Path) -> None:
    issue = json.loads(page(made, f"{KEY}/issue.json"))
    assert issue["language"] == "en"
    (korean,) = issue["editions"]
    assert (korean["language"], korean["title"]) == ("ko", "LLM 트렌드 주간")
    assert [one["id"] for one in korean["trends"]] == [one["id"] for one in issue["trends"]]
    assert not (made / "archive" / "ko" / KEY / "issue.json").exists()


def test_each_edition_has_its_pages_feeds_and_links_to_the_other(made: Path) -> None:
    english, korean = page(made, f"{KEY}/index.html"), page(made, f"ko/{KEY}/index.html")
    assert '<html lang="en"' in english
    assert '<html lang="ko"' in korean
    assert f'<link rel="alternate" hreflang="ko" href="../ko/{KEY}/index.html">' in english
    assert f'<link rel="alternate" hreflang="en" href="../../{KEY}/index.html">' in korean
    assert f'href="../../{KEY}/issue.json"' in korean
    assert "세 줄로 보는 이번 주" in korean or "두 줄로 보는 이번 주" in korean
    assert 'xml:lang="ko"' in page(made, "ko/feed.xml")
    assert 'xml:lang="en"' in page(made, "feed.xml")
    ids = [re.search(r"<id>([^<]+)</id>", page(made, name)) for name in ("feed.xml", "ko/feed.xml")]
    assert ids[0]
    assert ids[1]
    assert ids[0][1] != ids[1][1]
    for name in ("index", "trends/index", "trends/agents/index", "sources/index", "search/index"):
        assert '<html lang="ko"' in page(made, f"ko/{name}.html"), name


def test_an_item_in_two_editions_stands_once_under_the_claim_in_each_language(made: Path) -> None:
    issue = json.loads(page(made, f"{KEY}/issue.json"))
    section = next(one for one in issue["trends"] if one["id"] == "agents")
    (touched,) = section["claims"]
    (touch,) = touched["items"]
    items = (item for one in issue["trends"] for item in (*one["items"], *one["folded"]))
    url = next(item["url"] for item in items if item["id"] == touch["id"])
    english, korean = (
        page(made, f"{place}trends/agents/index.html")
        .partition('</h2>\n<p class="base">')[2]
        .partition('<p class="soft">')[0]
        for place in ("", "ko/")
    )
    assert english.count(f'href="{url}"') == korean.count(f'href="{url}"') == 1
    assert touched["text"] in english
    assert touched["text"] not in korean
    assert english.count('class="base"') == korean.count('class="base"')


def test_every_link_within_an_edition_leads_to_a_file(made: Path) -> None:
    root = made / "archive"
    for path in root.rglob("*.html"):
        if path.name == "email.html":
            continue
        for target in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', path.read_text("utf-8")):
            assert (path.parent / target).exists(), (path, target)


def test_the_same_archive_gives_the_same_bytes(made: Path, run: Run) -> None:
    before = tree(made / "archive")
    assert run("-C", made, "render", "--all").code == 0
    assert tree(made / "archive") == before


def test_the_terminal_reads_each_edition(made: Path, run: Run) -> None:
    assert "먼저 읽을 글" in run("-C", made, "show", KEY, "--language", "ko").out
    assert "Read first" in run("-C", made, "show", KEY).out
    assert "choose from: en, ko" in run("-C", made, "show", KEY, "--language", "de").err


def test_a_subscriber_gets_their_edition(copy: Path, tmp_path: Path, run: Run) -> None:
    people = tmp_path / "people.csv"
    people.write_text("email,language\nko@example.org,ko-KR\nen@example.org,\nx@example.org,tlh\n", "utf-8")
    told = run("-C", copy, "subscribers", "import", people, "--consent", "asked")
    assert "language tlh: is not one of en, ko" in told.err
    assert run("-C", copy, "send", KEY).code == 0
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in (copy / ".digest/outbox/new").iterdir()
    ]
    subjects = {str(mail["To"]): str(mail["Subject"]) for mail in mails}
    assert subjects["ko@example.org"].startswith(f"LLM 트렌드 주간 {KEY}")
    assert subjects["en@example.org"].startswith(f"LLM Trends Weekly {KEY}")
    korean = next(mail for mail in mails if mail["To"] == "ko@example.org")
    assert '<html lang="ko"' in korean.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "구독하셨기에" in korean.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_an_archive_from_before_gets_its_edition_and_keeps_its_bytes(tmp_path: Path, run: Run) -> None:
    """An issue without words of an edition takes those of the trends; its three lines stay in its own language, and are marked."""
    place = workspace(tmp_path / "w", "")
    before = (place / "archive" / KEY / "email.html").read_bytes()
    assert b'"editions"' not in (place / "archive" / KEY / "issue.json").read_bytes()
    config = place / "feeds.yaml"
    config.write_text(config.read_text().replace("  timezone:", f"{TWO}  timezone:"))
    assert run("-C", place, "render", KEY).code == 0
    assert (place / "archive" / KEY / "email.html").read_bytes() == before
    korean = page(place, f"ko/{KEY}/index.html")
    assert "LLM 에이전트" in korean
    assert '<p class="lead" lang="en">' in korean


@pytest.mark.parametrize(
    ("editions", "message"),
    [
        ("[{language: en}, {language: tlh}]", "expected a language that has a catalogue (en, ko)"),
        ("[{language: ko}, {language: ko}]", "there is already an edition in ko"),
    ],
)
def test_wrong_editions_are_refused(tmp_path: Path, run: Run, editions: str, message: str) -> None:
    assert run("init", "--sample", tmp_path / "w").code == 0
    config = tmp_path / "w" / "feeds.yaml"
    config.write_text(config.read_text().replace("  timezone:", f"  editions: {editions}\n  timezone:"))
    told = run("-C", tmp_path / "w", "status")
    assert (told.code, message in told.err) == (2, True)
