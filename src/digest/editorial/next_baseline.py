"""Write the skeleton of a trend's next baseline from the issues of a quarter: what was corroborated, new names, phrases, disputed claims.

Every line has its sources and begins with `TODO`, so that nothing of it is signed before an editor has turned it into words of their own.
"""

from collections.abc import Iterator, Sequence

import yaml

from digest.editorial.signals import COUNTS, shown
from digest.model import BestReported, Issue, IssueItem, Touch, Trend
from digest.text.formatting import count

MOST = 15  # lines of a kind
TODO = "TODO"
HEADING = "## To be completed"
_BEARS = 3  # items that only bear on a claim, from which on it is a line


def skeleton(trend: Trend, issues: Sequence[Issue], best: Sequence[BestReported], *, as_of: str) -> str:
    """The trend's file with the lines to be completed below its present baseline.

    Args:
        trend: as it is now.
        issues: the closed issues since its baseline, oldest first.
        best: the best results that its items report.
        as_of: the month of the next baseline.
    """
    parts = {
        "Corroborated: shown by several sources, taken up since, or outstanding": _corroborated(trend, issues),
        "New names and phrases": _terms(trend, issues),
        "Claims that items dispute, extend, make out of date, or often bear on": _claims(trend, issues),
        "Best results, as their authors report them": _best(best, issues),
    }
    lines = []
    for heading, found in parts.items():
        listed = list(dict.fromkeys(found))[:MOST]
        lines += [f"### {heading}", "", *(f"- {TODO} {line}" for line in listed), ""] if listed else []
    span = (
        f"Seen in {issues[0].key} to {issues[-1].key}{_moved(trend, issues)}."
        if issues
        else "No issue was closed since."
    )
    return written(trend, as_of=as_of, body="\n".join([trend.body.rstrip(), "", HEADING, "", span, "", *lines]))


def written(trend: Trend, *, as_of: str, body: str, signed: str = "", signed_by: str = "") -> str:
    """A trend's baseline as a file: front matter, then the text. Terms are not part of a baseline."""
    front = {
        "id": trend.id,
        "name": trend.name,
        "as_of": as_of,
        **({"signed": signed, "signed_by": signed_by} if signed else {}),
        "summary": trend.summary,
        "examples": [_work(one.name, one.note, one.url) for one in trend.examples],
        "reading": [_work(one.name, one.note, one.url) for one in trend.reading],
        "claims": [
            {
                "date": one.date,
                "text": one.text,
                "source": one.source,
                **({"about": [list(group) for group in one.about]} if one.about else {}),
                **({"unless": list(one.unless)} if one.unless else {}),
            }
            for one in trend.claims
        ],
    }
    # A signed baseline says what it has no more of: what its file does not mention is as it was before.
    told = {name: value for name, value in front.items() if value or name == "id" or signed}
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)
    return f"---\n{text}---\n\n{body.strip()}\n"


def _work(name: str, note: str, url: str) -> dict[str, str]:
    return {"name": name, "note": note} | ({"url": url} if url else {})


def _moved(trend: Trend, issues: Sequence[Issue]) -> str:
    """How many items the trend had in each issue."""
    sizes = [next((section.size for section in issue.trends if section.id == trend.id), 0) for issue in issues]
    return f", with {count(sum(sizes), 'item')}: {', '.join(map(str, sizes))}"


def _source(issue: Issue, item: IssueItem) -> str:
    return f"[{_plain(item.title)}]({item.url}) ({issue.key})" if item.url else f"{_plain(item.title)} ({issue.key})"


def _said(item: IssueItem) -> str:
    """What an item found, in a sentence of its own."""
    said = _plain(item.result or item.brief or item.summary)
    return f". “{said}”" if said else ""


def _plain(text: str) -> str:
    return " ".join(text.replace("[", "(").replace("]", ")").split())


def _corroborated(trend: Trend, issues: Sequence[Issue]) -> Iterator[str]:
    """The items with several sources, with outstanding signals or taken up since; those with most first, and of equals those with most votes."""
    taken = {work.id: work for issue in issues for grade in issue.grades for work in grade.works}
    found = []
    for issue in issues:
        for section in issue.trends:
            for item in (*section.items, *section.folded) if section.id == trend.id else ():
                sources = list(dict.fromkeys(source.feed for source in item.sources))
                signs = [*shown(item.signals)]
                if item.id in taken:
                    signs += [f"{one.kind.replace('_', ' ')} later ({one.source})" for one in taken[item.id].uptakes]
                weight = 2 * (len(sources) - 1) + 3 * (item.id in taken) + len(signs) + 4 * (item.id == issue.lead)
                if weight:
                    told = "; ".join([f"shown by {', '.join(sources)}"] * (len(sources) > 1) + signs)
                    most = max((one.value for one in item.signals if one.name in COUNTS), default=0)
                    line = f"{_source(issue, item)}{f': {told}' if told else ''}{_said(item)}"
                    found.append((-weight, -most, -item.score, line))
    return (line for *_, line in sorted(found))


def _terms(trend: Trend, issues: Sequence[Issue]) -> Iterator[str]:
    """The names and phrases that moved and stand in items of the trend, most items first."""
    found = []
    for issue in issues:
        items = {item.id: item for item in issue.items() if any(label.id == trend.id for label in item.trends)}
        for term in issue.moved:
            within = [items[id_] for id_ in term.items if id_ in items]
            if within:
                seen = "first seen there" if not any(term.past) else f"{term.expected:g} expected"
                told = "; ".join(_source(issue, item) for item in within[:3])
                found.append(
                    (-term.count, f"“{_plain(term.name)}”, {term.count} items in {issue.key} ({seen}): {told}")
                )
    return (line for _, line in sorted(found))


def _claims(trend: Trend, issues: Sequence[Issue]) -> Iterator[str]:
    """Each claim that something is said of, or that several items bear on."""
    for number, claim in enumerate(trend.claims, start=1):
        touches = [
            (issue, items[touch.id], touch)
            for issue in issues
            for items in (issue.by_id(),)
            for section in issue.trends
            for touched in section.claims
            if section.id == trend.id and touched.text == claim.text
            for touch in touched.items
            if touch.id in items and touch.stance != "unrelated"
        ]
        said = [one for one in touches if one[2].stance]
        if said or len(touches) >= _BEARS:
            told = "; ".join(_touch(*one) for one in (said or touches)[:4])
            rest = len(touches) - len((said or touches)[:4])
            more = f"; and {rest} more" if rest else ""
            yield f"claim {number} of {claim.date}, “{_plain(claim.text)}”: {told}{more}"


def _touch(issue: Issue, item: IssueItem, touch: Touch) -> str:
    values = f" ({touch.values[1]}, where the claim states {touch.values[0]})" if touch.values else ""
    return f"{touch.stance or 'bears on it'}: {_source(issue, item)}{values}"


def _best(best: Sequence[BestReported], issues: Sequence[Issue]) -> Iterator[str]:
    keys = {issue.key for issue in issues}
    for one in best:
        if one.key in keys:
            model = f" by {_plain(one.model)}" if one.model else ""
            yield f"{one.value:g} % on {one.benchmark}{model}: [{_plain(one.title)}]({one.url}) ({one.key}), “{_plain(one.sentence)}”"
