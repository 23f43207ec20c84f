"""feeds.yaml: types where it is right, every problem with its line where it is not."""

import json
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from digest import __version__, config
from digest.config import Config, DeliverySettings, DigestSettings, Feed, SmtpSettings, trend_files, yaml_source
from digest.config.values import NUMBERED
from digest.errors import ConfigError
from digest.model import Workspace
from digest.schedule.slots import Schedule
from digest.storage.files import resources

ROOT = Path(__file__).parents[2]
KNOWN = {"agents": None, "reasoning": None}


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, file="feeds.yaml", trends=KNOWN)
    return [str(problem) for problem in caught.value.problems]


def test_every_key_becomes_a_typed_value() -> None:
    text = """
digest: {title: Weekly, timezone: Europe/Berlin, cadence: monthly, schedule: 31 08:05, collect_every: 90m, lookback: 2w, language: ko}
fetch: {max_bytes: 2MB, timeout: 5s, allow_private: true}
delivery:
  from: "LLM <digest@example.org>"
  list_id: llm.example.org
  base_url: https://digest.example.org
  rate: 120/m
  smtp: {host: localhost, port: 587, security: tls, username: me, password_env: SECRET}
feeds:
  - {name: one, url: feeds/one.xml, kind: papers, weight: 2, trends: [agents], include: ["(?i)llm"], max_items: 5}
"""
    read = config.parse(text, file="feeds.yaml", trends=KNOWN)
    assert read == Config(
        digest=DigestSettings(
            title="Weekly",
            timezone="Europe/Berlin",
            cadence="monthly",
            schedule=Schedule(hour=8, minute=5, day=31),
            collect_every=timedelta(minutes=90),
            lookback=timedelta(weeks=2),
            language="ko",
        ),
        fetch=config.FetchSettings(
            max_bytes=2_000_000,
            timeout=timedelta(seconds=5),
            allow_private=True,
            user_agent=f"digest/{__version__} (+https://digest.example.org; digest@example.org)",
        ),
        delivery=DeliverySettings(
            sender="LLM <digest@example.org>",
            list_id="llm.example.org",
            base_url="https://digest.example.org",
            rate=2.0,
            smtp=SmtpSettings(host="localhost", port=587, security="tls", username="me", password_env="SECRET"),
        ),
        feeds=(
            Feed(
                name="one",
                url="feeds/one.xml",
                kind="papers",
                weight=2.0,
                trends=("agents",),
                include=("(?i)llm",),
                max_items=5,
            ),
        ),
    )


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    text = """digest:
  title: 7
  timezone: Europe/Berln
  minutes: "10"
  lokback: 7d
feeds:
  - name: a
    url: 7
    kind: papers
    trends: [nope]
  - name: a
    url: ftp://x
    kind: paper
  - url: https://x.org/a
    kind: blog
    include: ["*"]
"""
    assert problems(text) == [
        "feeds.yaml:2: digest.title: expected text, got 7",
        "feeds.yaml:3: digest.timezone: expected an IANA zone such as Europe/Berlin, got Europe/Berln",
        'feeds.yaml:4: digest.minutes: expected a whole number, got "10"',
        "feeds.yaml:5: digest.lokback: unknown key; did you mean lookback?",
        "feeds.yaml:8: feeds[0].url: expected a URL, got 7",
        "feeds.yaml:10: feeds[0].trends[0]: expected a trend, got nope; `digest trends` lists the trends",
        "feeds.yaml:11: feeds[1].name: feeds[0] has the same name, a",
        "feeds.yaml:12: feeds[1].url: expected an http or https URL, or a path in the workspace, got ftp://x",
        "feeds.yaml:13: feeds[1].kind: expected 'papers', 'blog', 'news' or 'releases', got paper",
        "feeds.yaml:14: feeds[2].name: is missing",
        "feeds.yaml:16: feeds[2].include[0]: expected a regular expression (nothing to repeat at position 0), got *",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "feeds.yaml: expected a mapping of keys to values, got nothing"),
        ("a: [", "feeds.yaml:1: expected the node content, but found '<stream end>'"),
        ("feeds: []\nfeeds: []", "feeds.yaml:2: feeds occurs twice"),
        ("feeds: &a [*a]", "feeds.yaml:1: feeds[0] contains itself"),
        ("digest: 3", "feeds.yaml:1: digest: expected a mapping of keys to values, got 3"),
        (
            "feeds: []\ndigest: {schedule: '08:00'}",
            'feeds.yaml:2: digest.schedule: does not give exactly one slot per weekly issue; write it like "mon 08:00"',
        ),
        (
            "feeds: []\ndelivery: {from: a@b.org, smtp: {host: h, username: me}}",
            "feeds.yaml:2: delivery.smtp.username: has no password; add password_env, password_file or token_command",
        ),
        (
            "feeds: []\ndelivery: {smtp: {host: h}}",
            "feeds.yaml:2: delivery.from: is missing: mail needs a sender",
        ),
        (
            "feeds: []\ndelivery: {from: a@b.org, smtp: {host: mail.example.org, security: none}}",
            (
                "feeds.yaml:2: delivery.smtp.security: would send mail unencrypted to another machine;"
                " use starttls or tls, or add allow_plain: true"
            ),
        ),
        (
            "feeds: []\ndelivery: {webhooks: [{name: team}]}",
            "feeds.yaml:2: delivery.webhooks[0]: expected either url_env or url_file",
        ),
        (
            "feeds: []\ndelivery: {from: a@b.org, smtp: {host: h, username: me, password: hunter2}}",
            "feeds.yaml:2: delivery.smtp.password: unknown key; did you mean password_env?",
        ),
        (
            "feeds: []\ndelivery: {from: a@b.org, smtp: {host: h, username: me, password_env: my-hunter2}}",
            (
                "feeds.yaml:2: delivery.smtp.password_env: expected the name of an environment variable, such as FEED_TOKEN;"
                " its value is set outside this file, got …"
            ),
        ),
        (
            "feeds: []\ndelivery: {webhooks: [{name: team, url_env: 'https://hooks.example.org/T1/secret'}]}",
            (
                "feeds.yaml:2: delivery.webhooks[0].url_env: expected the name of an environment variable, such as FEED_TOKEN;"
                " its value is set outside this file, got …"
            ),
        ),
    ],
)
def test_a_broken_file_says_what_is_wrong(text: str, problem: str) -> None:
    assert problem in problems(text)


