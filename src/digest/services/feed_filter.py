"""What another filter of a feed would have let in and kept out of the last issues. Nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.editorial.candidates import passes
from digest.errors import UsageError
from digest.services.compose import PAST_ISSUES
from digest.services.context import Program
from digest.services.feed_list import place_of, with_filter
from digest.text.patterns import is_pattern


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """The titles of the works that a new filter lets in or keeps out, in the windows of the last `issues` issues."""

    let_in: tuple[str, ...]
    kept_out: tuple[str, ...]
    issues: int


def effect(
    program: Program, name: str, *, include: Sequence[str], exclude: Sequence[str], remove: Sequence[str]
) -> Effect:
    """The effect of a change on the last issues and on what was seen since.

    Raises:
        NotFoundError: there is no such feed, or it has no such pattern.
        UsageError: a pattern is not a regular expression.
    """
    for pattern in (*include, *exclude):
        if not is_pattern(pattern):
            raise UsageError(pattern, "is not a regular expression", "escape special characters with a backslash")
    before = program.config.feeds[place_of(program.config, name)]
    after = with_filter(before, include=include, exclude=exclude, remove=remove)
    keys = program.store.issues.recent(PAST_ISSUES)
    first = program.store.issues.get(keys[0]) if keys else None
    let_in: dict[int, str] = {}
    kept_out: dict[int, str] = {}
    for seen in program.store.uptakes.seen(first.start if first else None, program.now):
        if seen.feed == before.name and seen.fate is None:
            then, now = passes(seen.sighting, before), passes(seen.sighting, after)
            if then != now:
                (let_in if now else kept_out)[seen.item] = seen.title
    return Effect(let_in=tuple(let_in.values()), kept_out=tuple(kept_out.values()), issues=len(keys))
