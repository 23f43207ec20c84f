"""This week in three lines: what moved, what is new or bears on a claim, where to begin; each with its place in the issue."""

from dataclasses import replace

from digest.editorial.highlights import lines
from digest.model import Baseline, IssueItem, Line, NewName, Pulse, Section, Source, Touch, TouchedClaim

ITEM = IssueItem(id="x", title="On cranes", url="", sources=(Source(feed="a", url=""), Source(feed="b", url="")))
TOUCHED = TouchedClaim(
    date="2024-02",
    text="Tin lifts.",
    source="seed",
    items=(Touch(id="x", words=("tin",)), Touch(id="y", words=("tin",))),
)
STILL = Pulse(count=7, expected=6.2, q=0.9, verdict="as_usual")
CRANES = Section(
    id="cranes",
    name="Cranes",
    baseline=Baseline(summary="", as_of="2024"),
    pulse=STILL,
    items=(ITEM,),
    claims=(TOUCHED,),
)
TRUCKS = replace(CRANES, id="trucks", name="Trucks", pulse=replace(STILL, count=9), items=(), claims=())
NAMED = NewName(name="TinBench", items=("x", "y"))
START = Line(text="Most widely carried, by 2 feeds: On cranes.", target="x")
NOTHING = Line(text="No trend moved beyond its own past: one new item in 2 trends.")


def told(*sections: Section, names: tuple[NewName, ...] = ()) -> tuple[Line, ...]:
    return lines(sections, names, 1, ITEM)


def test_what_moved_is_told_first_with_what_was_expected() -> None:
    more = replace(CRANES, pulse=Pulse(count=60, expected=30.4, q=0.01, verdict="more"))
    fewer = replace(TRUCKS, pulse=Pulse(count=1, expected=9.5, q=0.04, verdict="less"))
    assert told(more, fewer) == (
        Line(text="Cranes brought more than usual: 60 items; 30 expected.", target="cranes"),
        Line(text="Trucks brought less than usual: one item; 9.5 expected.", target="trucks"),
        START,
    )


def test_where_nothing_moved_new_names_are_told_with_their_place() -> None:
    named = Line(text="Named for the first time: TinBench.", target="names")
    assert told(CRANES, TRUCKS, names=(NAMED,)) == (NOTHING, named, START)


def test_without_names_the_claim_is_told_that_most_items_touch() -> None:
    claim = Line(text="Cranes: 2 items touch a claim of 2024, “Tin lifts”.", target="cranes")
    assert told(CRANES, TRUCKS) == (NOTHING, claim, START)


def test_a_claim_that_one_item_touches_or_that_the_mail_does_not_show_gives_way_to_the_largest_trend() -> None:
    largest = Line(text="Trucks brought the most: 9 items; 6.2 expected.", target="trucks")
    once = replace(CRANES, claims=(replace(TOUCHED, items=TOUCHED.items[:1]),))
    assert told(once, TRUCKS) == (NOTHING, largest, START)
    assert told(replace(CRANES, own=False), TRUCKS) == (NOTHING, largest, START)


def test_beside_a_larger_trend_that_moved_the_largest_is_that_of_the_others() -> None:
    more = replace(CRANES, claims=(), pulse=Pulse(count=60, expected=30.4, q=0.01, verdict="more"))
    few = replace(more, pulse=replace(more.pulse, count=5, expected=0.2))
    assert told(more, TRUCKS)[1].text == "Of the others, Trucks brought the most: 9 items; 6.2 expected."
    assert told(few, TRUCKS)[1].text == "Trucks brought the most: 9 items; 6.2 expected."


def test_a_window_of_nothing_says_so() -> None:
    assert told() == (Line(text="Nothing new fell into any of the trends."),)
