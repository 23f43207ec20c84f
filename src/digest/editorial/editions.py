"""Say an issue in another language: the same items, window and figures, with an edition's own words.

In: an issue, and the trends in a language. Out: the words of that edition, and the issue with them. Never chooses or ranks items.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.editorial import highlights
from digest.model import Edition, Issue, IssueItem, Original, Section, SectionWords, TouchedClaim, Translation, Trend
from digest.text.clean import sentences
from digest.text.words import gettext, using

_TEXTS = ("title", "summary", "brief", "result")  # of an item, that are translated
SUMMARY_WORDS = 20  # of a baseline's summary, where the sentence that a section shows is not one of its claims


def told(
    issue: Issue,
    language: str,
    title: str,
    *,
    own: Mapping[str, Trend],
    trends: Mapping[str, Trend],
    past: int,
    translation: Translation | None = None,
) -> Edition:
    """An edition's words.

    Args:
        issue: the issue in its main language.
        language: that of the edition.
        title: the edition's.
        own: the trends in the issue's main language.
        trends: the same in the edition's.
        past: the number of past issues that the pulse compares with.
        translation: of its items, if they were translated.
    """
    items = {item.id: item for item in map(_translator(translation), issue.items(folded=False))}
    best = [items[id_] for id_ in issue.best if id_ in items]
    reasons = _reasons(issue)
    with using(language):
        words = tuple(_section(section, own, trends) for section in issue.trends)
        sections = [replace(section, name=said.name) for section, said in zip(issue.trends, words, strict=True)]
        return Edition(
            language=language,
            title=title,
            lines=highlights.lines(best, sections, issue.moved, issue.releases, closest=issue.closest, past=past),
            trends=words,
            off_topic=tuple(gettext(reason) for reason in reasons),
            translation=translation,
        )


def in_language(
    issue: Issue, language: str, title: str, *, own: Mapping[str, Trend], trends: Mapping[str, Trend]
) -> Issue:
    """The issue with an edition's words. One that was archived before it had them takes what the trends say.

    The arguments are those of `told`.
    """
    found = next((one for one in issue.editions if one.language == language), None)
    words = found.trends if found else tuple(_section(section, own, trends) for section in issue.trends)
    reasons = found.off_topic if found else tuple(one.reason for one in issue.off_topic)
    by_id = {one.id: one for one in words}
    translated = _translator(found.translation if found else None)
    return replace(
        issue,
        language=language,
        title=found.title if found else title,
        lines=found.lines if found else issue.lines,
        trends=tuple(
            _said(section, by_id[section.id], translated) if section.id in by_id else section
            for section in issue.trends
        ),
        also_noted=tuple(map(translated, issue.also_noted)),
        off_topic=tuple(replace(one, reason=reason) for one, reason in zip(issue.off_topic, reasons, strict=True)),
    )


def _section(section: Section, own: Mapping[str, Trend], trends: Mapping[str, Trend]) -> SectionWords:
    """What an edition says of a trend. A trend that is no longer known keeps the words of its issue."""
    if section.id not in trends or section.id not in own:
        claims = tuple(claim.text for claim in section.claims)
        return SectionWords(
            id=section.id,
            name=section.name,
            summary=section.baseline.summary,
            line=section.baseline.line,
            claims=claims,
        )
    trend, said = trends[section.id], claims_in(own[section.id], trends[section.id])
    line = said.get(section.baseline.line) or sentences(trend.summary, SUMMARY_WORDS)
    return SectionWords(
        id=section.id,
        name=trend.name,
        summary=trend.summary,
        line=line if section.baseline.line else "",
        claims=tuple(said.get(claim.text, claim.text) for claim in section.claims),
    )


def claims_in(own: Trend, trend: Trend) -> dict[str, str]:
    """A trend's claims in its main language, with what they are in another."""
    return {claim.text: said.text for claim, said in zip(own.claims, trend.claims, strict=False)}


def _said(section: Section, words: SectionWords, translated: Callable[[IssueItem], IssueItem]) -> Section:
    claims = (replace(claim, text=text) for claim, text in zip(section.claims, words.claims, strict=False))
    kept: tuple[TouchedClaim, ...] = tuple(claims)
    baseline = replace(section.baseline, summary=words.summary, line=words.line)
    items, folded = (tuple(map(translated, part)) for part in (section.items, section.folded))
    return replace(section, name=words.name, baseline=baseline, claims=kept, items=items, folded=folded)


def _translator(translation: Translation | None) -> Callable[[IssueItem], IssueItem]:
    """What gives an item the words of its translation, and beside them those of its source."""
    if translation is None:
        return lambda item: item
    known, model = {one.id: one for one in translation.items}, translation.model

    def translated(item: IssueItem) -> IssueItem:
        if item.id not in known:
            return item
        words = {name: said for name in _TEXTS if (said := getattr(known[item.id], name))}
        return replace(item, original=Original(title=item.title, summary=item.summary, model=model), **words)

    return translated


def _reasons(issue: Issue) -> tuple[str, ...]:
    """Why things are off topic, as messages that each language has."""
    with using(issue.language):
        known = {gettext(message): message for message in highlights.OFF_TOPIC}
    return tuple(known.get(one.reason, one.reason) for one in issue.off_topic)
