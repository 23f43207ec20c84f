"""Answers come from memory first; purse, time and patience end what is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from digest.config import ModelSettings
from digest.config.settings import PurseSettings
from digest.llm.requests import Answer, Failure, Request
from digest.llm.session import MALFORMED, Session
from support.modelmemory import Notes

SETTINGS = ModelSettings(base_url="http://127.0.0.1:9", name="small", concurrency=1)
REQUESTS = [
    Request(task="results", model="small", system="Write.", data=str(number), schema={}, most=50) for number in range(6)
]


@dataclass(slots=True)
class Scripted:
    """A server that answers each request's number, or what its script has for it."""

    script: dict[str, Answer | Failure] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    def ask(self, requests: Sequence[Request], *, seconds: float) -> list[Answer | Failure]:
        assert seconds > 0
        self.asked.append([request.data for request in requests])
        return [self.script.get(request.data, Answer(content=request.data, input=10, output=5)) for request in requests]


def _session(server: Scripted, notes: Notes, settings: ModelSettings = SETTINGS, left: float = 60.0) -> Session:
    return Session(settings=settings, server=server, memory=notes, left=lambda: left)


def test_what_was_answered_before_is_not_asked_again() -> None:
    server, notes = Scripted(), Notes()
    first = _session(server, notes).ask(REQUESTS[:2], int)
    again = _session(server, notes).ask(REQUESTS[:3], int)
    assert (first, again) == ([0, 1], [0, 1, 2])
    assert server.asked == [["0"], ["1"], ["2"]]


def test_two_equal_requests_are_asked_once() -> None:
    server = Scripted()
    assert _session(server, Notes()).ask([REQUESTS[0], REQUESTS[0]], int) == [0, 0]
    assert server.asked == [["0"]]


def test_so_many_are_asked_at_once() -> None:
    server = Scripted()
    _session(server, Notes(), replace(SETTINGS, concurrency=4)).ask(REQUESTS, int)
    assert server.asked == [["0", "1", "2", "3"], ["4", "5"]]


def test_three_failures_in_a_row_end_it_and_fewer_do_not() -> None:
    down = Failure(reason="the server answered 500", free=True)
    server = Scripted(script={"0": down, "1": Answer(content="prose"), "3": down, "4": down, "5": down})
    session = _session(server, Notes())
    assert session.ask(REQUESTS[:5], int) == [down, Failure(reason=MALFORMED), 2, down, down]
    assert session.stopped == ""
    assert session.ask(REQUESTS[5:], int) == [down]
    more = replace(REQUESTS[0], data="9")
    stopped = Failure(reason="3 failures in a row: the server answered 500")
    assert session.ask([more], int) == [stopped]
    assert ["9"] not in server.asked


def test_what_failed_in_this_window_is_not_asked_again() -> None:
    down = Failure(reason="the server answered 500")
    server, notes = Scripted(script={"0": down}), Notes()
    assert _session(server, notes).ask(REQUESTS[:1], int) == [down]
    assert _session(server, notes).ask(REQUESTS[:1], int) == [down]
    assert server.asked == [["0"]]


def test_a_malformed_answer_is_paid_once() -> None:
    server, notes = Scripted(script={"0": Answer(content="prose")}), Notes()
    for _ in range(2):
        assert _session(server, notes).ask(REQUESTS[:1], int) == [Failure(reason=MALFORMED)]
    assert server.asked == [["0"]]


def test_a_request_that_could_exceed_the_purse_is_not_sent() -> None:
    ceiling = REQUESTS[0].ceiling
    server, notes = Scripted(), Notes()
    purse = PurseSettings(per_issue=2 * ceiling, per_month=10**9)
    found = _session(server, notes, replace(SETTINGS, purse=purse)).ask(REQUESTS[:1] * 3, int)
    assert found == [0, 0, 0]
    tight = replace(SETTINGS, purse=PurseSettings(per_issue=15 + ceiling, per_month=10**9), concurrency=4)
    assert _session(server, notes, tight).ask(REQUESTS[1:3], int) == [1, Failure(reason="the issue’s purse is spent")]
    assert notes.spent().issue <= 15 + ceiling
    month = replace(SETTINGS, purse=PurseSettings(per_issue=10**6, per_month=10**6))
    notes.before = 10**6
    assert _session(server, notes, month).ask(REQUESTS[3:4], int) == [Failure(reason="the month’s purse is spent")]


def test_requests_wait_for_answers_where_the_purse_has_no_room_for_all_at_once() -> None:
    server, purse = Scripted(), PurseSettings(per_issue=2 * REQUESTS[0].ceiling + 20, per_month=10**9)
    found = _session(server, Notes(), replace(SETTINGS, purse=purse, concurrency=4)).ask(REQUESTS[:4], int)
    assert found == [0, 1, 2, 3]
    assert server.asked == [["0", "1"], ["2"], ["3"]]


def test_a_request_without_a_count_costs_its_ceiling_and_one_that_was_refused_nothing() -> None:
    server = Scripted(script={"0": Answer(content="0"), "1": Failure(reason="the server answered 429", free=True)})
    notes = Notes()
    _session(server, notes).ask(REQUESTS[:2], int)
    assert notes.spent().issue == REQUESTS[0].ceiling


def test_after_the_deadline_nothing_is_asked() -> None:
    server = Scripted()
    assert _session(server, Notes(), left=0).ask(REQUESTS[:1], int) == [
        Failure(reason="the time for the model was over")
    ]
    assert server.asked == []


def test_the_ceiling_holds_for_any_tokenizer() -> None:
    request = replace(REQUESTS[0], system="é模型", data="{}")
    assert request.input_ceiling >= len("é模型".encode()) + 4


def test_the_key_changes_with_task_prompt_text_and_model() -> None:
    one = REQUESTS[0]
    others = [replace(one, task="lead"), replace(one, system="x"), replace(one, data="x"), replace(one, model="x")]
    assert len({request.key for request in (one, replace(one), *others)}) == 5
