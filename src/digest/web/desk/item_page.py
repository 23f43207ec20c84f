"""The page of one item: its words, its trend, how it stands to claims, and why it is where it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digest.editorial.hand import hand, in_words
from digest.model import Claim, Edit, Issue, IssueItem, Trend
from digest.services import edit as editing
from digest.services.context import Program
from digest.services.editor import LIMITS
from digest.services.explain import Why, why
from digest.text.clean import clean, cut, readable, web_url
from digest.web.desk import views
from digest.web.desk.answers import render
from digest.web.desk.sessions import Session

CLAIM_CHARS = 110  # of a claim in a list to choose from
STANCES = {
    "extends": "extends it",
    "disputes": "disputes it",
    "dates": "makes it out of date",
    "bears-on": "only bears on it",
    "unrelated": "has nothing to do with it",
}
_DECIDERS = {
    "editor": "the editor says",
    "rule": "its numbers say",
    "model": "a language model says",
    "": "by its words",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """How an item stands to one claim. `place` names the claim, as in `agents:4`."""

    place: str
    trend: str
    claim: str
    stance: str
    by: str
    values: str = ""


def item(program: Program, key: str, session: Session, id_: str, told: str) -> str:
    """The page of an item of the draft's window."""
    editing.draft_key(program.store, program.archive, key)
    explained = why(program, id_)
    issue, decided = program.archive.read(key), editing.decided(program, key)
    inside = next((one for one in issue.items() if explained.item.id in one.keys), None)
    first = explained.item.sightings[0]
    trend = inside.trends[0].id if inside and inside.trends else ""
    return render(
        "item",
        session,
        key=key,
        id=explained.item.id,
        title=readable(inside.title if inside else first.title) or "Untitled",
        own_title=readable(first.title),
        url=web_url(inside.url if inside else first.url),
        summary=_summary(explained, inside),
        hand=hand(program.edits, key),
        trend=trend,
        trends=views.trend_names(program.trends),
        links=tuple(_links(program.trends, issue, inside)) if inside else (),
        claims=tuple(_claims(program.trends, trend)) if inside and trend else (),
        stances=STANCES,
        scores=tuple(_scores(program.trends, explained)),
        opinion=explained.opinion.in_words if explained.opinion else "",
        sightings=[
            (readable(one.feed), f"{one.first_seen:%Y-%m-%d %H:%M}", (one.fate or "accepted").replace("_", " "))
            for one in explained.item.sightings
        ],
        changes=[_change(one) for one in reversed(explained.edits)],
        decided=decided,
        limits=LIMITS,
        told=told,
    )


def _summary(explained: Why, inside: IssueItem | None) -> str:
    if inside and inside.summary:
        return readable(inside.summary)
    return readable(explained.text.summary) if explained.text else ""


def _scores(trends: Mapping[str, Trend], explained: Why) -> Iterator[tuple[str, str, str]]:
    for one in explained.explanation.scores[:5] if explained.explanation else ():
        if one.id in trends:
            yield trends[one.id].name, f"{one.score:.2f}", ", ".join(map(readable, one.evidence))


def _change(edit: Edit) -> tuple[str, str, str]:
    return f"{edit.at:%Y-%m-%d %H:%M}", clean(edit.by) or "-", in_words(edit)


def _links(trends: Mapping[str, Trend], issue: Issue, inside: IssueItem) -> Iterator[Link]:
    """The claims next to which the draft shows the item."""
    for section in issue.trends:
        numbers = {claim.text: n for n, claim in enumerate(_claims_of(trends, section.id), 1)}
        for claim in section.claims:
            for touch in claim.items:
                if touch.id == inside.id and claim.text in numbers:
                    yield Link(
                        place=f"{section.id}:{numbers[claim.text]}",
                        trend=section.name,
                        claim=readable(claim.text),
                        stance=touch.stance or "bears-on",
                        by=_DECIDERS[touch.by],
                        values=", ".join(map(readable, touch.values)),
                    )


def _claims_of(trends: Mapping[str, Trend], trend: str) -> tuple[Claim, ...]:
    return trends[trend].claims if trend in trends else ()


def _claims(trends: Mapping[str, Trend], trend: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The claims by trend, each with the name of its place; those of the item's own trend first."""
    known = sorted(trends.values(), key=lambda one: one.id != trend)
    return ((one.name, list(_choices(one))) for one in known if one.claims)


def _choices(trend: Trend) -> Iterator[tuple[str, str]]:
    for number, claim in enumerate(trend.claims, 1):
        yield f"{trend.id}:{number}", f"{claim.date}: {cut(readable(claim.text), CLAIM_CHARS)}"
