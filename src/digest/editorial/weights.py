"""What a reader's named weights add to an item's worth."""

from collections.abc import Mapping, Sequence

from digest.config import Watch
from digest.editorial.candidates import Candidate
from digest.editorial.watchlist import watched
from digest.model import HEAVIEST, Label


def weighed(candidate: Candidate, labels: Sequence[Label], weights: Mapping[str, float]) -> float:
    """The sum of the weights that name an item, at most `HEAVIEST` up or down. `digest.model.Preferences` has the names."""
    total = sum(weight for name, weight in weights.items() if _names(name, candidate, labels))
    return round(max(-HEAVIEST, min(HEAVIEST, total)), 4)


def _names(name: str, candidate: Candidate, labels: Sequence[Label]) -> bool:
    kind, _, value = name.partition(":")
    match kind:
        case "trend":
            return any(label.id == value for label in labels)
        case "author":
            return bool(watched(candidate, Watch(authors=(value,))))
        case "term":
            return bool(watched(candidate, Watch(terms=(value,))))
        case "work":
            works = {*candidate.keys, *candidate.members, candidate.follows.id if candidate.follows else ""}
            return value in works or bool(watched(candidate, Watch(arxiv=(value.removeprefix("arxiv:"),))))
        case "feed":
            return any(source.feed == value for source in candidate.sources)
        case _:
            return False
