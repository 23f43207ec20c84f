"""The three lines: the lead, what moved or that nothing did, what was released; never a title, never a count alone."""

from dataclasses import replace

from digest.editorial.highlights import lines
from digest.model import Baseline, IssueItem, Label, Line, Moved, Pulse, Release, Released, Section, Source

TITLE = "QuickLift: a forklift with wheels"
LEAD = IssueItem(
    id="a",
    title=TITLE,
    url="https://a.example",
    result="QuickLift reduces the cost by 40% over cranes.",
    trends=(Label(id="agents", score=1.0),),
)
NEXT = IssueItem(
    id="b",
    title="KiteLift",
    url="https://b.example",
    result="Kites save 12% of all bricks",
    trends=(Label(id="agents", score=1.0),),
)
THIRD = replace(NEXT, id="c", title="BalloonLift", result="Balloons need no fuel in 9 of 10 lifts.")
NAMED = Moved(name="Lift-V4", kind="name", items=("a", "b"), count=12, expected=0.4, q=0.001, past=(0, 1, 0, 4))
FIRST = Moved(name="Kite K2", kind="name", items=("a", "b"), count=7, expected=0.0, q=0.002, past=(0, 0, 0, 0))
PHRASE = Moved(
    name="flying lifts", kind="phrase", items=("a", "b"), count=23, expected=11.2, q=0.01, past=(10, 12, 11, 12)
)


def section(id_: str, name: str, pulse: Pulse) -> Section:
    return Section(id=id_, name=name, baseline=Baseline(summary="", as_of=""), pulse=pulse, items=(LEAD,))


GROWN = section("agents", "LLM agents", Pulse(count=31, expected=14.2, q=0.004, verdict="more", past=(12, 15, 13, 16)))
SHRUNK = section(
    "efficiency", "Efficiency", Pulse(count=4, expected=11.0, q=0.02, verdict="less", past=(11, 9, 12, 12))
)
STILL = section(
    "agents", "LLM agents", Pulse(count=12, expected=11.0, q=0.8, verdict="as_usual", past=(11, 12, 11, 12))
)
NEW = section("agents", "LLM agents", Pulse(count=12))


def released(number: int, **facts: str) -> Released:
    return Released(id=f"r{number}", release=Release(name=f"Lift {number}", **facts))  # type: ignore[arg-type]


def test_the_three_lines_tell_the_lead_what_moved_and_what_was_released() -> None:
    releases = [released(1, maker="LiftLab", size="7B", weights="open"), *(released(number) for number in range(2, 6))]
    assert lines((LEAD, NEXT), (GROWN, SHRUNK), (NAMED, FIRST), releases, past=4) == (
        Line(text="QuickLift reduces the cost by 40% over cranes.", target="a"),
        Line(
            text="More than usual: Lift-V4, in 12 items where 0.4 were expected; Kite K2, in 7 items, first seen here; "
            "LLM agents, with 31 items where 14 were expected.",
            target="moved",
        ),
        Line(text="Released: Lift 1 (LiftLab, 7B, open weights), Lift 2, Lift 3 and 2 more.", target="releases"),
    )


def test_a_lead_that_is_released_comes_first_among_the_released() -> None:
    lead = Released(id=LEAD.id, release=Release(name="QuickLift"))
    told = lines((LEAD, NEXT), (GROWN,), (), [released(1), lead, released(2), released(3)], past=4)
    assert told[-1] == Line(text="Released: QuickLift, Lift 1, Lift 2 and 1 more.", target="releases")
    assert "Released" not in " ".join(line.text for line in lines((LEAD, NEXT), (GROWN,), (), [lead], past=4))


def test_a_trend_that_shrank_is_told_where_there_is_room() -> None:
    told = lines((LEAD,), (GROWN, SHRUNK), (PHRASE,), (), past=4)[1]
    assert told == Line(
        text="More than usual: “flying lifts”, in 23 items where 11 were expected; LLM agents, with 31 items where 14 were expected. "
        "Less than usual: Efficiency, with 4 items where 11 were expected.",
        target="moved",
    )
    assert lines((), (replace(SHRUNK, items=()),), (), (), past=4) == (
        Line(text="Less than usual: Efficiency, with 4 items where 11 were expected.", target="efficiency"),
    )


def test_that_nothing_moved_is_told_once() -> None:
    still = replace(STILL, items=(LEAD, NEXT, THIRD))
    assert lines((LEAD, NEXT), (still,), (), (), past=4) == (
        Line(text="QuickLift reduces the cost by 40% over cranes.", target="a"),
        Line(text="No trend, name or phrase moved beyond its usual."),
        Line(text="BalloonLift: Balloons need no fuel in 9 of 10 lifts.", target="c"),
    )


