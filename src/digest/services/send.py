"""Send one archived issue to every subscriber, each at most once, whatever happens in between.

send        hold the workspace's sending lock; then for each route:
begin           fix the recipients, in the first run | mark those left `offered` by a killed run in doubt | count the run
                make the letters of those who chose another form
                record it in the archive before the first message, so that a lost store cannot mail it again
run             recipient -> message | offered, committed | body | state, by the reply of the server
end             check that the states add up to the candidates, and record them
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from digest.config import Config
from digest.errors import DeliveryError, NotFoundError, UsageError
from digest.mail.connections import Clock
from digest.mail.transport import Outcome, send_one
from digest.model import DeliveryState, Issue, Workspace
from digest.services.archive_index import latest
from digest.services.context import Program
from digest.services.gate import JUDGED, refuse_unmailable
from digest.services.mail_merge import Messages
from digest.services.mailing_decisions import refuse_paused, stopping_if_paused
from digest.services.mailing_run import Manner, begin_run, run_mailing
from digest.services.rounds import count_candidates, give_issue
from digest.services.send_results import Listener, Planned, RouteSent, Sent, Silent
from digest.services.transports import Route, people_route, routes, welcome
from digest.storage.archive import Archive, SentNote
from digest.storage.db import Store
from digest.storage.db.mailing import Mailing
from digest.storage.files import opt_outs


def send(
    program: Program,
    key: str | None = None,
    *,
    clock: Clock,
    limit: int | None = None,
    in_doubt: bool = False,
    retry: str | None = None,
    asked: bool = False,
    welcoming: bool = False,
    waiting: Callable[[str], None] = lambda _: None,
    listener: Listener | None = None,
    stopping: Callable[[], bool] = lambda: False,
    in_shards: bool = False,
) -> Sent:
    """Send a closed issue (default: the latest) on every route, to all recipients who have not received it.

    Args:
        program: the run.
        key: the issue's key.
        clock: measures seconds while sending; the module `time`, or a substitute in tests.
        limit: the maximum number of recipients per route in this run.
        in_doubt: also send again to recipients in doubt; their messages keep their Message-IDs.
        retry: also send again to recipients who were refused or given up with these words in the server's reply.
        asked: a person started this run: recipients who wait because of the sender are tried now, not when they are due.
        welcoming: send to those who joined since the issue was mailed, and to nobody else.
        waiting: called with the id of another process that is sending.
        listener: notified of progress.
        stopping: returns True if sending should stop after the messages in progress; the rest stay pending.
        in_shards: only begin what goes to people; others make their letters and send in shards.

    Raises:
        NotFoundError: there is no such issue.
        UsageError: it is a draft, or a sample in a real workspace, or somebody paused its mailing.
        DeliveryError: its mail fails the lint.
    """
    issue = closed_issue(program, key)
    _refuse_broken(program.config, program.archive, issue)
    refuse_paused(program.store, issue.key)
    stopping = stopping_if_paused(program.store, issue.key, clock, stopping)
    manner = Manner(clock=clock, limit=limit, asked=asked, listener=listener or Silent(), stopping=stopping)
    sent = list[RouteSent]()
    for lock, ways in _ways(program.config, program.workspace, welcoming=welcoming):
        with program.store.exclusive(program.workspace.state / lock, waiting=waiting):
            opt_outs.enter(program.store, program.workspace.state)
            for route in ways:
                mailing = _begin(program, issue, route, in_doubt=in_doubt, retry=retry)
                if mailing is not None and route.people and not in_shards and program.store.letters.unmade(issue.key):
                    # What composes is a fifth of a second that a mailing without letters need not pay.
                    from digest.services.letter_making import make_letters  # noqa: PLC0415

                    make_letters(program, issue.key)
                if mailing is not None and not (in_shards and route.people and not route.welcomes):
                    sent.append(_run(program, issue, route, mailing, manner))
    return Sent(key=issue.key, routes=tuple(sent))


def _ways(config: Config, workspace: Workspace, *, welcoming: bool) -> Iterator[tuple[str, tuple[Route, ...]]]:
    """The routes with their locks. Welcomes have their own lock, so that new subscribers need not wait until a long list is mailed."""
    ways = routes(workspace, config)
    if not welcoming:
        yield "sending.lock", ways
    yield "welcome.lock", tuple(welcome(route) for route in ways if route.people)


def _refuse_broken(config: Config, archive: Archive, issue: Issue) -> None:
    folder = archive.folder(issue.key)
    texts = {name: (folder / name).read_text("utf-8", "replace") for name in JUDGED if (folder / name).is_file()}
    refuse_unmailable(issue.key, texts, config.delivery.base_url)


def closed_issue(program: Program, key: str | None) -> Issue:
    """The closed issue with this key, or the latest."""
    issue = _read(program.store, program.archive, key)
    if issue.state == "draft":
        raise UsageError(f"issue {issue.key}", "is a draft", "name it, as in `digest send KEY`, to close and send it")
    if issue.sample and not program.config.digest.sample:
        raise UsageError(f"issue {issue.key}", "is a sample", "send samples from a sample workspace only")
    return issue


def refuse_nobody(program: Program) -> None:
    """Refuse to send to nobody, which is a mistake.

    Raises:
        NotFoundError: no subscriber is active, and no webhook is configured.
    """
    others = [route for route in routes(program.workspace, program.config) if not route.people]
    if not others and not program.store.subscribers.counts().get("active"):
        raise NotFoundError("subscribers", "there are none yet", "add one with `digest subscribers add ADDR`")


def _read(store: Store, archive: Archive, key: str | None) -> Issue:
    if key is not None:
        return archive.read(key)
    issue = archive.read(latest(store, archive))
    if issue.state == "draft":
        raise NotFoundError(
            str(archive.root),
            "contains no closed issue",
            f"close and send the draft with `digest send {issue.key}`",
        )
    return issue


def _begin(program: Program, issue: Issue, route: Route, *, in_doubt: bool, retry: str | None) -> Mailing | None:
    """The mailing, ready to run or continue; None if it has no recipients yet."""
    mailing = program.store.ledger.mailing(issue.key, route.name)
    noted = program.archive.sent(issue.key).get(route.name)
    known = mailing.row()
    if known is None and route.welcomes:
        return None
    if known is None and route.people and not program.store.subscribers.counts().get("active"):
        return None
    with mailing.transaction():
        if known is None and route.people:
            give_issue(program, mailing, issue)
        elif known is None:
            mailing.freeze(program.now, people=False)
        begin_run(
            mailing,
            program.now,
            noted=noted.runs if noted else 0,
            known=known.runs if known else 0,
            in_doubt=in_doubt,
            retry=retry,
        )
    note_mailing(program.archive, issue.key, route, mailing)
    return mailing


def _run(program: Program, issue: Issue, route: Route, mailing: Mailing, manner: Manner) -> RouteSent:
    row = mailing.row()
    assert row is not None
    date = program.now if route.welcomes else row.started
    messages = Messages(program, issue, date=date, sign=route.sign)
    chat = route.chat
    return run_mailing(
        program,
        route,
        mailing,
        manner,
        letter=messages.letter if chat is None else lambda _: messages.announcement(chat()),
        note=lambda: note_mailing(program.archive, issue.key, route, mailing),
    )


def note_mailing(archive: Archive, key: str, route: Route, mailing: Mailing) -> dict[DeliveryState, int]:
    """Record the mailing in the archive, and return its counts, which add up to the candidates."""
    with mailing.transaction():  # somebody may join it at any time
        row, counts = mailing.row(), mailing.counts()
    assert row is not None
    assert sum(counts.values()) == row.candidates, f"{counts} of {row.candidates}"
    note = SentNote(started=row.started, runs=row.runs, candidates=row.candidates, counts=counts)
    archive.note_sent(key, route.name, note)
    return counts


def send_copy(
    program: Program, key: str | None, address: str, *, link: str, trends: tuple[str, ...], language: str = ""
) -> Outcome:
    """Send a test copy of an issue, draft or closed, to one address. The ledger does not record it.

    Raises:
        DeliveryError: it was not accepted; the cause is the server's reply.
    """
    issue = program.archive.read(key or latest(program.store, program.archive))
    route = people_route(program.workspace, program.config)
    letters = Messages(program, issue, date=program.now, sign=route.sign)
    letter = letters.copy(address, link=link, trends=trends, language=language, now=program.now)
    if letter is None:
        raise DeliveryError(address, f"issue {issue.key} has nothing in the trends they chose", "name another address")
    outcome = send_one(route.connect(), letter)
    if outcome.kind != "accepted":
        raise DeliveryError(
            f"{address} by {route.place}", outcome.reply, "correct `delivery` in feeds.yaml, or try again later"
        )
    return outcome


def count_recipients(program: Program, key: str | None) -> tuple[str, int]:
    """The issue that `send` would mail, and to how many people it would go now."""
    chosen = key or latest(program.store, program.archive)
    mailing = program.store.ledger.mailing(chosen, people_route(program.workspace, program.config).name)
    if mailing.row() is None:
        return chosen, count_candidates(program, mailing, program.archive.read(chosen))
    return chosen, mailing.count_due(program.now, asked=True)


def plan(program: Program, key: str | None) -> tuple[Planned, ...]:
    """What `send` would do now, on every route. Changes nothing."""
    issue = closed_issue(program, key)
    return tuple(_planned(program, issue, route) for route in routes(program.workspace, program.config))


def _planned(program: Program, issue: Issue, route: Route) -> Planned:
    mailing = program.store.ledger.mailing(issue.key, route.name)
    due = candidates = count_candidates(program, mailing, issue) if route.people else 1
    if (row := mailing.row()) is not None:
        due, candidates = mailing.count_due(program.now), row.candidates
    letters = Messages(program, issue, date=program.now, sign=route.sign)
    letter = letters.copy("somebody@example.org", link="", trends=(), now=program.now) if route.people else None
    size = len(letter.content) if letter else 0
    planned = Planned(route=route.name, place=route.place, candidates=candidates, due=due, size=size)
    chat = route.chat() if route.chat else None
    if chat is None or isinstance(chat, str):
        return replace(planned, refused=chat or "")
    title, text = letters.announced(chat)
    return replace(planned, service=chat.service, title=title, text=text)
