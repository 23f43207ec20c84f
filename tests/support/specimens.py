"""An issue with one of everything, in words of our own, and its rendered files. For tests that look at a mail or a page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from digest.config import trend_files
from digest.model import (
    Accuracy,
    Artefact,
    Baseline,
    FeedReport,
    Follows,
    Issue,
    IssueItem,
    Label,
    Line,
    Moved,
    OffTopic,
    Pulse,
    Release,
    Released,
    Section,
    Source,
    Trend,
    Window,
    Workspace,
)
from digest.render import render
from digest.storage.archive import to_json
from digest.storage.files import resources

BASE_URL = "https://digest.example.org"
KEY = "2026-W48"
_PLACE = Workspace(root=Path("/nowhere"))
_SUMMARY = (
    "The authors train agents that plan in small steps and report fewer wrong tool calls than a single pass makes on a benchmark "
    "of 212 tasks. The gain is largest where a task needs more than five calls and vanishes where it needs one."
)


_RESULT = "Agents that plan in small steps make fewer wrong tool calls on 212 tasks."
_RELEASES = (
    Released(
        id="arxiv:2611.00002",
        release=Release(
            name="Example Large 3",
            maker="Example AI",
            size="1.2T (48B active)",
            license="Apache 2.0",
            context="512K",
            weights="open",
            price="$2 per million input tokens",
            figures=("71.3% on SWE-bench Verified",),
        ),
    ),
    Released(id="arxiv:2611.00003", release=Release(name="Example Voice", maker="Example AI", weights="API")),
)
_OFF_TOPIC = (
    OffTopic(
        id="url:https://blog.example.org/walk",
        title="A walk in the park",
        url="https://blog.example.org/walk",
        kind="post",
        feed="A blog",
        reason="title and text say nothing of language models",
    ),
)


def item(number: int, title: str, **more: object) -> IssueItem:
    """A paper, told by three feeds."""
    link = f"https://arxiv.org/abs/2611.{number:05}"
    plain = IssueItem(
        id=f"arxiv:2611.{number:05}",
        title=title,
        url=link,
        authors=("Ada Byron", "Émile Borel", "Grace Hopper", "山田太郎"),
        published=datetime(2026, 11, 18, 9, tzinfo=UTC),
        first_seen=datetime(2026, 11, 19, 3, tzinfo=UTC),
        summary=_SUMMARY,
        result=_RESULT,
        kind="paper",
        sources=(
            Source(feed="arXiv cs.CL", url=link),
            Source(feed="Hugging Face papers", url=f"https://huggingface.co/papers/2611.{number:05}"),
        ),
        score=0.8,
        trends=(Label(id="agents", score=0.9, evidence=("tool use", "planning")),),
        because="agents: tool use, planning; also on Hugging Face papers",
        artefacts=(Artefact(kind="code", url="https://github.com/example/small-steps"),),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def folded(number: int, title: str) -> IssueItem:
    return IssueItem(id=f"arxiv:2611.{number:05}", title=title, url=f"https://arxiv.org/abs/2611.{number:05}")


def section(id_: str, name: str, items: tuple[IssueItem, ...], **more: object) -> Section:
    baseline = trends_of()[id_]
    plain = Section(
        id=id_,
        name=name,
        baseline=Baseline(
            summary=baseline.summary,
            as_of=baseline.as_of,
            line=baseline.claims[0].text,
            line_date=baseline.claims[0].date,
        ),
        pulse=Pulse(count=len(items), expected=3.2, q=0.6, verdict="as_usual", past=(3, 4, 2, 3)),
        items=items,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@cache
def trends_of() -> Mapping[str, Trend]:
    return trend_files.load(resources.trend_texts(_PLACE))


@cache
def templates() -> Mapping[str, str]:
    return resources.template_texts(_PLACE)


def issue() -> Issue:
    """The specimen."""
    first = item(1, "Small steps: agents that plan before each tool call make fewer wrong ones")
    second = item(
        2,
        "A < B & “C”: what comparing $n$ models with `code` says about 10,000 prompts",
        authors=("Ada Byron",),
        follows=Follows(key="2026-W47", id="arxiv:2611.00900"),
    )
    third = item(3, "言語モデルのための小さな語彙", summary="", result="", authors=(), because="low-resource: 語彙")
    return Issue(
        key=KEY,
        title="LLM Trends Weekly",
        language="en",
        timezone="Europe/Berlin",
        state="closed",
        slot=datetime(2026, 11, 23, 7, tzinfo=UTC),
        window=Window(start=datetime(2026, 11, 16, 7, tzinfo=UTC), end=datetime(2026, 11, 23, 7, tzinfo=UTC)),
        minutes=10,
        lines=(
            Line(text="LLM agents moved most: 31 items, where its past has 14 (q = 0.004).", target="agents"),
            Line(
                text="Efficiency and computational cost is quieter than usual: 4 items; 11 expected.",
                target="efficiency",
            ),
            Line(text=f"Most widely carried, by 3 feeds: {first.title}.", target=first.id),
        ),
        lead=first.id,
        read_first=(second.id, "arxiv:2611.00004"),
        releases=_RELEASES,
        off_topic=_OFF_TOPIC,
        moved=(
            Moved(
                name="FooBench 2",
                kind="name",
                items=(first.id, second.id),
                count=12,
                expected=0.4,
                q=0.0004,
                past=(0, 1, 0, 0),
            ),
            Moved(
                name="small steps", kind="phrase", items=(first.id,), count=7, expected=0.0, q=0.02, past=(0, 0, 0, 0)
            ),
        ),
        trends=(
            section(
                "agents",
                "LLM agents",
                (first, second),
                folded=tuple(folded(100 + number, f"Folded work number {number}") for number in range(29)),
                pulse=Pulse(count=31, expected=14.2, q=0.004, verdict="more", past=(12, 15, 13, 16, 14)),
            ),
            section(
                "efficiency",
                "Efficiency and computational cost",
                (item(4, "Half the cache, the same answers"), item(5, "Batches that wait for nobody")),
                folded=(folded(140, "A folded work on caches"), folded(141, "Another one")),
                pulse=Pulse(count=4, expected=11, q=0.02, verdict="less", past=(11, 9, 12, 12)),
            ),
            section("low-resource", "Low-resource languages", (third,), own=False),
            section("quantum-inspired", "Quantum-inspired LLMs", (item(6, "Tensor trains for embeddings"),), own=False),
        ),
        also_noted=tuple(
            item(200 + number, f"A laboratory releases model number {number}", trends=(), kind="news")
            for number in range(14)
        ),
        quiet=("mixture-of-experts", "personalization", "robustness"),
        receipt={
            "shown": 6,
            "also_noted": 14,
            "folded": 31,
            "merged": 44,
            "off_topic": 12_561,
            "too_old": 40,
            "unreadable": 1,
        },
        feeds=(
            FeedReport(name="arXiv cs.CL", url="https://rss.arxiv.org/rss/cs.CL", status="ok", new=12_600),
            FeedReport(name="Hugging Face papers", url="https://huggingface.co/papers", status="ok", new=97),
            FeedReport(
                name="A blog", url="https://blog.example.org/feed", status="failed", reason="timed out after 20 s"
            ),
            FeedReport(
                name="Another", url="https://gone.example.org/feed", status="gone", reason="410 since 2 November"
            ),
        ),
        accuracy=Accuracy(
            right=0.8067,
            low=0.7266,
            high=0.8676,
            labels=119,
            texts=110,
            measured=date(2026, 11, 20),
            model="0123456789abcdef",
        ),
        tally={"arXiv cs.CL": {"agents": 31, "efficiency": 4, "low-resource": 1, "quantum-inspired": 1}},
    )


def files(
    told: Issue | None = None, *, base_url: str = BASE_URL, own: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Every file of an issue (the specimen's), as the archive holds them; `own` are templates over the packaged ones."""
    told = told or issue()
    texts = render(told, templates={**templates(), **(own or {})}, baselines=trends_of(), base_url=base_url)
    return {"issue.json": to_json(told), **texts}
