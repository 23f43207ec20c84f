"""The description of the API is valid, is the one in the documentation, and what the server answers follows it."""

import json
import signal
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from digest.web import openapi
from support.forked import Forks
from support.issues import archived, issue, several
from support.running import ROOT, Run


def test_it_is_valid_and_documented() -> None:
    validate(openapi.document())
    written = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))
    assert written == openapi.document(), "run `make schemas`"


def test_every_address_of_the_api_is_described_and_no_other() -> None:
    page = (ROOT / "docs/reference/http-api.md").read_text("utf-8")
    assert all(f"GET {path}" in page for path in openapi.document()["paths"])


ASKED = {
    "/api/issues": "/api/issues",
    "/api/search?q=number&trend=agents&since=2026": "/api/search",
    "/api/trends/agents": "/api/trends/{id}",
    "/healthz": "/healthz",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    archived(tmp_path, several(0), issue(1))
    (tmp_path / "feeds.yaml").write_text("feeds: [{name: arXiv, url: 'https://example.org/f', kind: papers}]\n")
    return tmp_path


def got(url: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def test_answers_follow_it(run: Run, place: Path, forks: Forks) -> None:
    described = openapi.document()
    with forks.serving(["-C", place, "serve", "--port", 0], stop=signal.SIGINT) as address:
        for asked, path in ASKED.items():
            status, _, body = got(address + asked)
            content: Any = described["paths"][path]["get"]["responses"][str(status)]["content"]
            schema = content["application/json"]["schema"] | {"components": described["components"]}
            assert list(Draft202012Validator(schema).iter_errors(json.loads(body))) == []
        exported = {
            form: run("-C", place, "export", "--format", form, "--search", "number").out
            for form in ("bibtex", "ris", "csl")
        }
        assert {form: got(f"{address}/api/references/{form}?q=number")[2] for form in exported} == exported
        assert json.loads(got(f"{address}/api/references/csl?item=arxiv:1")[2])[0]["id"] == "arxiv-1"
        assert len(json.loads(got(f"{address}/api/references/csl?trend=agents&limit=3")[2])) == 3
        faults = {
            "csl": 400,
            "csl?q=a&item=b": 400,
            "csl?q=%3F": 400,
            "csl?q=a&limit=1000": 400,
            "csl?item=nope": 404,
            "csl?issue=2026-W99": 404,
            "docx?q=a": 404,
        }
        assert {asked: got(f"{address}/api/references/{asked}")[0] for asked in faults} == faults
        assert got(f"{address}/api/trends/nope")[0] == 404
        assert json.loads(got(f"{address}/api/openapi.json")[2]) == described
