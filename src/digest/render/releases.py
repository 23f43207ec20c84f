"""Build the views of an issue's releases: one line each for mail and text, cells for a table."""

from digest.model import Release, Released
from digest.render.render_context import Frame
from digest.render.view_models import ReleaseView
from digest.text.clean import anchor

_COLUMNS = ("Maker", "Size", "Licence", "Context", "Weights", "Price and figures")


def release_views(frame: Frame) -> tuple[ReleaseView, ...]:
    """As many releases as the format shows, each linked to its announcement. Releases without an item in the issue are left out."""
    items = frame.issue.by_id()
    columns = release_columns(frame)
    shown = [one for one in frame.issue.releases if one.id in items][: frame.limits.releases]
    noted = {item.id for item in frame.issue.also_noted}
    return tuple(
        _view(one, frame.url(items[one.id].url), columns, frame, noted=one.id in noted and frame.limits.folded)
        for one in shown
    )


def release_columns(frame: Frame) -> tuple[str, ...]:
    """The columns that are not empty for all releases."""
    rows = [_cells(one.release, frame) for one in frame.issue.releases[: frame.limits.releases]]
    return tuple(column for column in _COLUMNS if any(cells[column] for cells in rows))


def _view(one: Released, url: str, columns: tuple[str, ...], frame: Frame, *, noted: bool) -> ReleaseView:
    cells = _cells(one.release, frame)
    return ReleaseView(
        anchor=anchor(one.id) if noted else "",
        name=frame.text(one.release.name) or "Untitled",
        url=url,
        maker=cells["Maker"],
        facts="; ".join(filter(None, (_said(column, cells[column]) for column in _COLUMNS[1:]))),
        cells=tuple(cells[column] for column in columns),
    )


def _cells(release: Release, frame: Frame) -> dict[str, str]:
    figures = "; ".join(map(frame.text, (*filter(None, (release.price,)), *release.figures)))
    facts = (release.maker, release.size, release.license, release.context, release.weights)
    return dict(zip(_COLUMNS, (*map(frame.text, facts), figures), strict=True))


def _said(column: str, cell: str) -> str:
    """A cell in words that need no column heading."""
    if not cell:
        return ""
    words = {
        "Size": f"{cell} parameters",
        "Context": f"{cell} tokens of context",
        "Weights": f"{cell} weights" if cell == "open" else f"by {cell}",
    }
    return words.get(column, cell)
