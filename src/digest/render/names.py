"""An issue's new names -> their views: each with links to the items that name it."""

from digest.model import IssueItem, NewName
from digest.render.frame import Frame
from digest.render.view import LinkView, NameView

TITLES = 3  # of the items that name it


def name_views(frame: Frame) -> tuple[NameView, ...]:
    """The names in the issue's order."""
    issue = frame.issue
    sections = (item for section in issue.trends for item in (*section.items, *section.folded))
    items = {item.id: item for item in (*sections, *issue.also_noted)}
    return tuple(_name(name, items, frame) for name in issue.names)


def _name(name: NewName, items: dict[str, IssueItem], frame: Frame) -> NameView:
    told = [items[id_] for id_ in name.items if id_ in items][:TITLES]
    return NameView(
        name=frame.text(name.name),
        items=tuple(
            LinkView(
                text=_without(name.name, frame.text(one.title)) or frame.text(one.url) or "Untitled",
                url=frame.url(one.url),
            )
            for one in told
        ),
        more=len(name.items) - len(told),
    )


def _without(name: str, title: str) -> str:
    """The title without the name in front of it, which stands there already."""
    return title.removeprefix(f"{name}: ")