@pytest.mark.parametrize(
    "smtp", ["host: localhost", "host: 127.0.0.7", 'host: "::1"', "host: mail.example.org, allow_plain: true"]
)
def test_mail_goes_in_the_clear_on_this_machine_or_where_told(smtp: str) -> None:
    delivery = f"{{from: a@b.org, smtp: {{{smtp}, security: none}}}}"
    text = f"feeds: [{{name: a, url: a.xml, kind: blog}}]\ndelivery: {delivery}"
    found = config.parse(text, file="feeds.yaml", trends=KNOWN).delivery.smtp
    assert found is not None
    assert found.security == "none"


@pytest.mark.parametrize("value", ["4", "4 hours", "-1h", "0h", "1.5h", "h", "999999w", "[1]"])
def test_a_duration_is_a_count_and_a_unit(value: str) -> None:
    (problem,) = problems(f"feeds: []\ndigest: {{collect_every: {value}}}")
    assert "digest.collect_every: expected a duration such as 20s, 4h or 7d" in problem


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("mon 08:00", Schedule(hour=8, minute=0, weekday=0)),
        ("Thursday 23:59", Schedule(hour=23, minute=59, weekday=3)),
        ("sun 0:00", Schedule(hour=0, minute=0, weekday=6)),
    ],
)
def test_a_weekly_schedule_names_its_weekday(written: str, schedule: Schedule) -> None:
    read = config.parse(f"feeds: []\ndigest: {{schedule: {written}}}", file="feeds.yaml", trends=KNOWN)
    assert read.digest.schedule == schedule


@pytest.mark.parametrize("written", ["m 08:00", "moon 08:00", "mon 24:00", "mon 8", "32 08:00", "600"])
def test_no_other_schedule_is_guessed(written: str) -> None:
    assert any(
        "digest.schedule: expected a schedule" in one for one in problems(f"feeds: []\ndigest: {{schedule: {written}}}")
    )


@pytest.mark.parametrize("written", ["1 08:00", "0 08:00", "7 08:00", "0 8 * * 1"])
def test_a_weekday_by_number_is_refused_with_the_reason(written: str) -> None:
    (told,) = problems(f"feeds: []\ndigest: {{schedule: {written}}}")
    assert NUMBERED.removeprefix("its number ") in told


