"""`digest show [KEY]`: read an archived issue in the terminal, or print one of its files."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import examples, workspace
from digest.cli.terminal import address, console_of, hanging, linked, paged, told
from digest.errors import NotFoundError
from digest.model import Issue, Workspace
from digest.render import IssueView, ItemView, SectionView
from digest.text.formatting import count, listed
from digest.text.words import gettext, using

FORMATS = {"md": "issue.md", "txt": "email.txt", "html": "index.html", "json": "issue.json"}


@click.command("show", epilog=examples("digest show", "digest show 2026-W48", "digest show --format md | less"))
@click.argument("key", required=False)
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Print the issue's file in this format instead."
)
@click.option("--language", metavar="LANGUAGE", help="Read the edition in this language.")
@click.pass_context
def command(ctx: click.Context, key: str | None, form: str | None, language: str | None) -> int:
    """Read issue KEY (default: the latest closed one) in the terminal. KEY may also name a draft."""
    from digest.cli.archive_index import latest
    from digest.storage.archive import Archive

    archive = Archive(workspace(ctx).archive)
    issue = archive.read(key or latest(workspace(ctx)))
    if language is not None and language != issue.language:
        issue = _in_language(workspace(ctx), issue, language)
    if form is not None:
        apart = issue.language in {one.language for one in issue.editions} and form != "json"
        folder = archive.root / issue.language / issue.key if apart else archive.folder(issue.key)
        path = folder / FORMATS[form]
        if not path.is_file():
            raise NotFoundError(str(path), "is missing", f"run `digest render {issue.key}`")
        click.echo(path.read_bytes(), nl=False)
        return 0
    from digest.config import trend_files
    from digest.render import view
    from digest.storage.files import resources

    known = trend_files.load(resources.trend_texts(workspace(ctx), issue.language))
    with using(issue.language):
        print_issue(view(issue, baselines=known))
    return 0


def _in_language(place: Workspace, issue: Issue, language: str) -> Issue:
    """The issue in the words of an edition.

    Raises:
        NotFoundError: it has no edition in this language.
    """
    from digest.config import trend_files
    from digest.editorial.editions import in_language
    from digest.storage.files import resources

    editions = {one.language: one for one in issue.editions}
    if language not in editions:
        known = ", ".join((issue.language, *editions))
        raise NotFoundError(f"issue {issue.key}", f"has no edition in {language}", f"choose from: {known}")
    own, trends = (trend_files.load(resources.trend_texts(place, each)) for each in (issue.language, language))
    return in_language(issue, language, editions[language].title, own=own, trends=trends)


BLOCKS = "▁▂▃▄▅▆▇█"


def print_issue(issue: IssueView) -> None:
    """Print the whole issue, through a pager if it is taller than the terminal."""
    console = console_of()
    with paged(console):
        _masthead(console, issue)
        _opening(console, issue)
        _releases(console, issue)
        _contents(console, issue)
        for section in issue.sections:
            _section(console, section)
        _names(console, issue)
        _rest(console, issue)


def _masthead(console: Console, issue: IssueView) -> None:
    marks = "".join(
        f" · {word}" for word, on in ((gettext("draft"), issue.draft), (gettext("sample"), issue.sample)) if on
    )
    console.print(Text(issue.title, style="bold"))
    read = gettext("%(minutes)s to read", minutes=issue.minutes)
    console.print(Text(f"{issue.span} · {issue.key}{marks} · {read}", style="dim"))
    if issue.lacking:
        hanging(console, "", Text(issue.lacking, style="dim"))
    console.print()


def _opening(console: Console, issue: IssueView) -> None:
    """The lead, the three lines, the editor's words, what is watched and what to read first."""
    if issue.lead:
        _lead(console, issue, issue.lead)
    for line in issue.lines:
        hanging(console, "", Text(line.before + line.linked + line.after))
    if issue.note:
        _heading(console, gettext("From the editor"))
        for paragraph in issue.note.paragraphs:
            hanging(console, "", Text(" ".join(piece.text for piece in paragraph)))
    if issue.watched:
        _heading(console, gettext("Watched %(period)s", period=issue.period))
    for item in issue.watched:
        _headline(console, "- ", item)
        hanging(console, "  ", Text(item.watched, style="dim"))
    if issue.read_first:
        _heading(console, gettext("Read first"))
    for number, item in enumerate(issue.read_first, 1):
        _headline(console, f"{number}. ", item)
        if item.result:
            hanging(console, "   ", told(item.result, item.result_written))


def _lead(console: Console, issue: IssueView, lead: ItemView) -> None:
    hanging(console, "", linked(Text(_titled(lead), style="bold"), lead.url))
    if lead.summary:
        hanging(console, "", told(lead.summary, lead.written))
    about = " · ".join(filter(None, (lead.authors, lead.trend)))
    if about:
        hanging(console, "", Text(about, style="dim"))
    if lead.follows:
        hanging(console, "", linked(Text(lead.follows.text, style="dim"), lead.follows.url))
    if issue.lead_voices:
        others = gettext("and %(others)s", others=count(issue.lead_voices_more, "other"))
        voices = ", ".join(voice.text for voice in issue.lead_voices) + (f" {others}" if issue.lead_voices_more else "")
        hanging(console, "", Text(gettext("Also on %(places)s", places=voices), style="dim"))
    address(console, lead.url)
    console.print()


