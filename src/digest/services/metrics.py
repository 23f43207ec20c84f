"""Measure a workspace for monitoring: feeds, letters, the model's purse, the daemon. Only counts and instants, no personal data.

All of it is in the store, which several machines may share; so any of them gives the same figures.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest import __version__
from digest.config import Config
from digest.model import DELIVERY_STATES
from digest.schedule.due import coming
from digest.services.context import Program, standing
from digest.services.status import alarms
from digest.storage.db import Server, Store
from digest.storage.files import heartbeat

LATELY = timedelta(days=7)  # mailings that began earlier are counted only by what still waits
MINUTE = timedelta(minutes=1)
KINDS = ("collect", "compose", "send")  # of jobs


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A value that may rise and fall, or one value for each label."""

    name: str
    words: str
    value: float | Mapping[str, float]
    label: str = ""


def metrics(program: Program) -> tuple[Metric, ...]:
    """All metrics."""
    return (
        Metric(name="info", words="The version that answers.", value={__version__: 1}, label="version"),
        Metric(
            name="alarms", words="What a supervisor should know, as `digest status` says.", value=len(alarms(program))
        ),
        *_feeds(program.config, program.store, program.now),
        *_letters(program.store, program.now),
        *_instants(program),
        *_purse(program.config, program.store, program.now),
    )


def queue(server: Server) -> Iterator[Metric]:
    """The jobs and the workers of a database; empty if no worker was ever started."""
    from digest.storage.db.deployment import open_deployment  # noqa: PLC0415  (an extra)

    with open_deployment(server) as shared:
        if not shared.version():
            return
        waiting, workers = shared.jobs(), shared.workers()
    jobs = Counter(dict.fromkeys(KINDS, 0))
    for name, count in waiting.items():
        jobs[name.partition(":")[0]] += count
    yield Metric(name="jobs", words="Jobs of all newsletters that wait or are done.", value=jobs, label="kind")
    yield Metric(
        name="workers",
        words="Workers that gave a sign of life in the last minute.",
        value=sum(one.silent <= MINUTE.total_seconds() for one in workers),
    )


def _feeds(config: Config, store: Store, now: datetime) -> Iterator[Metric]:
    every = config.digest.collect_every
    urls = [feed.url for feed in config.feeds if not feed.muted]
    last = store.feeds.looked_at(since=now - 2 * every)
    failing = store.feeds.failing()
    yield Metric(name="feeds", words="Feeds that are not muted.", value=len(urls))
    yield Metric(
        name="feeds_due",
        words="Feeds that were last looked at longer ago than collect_every.",
        value=sum(url not in last or now - last[url] >= every for url in urls),
    )
    yield Metric(
        name="feeds_late",
        words="Feeds that were last looked at longer ago than twice collect_every.",
        value=sum(url not in last for url in urls),
    )
    yield Metric(
        name="feeds_failing",
        words="Feeds whose last fetch failed.",
        value=sum(url in failing for url in urls),
    )


def _letters(store: Store, now: datetime) -> Iterator[Metric]:
    states = store.ledger.states(since=now - LATELY)
    lately = store.ledger.accepted_since(now - MINUTE, begun=now - LATELY)
    yield Metric(
        name="letters",
        words="Messages of the mailings that began in the last seven days, and all that still wait.",
        value={state: states.get(state, 0) for state in DELIVERY_STATES},
        label="state",
    )
    yield Metric(
        name="letters_accepted_per_second",
        words="Messages that servers accepted in the last minute, per second.",
        value=lately / MINUTE.total_seconds(),
    )
    yield Metric(name="subscribers", words="Subscribers.", value={**store.subscribers.counts()}, label="status")


def _instants(program: Program) -> Iterator[Metric]:
    """The instants that are known, in seconds since 1970."""
    store = program.store
    beat = heartbeat.read(program.workspace.state)
    last = store.issues.last_closed()
    found = {
        "store_began": ("When the store first collected.", store.feeds.first_collect()),
        "collected": ("When any feed was last looked at.", store.feeds.last_collect()),
        "issue_closed": ("The cutoff of the last closed issue.", last.cutoff if last else None),
        "next_slot": ("The next slot.", coming(program.timetable, standing(program), program.now).at),
        "daemon_beat": ("The last sign of life of this machine's daemon.", beat.at if beat else None),
    }
    for name, (words, at) in found.items():
        if at is not None:
            yield Metric(name=f"{name}_timestamp_seconds", words=words, value=at.timestamp())


def _purse(config: Config, store: Store, now: datetime) -> Iterator[Metric]:
    if config.model is None:
        return
    tokens_in, tokens_out = store.model_answers.spent_in(now)
    yield Metric(
        name="model_tokens",
        words="Tokens that the language model took in this month (UTC).",
        value={"in": tokens_in, "out": tokens_out},
        label="direction",
    )
    yield Metric(
        name="model_tokens_limit",
        words="The most tokens, in and out, that it may take in a month.",
        value=config.model.purse.per_month,
    )