def test_the_schema_for_editors_is_the_one_that_the_types_give() -> None:
    assert json.loads((ROOT / "docs" / "reference" / "feeds.schema.json").read_text("utf-8")) == config.json_schema()


def test_the_repositorys_own_feeds_are_right_and_every_trend_has_sources() -> None:
    known = trend_files.load(resources.trend_texts(Workspace(root=ROOT)))
    own = config.parse((ROOT / "feeds.yaml").read_text("utf-8"), file="feeds.yaml", trends=known)
    assert len(own.feeds) >= 40
    assert {feed.kind for feed in own.feeds} == {"papers", "blog", "news", "releases"}
    hinted = {hint for feed in own.feeds for hint in feed.trends}
    asked = unquote_plus(" ".join(feed.url for feed in own.feeds))  # one query of arXiv asks for several subjects
    assert {id_ for id_ in known if id_ not in hinted and not any(term in asked for term in known[id_].terms)} == set()


@pytest.mark.parametrize("key", ["from", "reply_to"])
@pytest.mark.parametrize("address", ["X <x@localhost>", "x@y@example.org", "x@-example.org", "nobody"])
def test_an_address_that_cannot_be_mailed_is_a_problem_with_its_line(key: str, address: str) -> None:
    (problem,) = problems(f"feeds: []\ndelivery:\n  {key}: {address}\n")
    assert problem.startswith(f"feeds.yaml:3: delivery.{key}: expected an address such as")


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        (
            'digest:\n  title: "LLM\n  timezone: UTC\nfeeds:\n  - name: "a"\n    url: "b"\n',
            2,
            "a quote is opened and not closed",
        ),
        ("digest: {title: x\nfeeds: []\n", 1, "a { is opened and not closed"),
        ("feeds: [\n  {name: a}\ndigest: {}\n", 1, "a [ is opened and not closed"),
        ("digest:\n\ttitle: x\nfeeds: []\n", 2, "indent with spaces, not with a tab"),
        (
            "digest:\n  title: 'LLM\n  timezone: UTC\nfeeds:\n  - {name: a, url: 'b'}\n",
            2,
            "a quote is opened and not closed",
        ),
        ("# don't: 'quote\ndigest:\n\ttitle: it's\n", 3, "indent with spaces, not with a tab"),
        ("digest:\n  title: LLM: trends\n", 2, yaml_source._PLAINLY["mapping values are not allowed"]),
        ("feeds:\n  -name: a\n   url: b\n", 3, yaml_source._PLAINLY["mapping values are not allowed"]),
        ("digest:\n  title: @home\n", 2, yaml_source._PLAINLY["cannot start any token"]),
        ("digest:\n  title: *news\n", 2, yaml_source._PLAINLY["undefined alias"]),
        ("digest:\n  title: *news*\n", 2, yaml_source._PLAINLY["expected alphabetic or numeric"]),
        ('digest:\n  title: "C:\\Users"\n', 2, yaml_source._PLAINLY["escape"]),
        ("feeds:\n- name: a\n  url: b\n - name: c\n", 4, yaml_source._PLAINLY["expected <block end>"]),
        ("feeds: []\n---\ndigest: {}\n", 2, yaml_source._PLAINLY["another document"]),
        ("<<<<<<< HEAD\nfeeds: []\n=======\nfeeds: [a]\n>>>>>>> b\n", 1, "a merge left both versions here; keep one"),
    ],
)
def test_a_fault_of_yaml_is_told_where_it_was_made(text: str, line: int, cause: str) -> None:
    assert problems(text) == [f"feeds.yaml:{line}: {cause}"]