def _releases(console: Console, issue: IssueView) -> None:
    if issue.releases or issue.beyond_language:
        _heading(console, gettext("Releases"))
    for one in issue.releases:
        told = "; ".join(filter(None, (one.what, one.facts)))
        facts = f": {told}" if told else ""
        maker = f", {one.maker}" if one.maker else ""
        hanging(console, "- ", linked(Text(f"{one.name}{maker}{facts}"), one.url))
        address(console, one.url, indent=2)
    if issue.beyond_language:
        names = ", ".join(one.text for one in issue.beyond_language)
        hanging(console, "", Text(gettext("Beyond language: %(names)s", names=names)))
    if issue.releases_more:
        console.print(Text(gettext("and %(more)s", more=count(issue.releases_more, "more")), style="dim"))


def _names(console: Console, issue: IssueView) -> None:
    if issue.moved:
        _heading(console, gettext("What moved"))
    for name in issue.moved:
        console.print(Text.assemble((name.name, "bold"), f", {name.told}"))
        for link in name.items:
            hanging(console, "  ", linked(Text(link.text), link.url))
            address(console, link.url, indent=2)


def _contents(console: Console, issue: IssueView) -> None:
    if issue.contents:
        _heading(console, gettext("Contents"))
    entries = (
        f"{section.name} {section.pulse.count} {section.pulse.mark.strip('·')}".strip() for section in issue.contents
    )
    if issue.contents:
        hanging(console, "", Text(" · ".join(entries)))


def sparkline(counts: Sequence[int]) -> str:
    """One block character per count, oldest first, scaled to the highest in eight steps."""
    highest = max(counts, default=0)
    return "".join(BLOCKS[round((len(BLOCKS) - 1) * count / highest)] if highest else BLOCKS[0] for count in counts)


def _section(console: Console, section: SectionView) -> None:
    _heading(console, section.name)
    past = f"  {sparkline((*section.pulse.past, section.pulse.count))}" if section.pulse.past else ""
    console.print(Text(section.pulse.words + past, style="dim"))
    for item in section.items:
        _item(console, item)
    if section.told:
        told = gettext("Told above: %(works)s", works=" · ".join(one.text for one in section.told))
        console.print()
        hanging(console, "", Text(told, style="dim"))
    if section.more:
        console.print(Text("\n" + gettext("and %(more)s", more=count(section.more, "more")), style="dim"))
    if section.baseline:
        dated = gettext("Background, as of %(date)s", date=section.as_of)
        console.print()
        hanging(console, "  ", Text(f"{dated} · {section.baseline}", style="italic"))


def _item(console: Console, item: ItemView) -> None:
    console.print()
    hanging(console, "", linked(Text(_titled(item), style="bold"), item.url))
    if item.leads:
        console.print(Text(gettext("Told at the top"), style="dim"))
        return
    labels = " · ".join(
        part for part in (item.authors, item.date, ", ".join(link.text for link in item.sources)) if part
    )
    if labels:
        hanging(console, "", Text(labels, style="dim"))
    if item.summary:
        hanging(console, "", told(item.summary, item.written))
    if item.above:
        hanging(console, "", Text(item.above.text, style="dim"))
    if item.because:
        hanging(console, "", Text(item.because, style="dim"))
    if item.follows:
        console.print(Text(item.follows.text, style="dim"))
    address(console, item.url)


def _rest(console: Console, issue: IssueView) -> None:
    if issue.shared:
        _heading(console, gettext("In other trends"))
    for section in issue.shared:
        console.print(Text(section.name, style="bold"))
        for item in section.items:
            _headline(console, "  ", item)
    if issue.also_noted:
        _heading(console, gettext("Also noted"))
    for item in issue.also_noted:
        _headline(console, "- ", item)
    if issue.also_noted_more:
        console.print(Text(gettext("and %(more)s", more=count(issue.also_noted_more, "more")), style="dim"))
    if issue.quiet:
        _heading(console, gettext("Quiet %(period)s", period=issue.period))
        hanging(console, "", Text(f"{listed(issue.quiet)}."))
    _heading(console, gettext("Behind this issue"))
    fates = ", ".join(gettext("%(number)s %(fate)s", number=number, fate=fate) for fate, number in issue.receipt)
    told = gettext("%(number)s entries: %(fates)s", number=issue.entry_count, fates=fates or gettext("nothing"))
    for text in filter(None, (told, *(grade.text for grade in issue.grades), issue.accuracy)):
        hanging(console, "", Text(text))
    for trouble in issue.trouble:
        hanging(console, "", Text(f"{listed(trouble.feeds)}: {trouble.reason}", style="dim"))


def _titled(item: ItemView) -> str:
    marked = gettext("(in %(language)s)", language=item.language_name) if item.language_name else ""
    original = f"({item.original_title})" if item.original_title else ""
    plain = f"({item.plain_title})" if item.plain_title else ""
    return " ".join(filter(None, (item.title, original, plain, marked)))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))


def _headline(console: Console, lead: str, item: ItemView) -> None:
    """A title alone, with its address under it."""
    hanging(console, lead, linked(Text(_titled(item)), item.url))
    address(console, item.url, indent=len(lead))
