"""Put what a language model wrote into an issue, as far as the editor lets it stand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.model import Issue, IssueItem, RefusedSentence, Written, WrittenSentence
from digest.text.clean import readable

BRIEF_WORDS = 40  # of a summary in the mail
BY_EDITOR = "the editor refused it"
# The editor's words by item, and by place and sentence as the model wrote it; "" to refuse it.
Reviews = Mapping[str, Mapping[tuple[str, str], str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenLine:
    """One sentence of a draft that a model wrote. `number` counts those of its item from 1; the mended text is the editor's."""

    item: str
    title: str
    number: int
    place: str
    sentence: WrittenSentence

    @property
    def wrote(self) -> str:
        """What the model wrote, by which decisions find the sentence again."""
        return self.sentence.wrote or self.sentence.text


def with_written(issue: Issue, texts: Mapping[str, Sequence[Written]], reviews: Reviews) -> Issue:
    """The issue with these texts, by item, in place of those of the sources."""
    items = {item.id: item for item in issue.items()}
    changed = {
        id_: applied(items[id_], [reviewed(one, reviews.get(id_, {})) for one in written])
        for id_, written in texts.items()
        if id_ in items
    }
    before = items.get(issue.lead)
    told = before.summary if before is not None and _of(changed.get(issue.lead), "lead") else ""
    return replace(
        issue,
        lines=tuple(line for line in issue.lines if not told or readable(line.text) not in readable(told)),
        trends=tuple(
            replace(section, items=tuple(changed.get(item.id, item) for item in section.items))
            for section in issue.trends
        ),
        also_noted=tuple(changed.get(item.id, item) for item in issue.also_noted),
    )


def reviewed(written: Written, decisions: Mapping[tuple[str, str], str]) -> Written:
    """A text after the editor's decisions on its sentences."""
    kept, refused = [], list(written.refused)
    for one in written.sentences:
        words = decisions.get((written.place, one.text))
        if words == "":
            refused.append(RefusedSentence(text=one.text, reason=BY_EDITOR))
        elif words is None:
            kept.append(one)
        elif words == one.text:
            kept.append(replace(one, verdict="accepted"))
        else:
            kept.append(replace(one, text=words, wrote=one.text, verdict="mended"))
    return replace(written, sentences=tuple(kept), refused=tuple(refused))


def applied(item: IssueItem, written: Sequence[Written]) -> IssueItem:
    """An item with its texts. The lead's text is its summary at the top; a text without sentences changes nothing."""
    changed = replace(item, written=tuple(written))
    for one in written:
        texts = [sentence.text for sentence in one.sentences]
        if not texts:
            continue
        whole = " ".join(texts)
        match one.place:
            case "result":
                changed = replace(changed, result=whole)
            case "title":
                changed = replace(changed, plain_title=whole.rstrip("."))
            case _:
                changed = replace(changed, summary=whole, brief=_brief(texts))
    return changed


def lines_of(items: Iterable[IssueItem]) -> Iterator[WrittenLine]:
    """Every sentence of the items that a model wrote and the editor may decide about."""
    for item in items:
        sentences = [(one.place, sentence) for one in item.written for sentence in one.sentences]
        for number, (place, sentence) in enumerate(sentences, start=1):
            yield WrittenLine(item=item.id, title=item.title, number=number, place=place, sentence=sentence)


def _of(item: IssueItem | None, place: str) -> bool:
    return item is not None and any(one.place == place and one.sentences for one in item.written)


def _brief(texts: Sequence[str]) -> str:
    """As many sentences as fit into the mail; at least the first."""
    kept: list[str] = []
    for text in texts:
        if kept and sum(len(one.split()) for one in (*kept, text)) > BRIEF_WORDS:
            break
        kept.append(text)
    return " ".join(kept)
