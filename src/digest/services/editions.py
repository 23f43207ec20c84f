"""The editions of a digest besides its main one: each is run separately, with the same store and its own language and folder.

An edition's pages are in `archive/LANGUAGE/`, with links of their own. Its issues are those of the archive in its own language, and are written there once they are closed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from digest.config import Config, DigestSettings, EditionSettings
from digest.editorial.editions import claims_in, in_language, told
from digest.model import Edition, Issue, Summary, Translation, Trend
from digest.render.view_models import EditionView
from digest.services.context import Program, trends_in
from digest.storage.archive import Archive
from digest.text.formatting import language_name

LINES = "lines.json"  # the first lines of an edition's issues, so that a list of them opens none


class EditionArchive(Archive):
    """The folder of an edition. Reads the issues of the archive above it, in its own language."""

    def __init__(
        self, whole: Archive, edition: EditionSettings, *, own: Mapping[str, Trend], trends: Mapping[str, Trend]
    ) -> None:
        super().__init__(whole.root / edition.language)
        self._whole, self._edition, self._own, self._trends = whole, edition, own, trends

    def read(self, key: str) -> Issue:
        issue = self._whole.read(key)
        return in_language(issue, self._edition.language, self._edition.title, own=self._own, trends=self._trends)

    def told(self, summary: Summary) -> Summary:
        known = json.loads(self.text(LINES) or "{}")
        if summary.key not in known:
            known[summary.key] = [line.text for line in self.read(summary.key).lines]
            self.put(LINES, json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=1) + "\n")
        lines = tuple(known[summary.key])
        return replace(summary, title=self._edition.title, line=lines[0] if lines else "", lines=lines)


def others(program: Program) -> Iterator[Program]:
    """A run for each edition besides the main one."""
    settings, base = program.config.digest, program.config.delivery.base_url.rstrip("/")
    for edition in settings.editions[1:]:
        named = replace(edition, title=edition.title or settings.title)
        trends = trends_in(program.trends, program.workspace, edition.language)
        list_id = f"{edition.language}.{program.config.delivery.list_id or settings.title}"
        delivery = replace(program.config.delivery, base_url=base and f"{base}/{edition.language}", list_id=list_id)
        digest = replace(settings, title=named.title, description=edition.description, language=edition.language)
        yield replace(
            program,
            config=replace(program.config, digest=digest, delivery=delivery),
            trends=trends,
            archive=EditionArchive(program.archive, named, own=program.trends, trends=trends),
            claims={text: said for id_ in trends for text, said in claims_in(program.trends[id_], trends[id_]).items()},
        )


def in_all(program: Program, issue: Issue, *, past: int, translations: Mapping[str, Translation]) -> Issue:
    """The issue with the texts of its other editions, where they have translations."""
    return replace(
        issue, editions=tuple(_words(program.trends, other, issue, past, translations) for other in others(program))
    )


def in_edition(edition: Program, issue: Issue, *, own: Mapping[str, Trend]) -> Issue:
    """An issue of the archive in the words of an edition; `own` are the trends in the words of the archive."""
    digest = edition.config.digest
    return in_language(issue, digest.language, digest.title, own=own, trends=edition.trends)


def mailing(config: Config, edition: Config) -> Config:
    """The configuration for an edition's messages: they come from the same list and sender, under the edition's title."""
    return replace(config, digest=edition.digest)


def places(settings: DigestSettings) -> tuple[EditionView, ...]:
    """The other editions, each with the relative path from the top of this one to its own."""
    main = settings.editions[0].language if settings.editions else settings.language
    return tuple(
        EditionView(
            language=one.language,
            name=language_name(one.language),
            root=("" if settings.language == main else "../") + ("" if one.language == main else f"{one.language}/"),
        )
        for one in settings.editions
        if one.language != settings.language
    )


def _words(
    own: Mapping[str, Trend], other: Program, issue: Issue, past: int, translations: Mapping[str, Translation]
) -> Edition:
    digest = other.config.digest
    return told(
        issue,
        digest.language,
        digest.title,
        own=own,
        trends=other.trends,
        past=past,
        translation=translations.get(digest.language),
    )
