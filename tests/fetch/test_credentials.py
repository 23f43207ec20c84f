"""Feeds that need a login: who gets it, and where it never appears."""

import base64
from pathlib import Path

import pytest

from support.listening import serving
from support.running import Run

FEED = b"""<rss version="2.0"><channel><title>T</title><item><title>Language model agents</title><guid>1</guid></item>
<item><title>Two</title><link>/2?token=s3cr3t&amp;id=2</link><guid>http://ada:hunter2@h/?token=s3cr3t</guid></item></channel></rss>"""
Answer = tuple[int, dict[str, str], bytes]
SECRETS = ("hunter2", "s3cr3t", "k3y", base64.b64encode(b"ada:hunter2").decode())


def workspace(place: Path, *feeds: str) -> None:
    listed = "".join(f"  - {{name: F{n}, kind: blog, {feed}}}\n" for n, feed in enumerate(feeds))
    (place / "feeds.yaml").write_text(f"fetch: {{allow_private: true}}\nfeeds:\n{listed}")


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("ada:hunter2", "Basic YWRhOmh1bnRlcjI="),
        ("ada:grün 2", "Basic YWRhOmdyw7xuIDI="),
        ("Bearer s3cr3t", "Bearer s3cr3t"),
        ("s3cr3t\n", "Bearer s3cr3t"),
        ("Token token=s3cr3t", "Token token=s3cr3t"),
    ],
)
def test_the_login_of_the_environment_is_sent(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, sent: str
) -> None:
    monkeypatch.setenv("LOGIN", value)
    monkeypatch.setenv("KEY", "k3y")
    with serving({"/f": (200, {}, FEED)}) as (base, asked):
        workspace(tmp_path, f"url: '{base}/f', auth_env: LOGIN, headers_env: {{X-Api-Key: KEY}}")
        assert run("-C", tmp_path, "collect").code == 0
        assert run("-C", tmp_path, "feeds", "check").code == 0
    assert [(headers["Authorization"], headers["X-Api-Key"]) for _, headers in asked] == [(sent, "k3y")] * 2


def test_a_login_goes_to_the_feeds_own_server_only(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "k3y")
    with serving({"/f": (200, {}, FEED)}) as (other, asked_there):
        hops: dict[str, Answer] = {
            "/away": (302, {"Location": f"{other}/f"}, b""),
            "/here": (302, {}, b""),
            "/f": (200, {}, FEED),
        }
        with serving(hops) as (base, asked_here):
            hops["/here"] = (302, {"Location": f"{base}/f"}, b"")  # names the host, without the login
            login = base.replace("//", "//ada:hunter2@")
            feeds = [f"url: '{login}/{path}', headers_env: {{X-Api-Key: KEY}}" for path in ("away", "here")]
            workspace(tmp_path, *feeds)
            assert run("-C", tmp_path, "collect").code == 0
    got = {path: (headers.get("Authorization"), headers.get("X-Api-Key")) for path, headers in asked_here}
    assert got == dict.fromkeys(("/away", "/here", "/f"), ("Basic YWRhOmh1bnRlcjI=", "k3y"))
    assert [(headers.get("Authorization"), headers.get("X-Api-Key")) for _, headers in asked_there] == [(None, None)]


def test_a_variable_that_is_not_set_costs_its_feed_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEY", raising=False)
    monkeypatch.setenv("SPLIT", "a\r\nHost: b")
    with serving({"/f": (200, {}, FEED), "/g": (200, {}, FEED), "/h": (200, {}, FEED)}) as (base, asked):
        workspace(tmp_path, f"url: '{base}/f', auth_env: KEY", f"url: '{base}/g'", f"url: '{base}/h', auth_env: SPLIT")
        found = run("-C", tmp_path, "collect", "--json").json
        assert [(one["status"], one["reason"]) for one in found] == [
            ("failed", "needs the environment variable KEY, which is not set"),
            ("ok", ""),
            ("failed", "the value of the environment variable SPLIT does not fit into a header"),
        ]
        assert [one["outcome"] for one in run("-C", tmp_path, "feeds", "check", "--json").json] == [
            "failed",
            "unchanged",
            "failed",
        ]
    assert {path for path, _ in asked} == {"/g"}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("auth_env: 'ada:hunter2'", "expected the name of an environment variable"),
        ("headers_env: {Host: KEY}", "expected a header that the program does not set itself, got Host"),
        ("headers_env: {'X Y': KEY}", "expected the name of a header, such as X-Api-Key, got X Y"),
        ("headers_env: {X-Key: 's3cr3t!'}", "expected the name of an environment variable"),
    ],
)
def test_a_secret_in_the_configuration_is_refused_and_not_repeated(
    run: Run, tmp_path: Path, setting: str, told: str
) -> None:
    workspace(tmp_path, f"url: 'https://example.org/f', {setting}")
    ran = run("-C", tmp_path, "collect")
    assert (ran.code, told in ran.err) == (2, True)
    assert not [secret for secret in SECRETS if secret in ran.err]


def test_no_output_and_no_published_file_holds_a_secret(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGIN", "ada:hunter2")
    monkeypatch.setenv("KEY", "k3y")
    answers: dict[str, Answer] = {
        "/f?token=s3cr3t": (200, {}, FEED),
        "/g?token=s3cr3t": (500, {}, b""),
        "/h?token=s3cr3t": (302, {"Location": "http://ada:hunter2@[x/?token=s3cr3t"}, b""),
        "/i": (301, {"Location": "/f?token=s3cr3t"}, b""),
    }
    with serving(answers) as (base, _):
        login = base.replace("//", "//ada:hunter2@")
        workspace(
            tmp_path,
            f"url: '{login}/f?token=s3cr3t'",
            f"url: '{login}/g?token=s3cr3t', auth_env: LOGIN, headers_env: {{X-Key: KEY}}",
            f"url: '{base}/h?token=s3cr3t'",
            f"url: '{base}/i'",
        )
        slot = "2026-11-23T08:00:00Z"
        ran = [
            run("-C", tmp_path, *argv)
            for argv in (
                ("collect", "--json"),
                ("build", "--at", slot),
                ("feeds", "check", "--json"),
                ("feeds", "--json"),
                ("feeds",),
                ("feeds", "export"),
                ("feeds", "add", f"{login}/f?token=s3cr3t", "--yes"),
                ("feeds", "add", f"{login}/g?token=s3cr3t&x", "--json"),
                ("feeds", "remove", f"{login}/k?token=s3cr3t"),
                ("status", "--json"),
                ("export",),
                ("why", "Language model agents", "--json"),
            )
        ]
        ran += [
            run("-C", tmp_path, "feeds", "remove", "F1"),
            run("-C", tmp_path, "feeds", "add", f"{base}/i", "--json"),
        ]
    told = "".join(one.out + one.err for one in ran)
    assert "Language model agents" in told
    assert [secret for secret in SECRETS if secret in told] == []
    published = [
        path for folder in ("archive", ".digest/drafts") for path in (tmp_path / folder).rglob("*") if path.is_file()
    ]
    assert published
    assert [path.name for path in published if any(secret.encode() in path.read_bytes() for secret in SECRETS)] == []


def test_an_exported_list_is_read_back_with_the_rest_of_its_addresses(run: Run, tmp_path: Path) -> None:
    workspace(tmp_path, "url: 'https://ada:hunter2@example.org/f?q=a%20b&token=s3cr3t&n=5'")
    assert 'xmlUrl="https://example.org/f?q=a%20b&amp;n=5"' in run("-C", tmp_path, "feeds", "export").out