def test_a_week_in_which_nothing_moved_is_told_by_what_came_closest() -> None:
    kites, lifts = (
        replace(THIRD, id=id_, title=f"{name}: flying lifts at night")
        for id_, name in (("k", "NightKite"), ("l", "GlowLift"))
    )
    still = replace(STILL, items=(LEAD, NEXT, kites, lifts))
    near = (
        replace(PHRASE, items=("a", "b", "k", "l"), count=9, expected=2.8, q=0.4),
        Moved(name="brick swarms", kind="phrase", items=("a", "b"), count=4, expected=0.3, q=0.6, past=(0, 0)),
    )
    assert lines((LEAD, NEXT), (still,), (), [released(1)], past=2, closest=near) == (
        Line(text="QuickLift reduces the cost by 40% over cranes.", target="a"),
        Line(text="Released: Lift 1.", target="releases"),
        Line(
            text="Nothing moved beyond chance; closest to it came “flying lifts”, in 9 works instead of about 3 (NightKite, GlowLift).",
            target="agents",
        ),
    )
    assert "chance" not in lines((LEAD,), (GROWN,), (), (), past=4, closest=near)[1].text


def test_a_line_tells_nothing_that_is_told_among_what_to_read_first_or_has_no_section() -> None:
    assert len(lines((LEAD, NEXT), (replace(STILL, items=(LEAD, NEXT)),), (), (), past=4)) == 2
    assert len(lines((LEAD, NEXT), (replace(STILL, items=(THIRD,), own=False),), (), (), past=4)) == 2


def test_a_first_issue_says_nothing_of_what_moved() -> None:
    assert lines((LEAD,), (NEW,), (), (), past=0) == (
        Line(text="QuickLift reduces the cost by 40% over cranes.", target="a"),
    )


def test_that_nothing_moved_comes_after_what_was_released() -> None:
    still = replace(STILL, items=(LEAD, NEXT, THIRD))
    told = lines((LEAD, NEXT), (still,), (), [released(1)], past=4)
    assert [line.text for line in told[1:]] == ["Released: Lift 1.", "No trend, name or phrase moved beyond its usual."]


def test_the_last_line_is_a_result_with_its_name_and_of_no_listed_release() -> None:
    boast = replace(THIRD, id="d", score=9.0, result="KiteLift consistently outperforms all cranes.")
    named = replace(
        THIRD, id="e", title="KiteLift: lifts in the wind", score=8.0, result="Losses fall by 40% in the rain."
    )
    still = replace(STILL, items=(boast, named, THIRD))
    assert lines((LEAD,), (still,), (), (), past=0)[-1] == Line(
        text="KiteLift: Losses fall by 40% in the rain.", target="e"
    )
    release = Released(id="e", release=Release(name="KiteLift"))
    assert lines((LEAD,), (still,), (), [release], past=0)[-1].target == "c"


def test_a_line_tells_the_sizes_of_a_family_in_short() -> None:
    family = Released(
        id="f", release=Release(name="Lift 2", maker="LiftLab", size="35B (3B active), 397B (17B active)")
    )
    told = lines((LEAD,), (NEW,), (), [family], past=0)
    assert told[1].text == "Released: Lift 2 (LiftLab, 35B, 397B)."


def test_a_lead_without_a_text_is_told_by_who_carries_it() -> None:
    sources = tuple(Source(feed=name, url="https://a.example") for name in ("LiftLab", "Crane News"))
    alone = IssueItem(id="a", title=TITLE, url="", sources=sources[:1])
    assert lines((alone,), (), (), (), past=0) == (Line(text="The lead comes from LiftLab.", target="a"),)
    carried = IssueItem(id="a", title=TITLE, url="", result=TITLE, sources=sources)
    assert lines((carried,), (), (), (), past=0) == (
        Line(text="The lead is carried by 2 feeds, first by LiftLab.", target="a"),
    )


def test_no_line_is_a_title() -> None:
    releases = (Released(id="a", release=Release(name="QuickLift")),)
    told = lines((LEAD, NEXT), (replace(STILL, items=(LEAD, NEXT, THIRD)),), (), releases, past=0)
    assert not {line.text.rstrip(".") for line in told} & {LEAD.title, NEXT.title}
    assert [line.target for line in told] == ["a", "c"]


def test_an_issue_without_items_says_so() -> None:
    assert lines((), (), (), (), past=4) == (Line(text="Nothing new fell into any of the trends."),)