def test_documents_that_explode_are_refused_within_seconds() -> None:
    begun = time.process_time()
    aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    (told,) = problems(aliases)
    assert "aliases make it more than" in told
    (told,) = problems("a: " + "[" * 5000 + "]" * 5000)
    assert told == "feeds.yaml:1: is nested more than 40 levels deep"
    (told,) = problems("".join(" " * n + "a:\n" for n in range(1000)))
    assert "levels deep" in told
    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    "written", ["A, B <d@e.org>", "d@e.org, x@y.org", "A <d@e.org> x", "A\u2028B <d@e.org>", "\u202eA <d@e.org>"]
)
def test_a_sender_is_one_mailbox(written: str) -> None:
    (problem,) = problems(f'feeds: []\ndelivery: {{from: "{written}"}}\n')
    assert problem.startswith("feeds.yaml:2: delivery.from: expected ")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"A\u2028B", "A B"),
        (r"A\x85B", "A B"),
        (r"A\u202eB", "AB"),
        ("👩\u200d💻 LLM — été", "👩\u200d💻 LLM — été"),
    ],
)
def test_a_title_is_one_line_of_visible_text(written: str, read: str) -> None:
    settings = config.parse(f'digest: {{title: "{written}"}}\nfeeds: []\n', file="feeds.yaml", trends={})
    assert settings.digest.title == read


@pytest.mark.parametrize("title", [r"A\nB", r"A\0B", r"A\eB"])
def test_a_title_with_control_characters_is_refused(title: str) -> None:
    (problem,) = problems(f'digest: {{title: "{title}"}}\nfeeds: []\n')
    assert problem.startswith("feeds.yaml:1: digest.title: expected one line without control characters")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://bücher.example/digest/", "https://xn--bcher-kva.example/digest"),
        ("https://example.org/überblick", "https://example.org/%C3%BCberblick"),
        ("https://example.org/a%20b//", "https://example.org/a%20b"),
        ("https://example.org//news///x/", "https://example.org/news/x"),
        ("http://[2001:db8::1]:8080/n", "http://[2001:db8::1]:8080/n"),
        ("https://example.org/~ada/news", "https://example.org/~ada/news"),
        ("https://EXAMPLE.org", "https://example.org"),
        ("https://faß.example/x/../n", "https://xn--fa-hia.example/n"),
        ("https://example.org/%zz", "https://example.org/%25zz"),
        ("https://example.org/a&amp;<b>", "https://example.org/a%26amp;%3Cb%3E"),
    ],
)
def test_a_base_url_is_ascii_and_something_can_be_added(written: str, read: str) -> None:
    settings = config.parse(f'feeds: []\ndelivery: {{base_url: "{written}"}}\n', file="feeds.yaml", trends={})
    assert settings.delivery.base_url == read


@pytest.mark.parametrize(
    "written", ["https://e.org/?a=b", "https://e.org/#top", "https://u:p@e.org/", "ftp://e.org", "https://e..org"]
)
def test_a_base_url_that_goes_into_no_link_is_refused(written: str) -> None:
    (problem,) = problems(f'feeds: []\ndelivery: {{base_url: "{written}"}}\n')
    assert problem.startswith("feeds.yaml:2: delivery.base_url: expected an address such as")


@pytest.mark.parametrize("url", ["https://e.org/" + "a" * 1_500, r"feeds/a\0b.xml"])
def test_an_address_that_no_store_takes_is_refused(url: str) -> None:
    (problem,) = problems(f'feeds: [{{name: A, url: "{url}", kind: news}}]\n')
    assert problem.startswith("feeds.yaml:1: feeds[0].url: expected a URL")


@pytest.mark.parametrize(
    "host", ["smtp.example.org:587", "smtp..example.org", ".smtp.example.org", "a" * 64 + ".org", "a b", "http://x"]
)
def test_a_mail_servers_name_is_one(host: str) -> None:
    (problem,) = problems(f'feeds: []\ndelivery: {{from: a@b.org, smtp: {{host: "{host}"}}}}\n')
    assert "expected the name or address at which a server answers, without its port" in problem


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "::1", "[::1]", "mail", "smtp_relay", "münchen.example", "mx.example.org."]
)
def test_names_and_addresses_of_mail_servers_are_taken(host: str) -> None:
    text = f'feeds: []\ndelivery: {{from: a@b.org, smtp: {{host: "{host}"}}}}\n'
    smtp = config.parse(text, file="feeds.yaml", trends={}).delivery.smtp
    assert smtp is not None
    assert smtp.host.isascii()


def test_a_language_without_a_catalogue_is_refused_with_those_that_have_one() -> None:
    text = "digest: {language: no}\nfeeds: [{name: a, url: 'https://a.example/', kind: blog}]\n"
    with pytest.raises(ConfigError, match=r"digest.language: expected a language that has a catalogue \(en, ko\)"):
        config.parse(text, file="feeds.yaml", trends={})
