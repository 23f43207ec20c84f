"""A reason that readers are told is said in their language, wherever in the program it comes from."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import digest
from digest.render.reasons import MESSAGES, said
from digest.text.words import using

PACKAGE = Path(digest.__file__).parent
_VALUE = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize(
    ("reason", "korean"),
    [
        ("answered 404 Not Found", "서버 응답 404 Not Found"),
        ("answered 410: the feed is permanently gone", "서버 응답 410: 피드가 완전히 사라짐"),
        (
            "answered 404 for 14 days: the feed is considered permanently gone",
            "14일 동안 서버 응답 404: 피드가 사라진 것으로 봄",
        ),
        ("silent for 12 days, usually every 3; not due", "12일째 새 글 없음(평소에는 3일마다 올라옴)"),
        ("its host name cannot be resolved at the moment; is there a network?", "지금 호스트 이름을 찾을 수 없음"),
        ("4 new in 3 days of a usual 90: looks stale", "3일 동안 새 글 4건(평소 90건): 갱신되지 않는 듯함"),
        ("2 new of a usual 90: looks stale", "새 글 2건(평소 90건): 갱신되지 않는 듯함"),
        (
            "looks like another feed: calls itself “News”, before “Blog of Mia”",
            "다른 피드로 보임: 피드 제목이 ‘Blog of Mia’에서 ‘News’로 바뀜",
        ),
        ("3 failures in a row: the server answered 500", "3회 연속 실패: 서버 응답 500"),
        ("words that no message has", "words that no message has"),
        ("", ""),
    ],
)
def test_a_reason_is_said_in_korean(reason: str, korean: str) -> None:
    with using("ko"):
        assert said(reason) == korean
    assert said(reason) == reason.partition(";")[0]


def test_a_value_cannot_put_other_values_into_a_message() -> None:
    with using("ko"):
        assert said("its certificate is not valid: %(cause)s {은/는} 100%") == (
            "인증서가 유효하지 않음: %(cause)s {은/는} 100%"
        )


def test_every_reason_of_the_program_has_a_message() -> None:
    known = {_VALUE.sub("{}", message) for message in MESSAGES}
    wanting = {words for words in _reasons() if not any(one.startswith(words.removesuffix("{}")) for one in known)}
    assert wanting == set()


def _reasons() -> Iterator[str]:
    """What the program gives as a reason: of a failed request, of a document that is no feed, of an unusual feed."""
    for folder in ("fetch", "feeds", "llm"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield from map(_words, _given(node))
                elif isinstance(node, ast.Yield) and path.parent.name == "health":
                    yield from map(_words, getattr(node.value, "elts", [])[1:])


def _given(call: ast.Call) -> Iterator[ast.expr]:
    name = getattr(call.func, "id", "")
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "reason" and name != "Refused")
    if name == "FeedError":
        yield from call.args[1:]


def _words(node: ast.expr) -> str:
    """The text of an expression, with `{}` for what is put in, up to the first semicolon."""
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return "".join(parts).partition(";")[0]
    return str(node.value).partition(";")[0] if isinstance(node, ast.Constant) else "{}"
