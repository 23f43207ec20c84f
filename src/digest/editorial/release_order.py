"""Order the releases of an issue, each once: makers that the program knows first, versions of software and notices last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.editorial import versions
from digest.editorial.kinds import VERSION, maker
from digest.editorial.release_words import is_notice, tells_nothing
from digest.editorial.releases import PLACED
from digest.model import IssueItem, Release, Released

SHORT_NAME = 3  # words of a product's name; a longer one without a version is a headline
A_MAKER = 2  # releases of one maker before those of the others
# The ranks of further ones of a maker, of what nobody known announces, and of versions of software.
MANY, PERSONAL, SOFTWARE = 4, 5, 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """An item with its release, whether its feed is only about language models, and whether it is a version of software."""

    item: IssueItem
    release: Release
    on_topic: bool
    software: bool = False  # a version from a feed of releases
    older: tuple[str, ...] = ()  # ids of the items with its older versions


def arranged(found: Sequence[Announced]) -> tuple[Released, ...]:
    """Order the releases of an issue: first models of makers that the program knows, those announced by themselves before the others; then what feeds about language
    models and papers announce, first with a fact; then what anybody else does, then versions of software and notices to customers.

    What is beyond language comes last. A maker has at most `A_MAKER` releases before those of the other makers. Of announcements of the
    same name, the first stands for all.

    Args:
        found: best first.
    """
    taken: dict[str, int] = {}
    ranked: list[tuple[bool, int, Released]] = []
    for one in sorted(_each_once(_newest(found)), key=_tier):
        maker_ = one.release.maker.casefold()
        taken[maker_] = taken.get(maker_, 0) + 1
        tier = max(_tier(one), MANY) if maker_ and taken[maker_] > A_MAKER else _tier(one)
        told = Released(id=one.item.id, release=_in_facts(one.release), older=one.older)
        ranked.append((one.release.beyond_language, tier, told))
    return tuple(told for *_, told in sorted(ranked, key=lambda one: one[:2]))


def _each_once(found: Sequence[Announced]) -> list[Announced]:
    """The releases with one of each name; further announcements of the same are kept with the first, like older versions."""
    first: dict[tuple[str, str], Announced] = {}
    for one in sorted(found, key=_tier):
        name = one.release.name.casefold(), one.release.maker.casefold()
        held = first.get(name)
        first[name] = one if held is None else replace(held, older=(*held.older, one.item.id, *one.older))
    return list(first.values())


def _in_facts(release: Release) -> Release:
    """The release without a clause that tells nothing."""
    return replace(release, what="") if tells_nothing(release.what) else release


def _newest(found: Sequence[Announced]) -> list[Announced]:
    """The releases with one of each software: its newest version, which names the other ones."""
    by_project: dict[str, list[tuple[str, Announced]]] = {}
    for one in found:
        if one.software and (found_ := versions.parts(one.release.name)):
            by_project.setdefault(versions.same_project(found_[0]), []).append((found_[1], one))
    merged: dict[str, Announced | None] = {}
    for several in by_project.values():
        (newest, first), *older = sorted(several, key=lambda version: _age(version[0]), reverse=True)
        merged |= {one.item.id: None for _, one in older}
        also = tuple(dict.fromkeys(number for number, _ in older if number != newest))
        ids = tuple(one.item.id for _, one in older)
        merged[first.item.id] = replace(first, release=replace(first.release, also=also), older=ids)
    kept = (merged.get(one.item.id, one) for one in found)
    return [one for one in kept if one is not None]


def _age(version: str) -> tuple[list[int], bool, list[int]]:
    """A sort key, by which 2.1.0 comes after 2.1.0-beta.3 and 1.10 after 1.9."""
    number = re.match(r"[\d.]+", version)
    stage = version[number.end() :] if number else ""
    return (
        [int(part) for part in re.findall(r"\d+", number[0] if number else "")],
        not stage,
        [int(part) for part in re.findall(r"\d+", stage)],
    )


def _tier(one: Announced) -> int:
    if one.software:
        return SOFTWARE
    if is_notice(one.item.title):
        return SOFTWARE + 1
    name = one.release.name
    named = len(name.split()) <= SHORT_NAME or re.search(VERSION, name) is not None
    known = bool(maker(name)) and named and not PLACED.search(name)
    heard = one.on_topic or one.item.kind == "paper"
    if known and heard:
        return 0
    if known:
        return 1
    return PERSONAL if not heard else 2 if any(_in_facts(one.release).facts) else 3
