"""More or less of this: the page behind the quiet links of a mail. It asks; only its form changes anything.

A mail scanner that follows every link of a mail, or asks for its head, changes nothing. A form that comes again changes nothing more.
"""

from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from digest.errors import UsageError
from digest.model import Subscriber
from digest.render import subscribers as view
from digest.render.subscribers import NameRow, TeachView
from digest.services.preferences import preferences_of, teach
from digest.services.teaching import Lesson, behind, lesson_of
from digest.storage.archive import Archive
from digest.storage.files import resources
from digest.subscribers import choices
from digest.text.words import gettext
from digest.web.context import Buckets
from digest.web.requests import Form, form_of
from digest.web.subscribers import People


def routes(people: People) -> Sequence[web.AbstractRouteDef]:
    """The pages behind the links of items and sections."""
    pages = Teaching(people)
    path = "/preferences/{token}/more/{key}/{place}"
    return [
        web.get(path, people.said("preferences", pages.ask)),
        web.post(path, people.said("preferences", pages.teach)),
    ]


class Teaching:
    """What the holder of a token may teach from their mail."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._site = people.site
        self._archive = Archive(people.site.workspace.archive)
        self._pages = view.PreferencePages(resources.template_texts(people.site.workspace), title=people.title)
        self._changes = Buckets(burst=60, every=timedelta(seconds=10), clock=people.site.clock)

    async def ask(self, request: web.Request) -> web.Response:
        person = self._people.reader(request)
        if person is None:
            return self._people.nobody(request)
        lesson = self._lesson(request, person)
        if lesson is None:
            return self._gone()
        held = preferences_of(self._site.store, self._site.config.digest, person.id).weights
        names = tuple(self._row(name, held.get(name, 0.0), chosen=name in lesson.first) for name in lesson.names)
        page = TeachView(**self._pages.frame(), what=lesson.title, names=names, back=self._back(person))
        return self._people.html(self._pages.teach(page))

    async def teach(self, request: web.Request) -> web.Response:
        """Move what the reader checked one level up or down from where it stood when they were asked."""
        person = self._people.reader(request)
        if person is None:
            return self._people.nobody(request)
        lesson = self._lesson(request, person)
        if lesson is None:
            return self._gone()
        if not self._changes.take(str(person.id)):
            return self._people.too_many()
        form = await form_of(request)
        checked = [str(name) for name in form.getall("weight", []) if name in lesson.names]
        more = form.get("to") == "more"
        try:
            changes = self._moves(form, checked, more=more)
            async with self._people.writing():
                teach(self._site.store, self._site.config, person.id, changes, self._site.clock())
        except UsageError:
            words = gettext("Nothing was changed. Please check at least one line; at most 300 can be taught.")
            return self._people.answer(gettext("More or less of this"), words, status=400)
        named = "; ".join(self._label(name) for name in checked)
        words = (
            gettext("From now on you see more of: %(names)s.", names=named)
            if more
            else gettext("From now on you see less of: %(names)s.", names=named)
        )
        return self._people.answer(
            gettext("Saved"), words, link=(self._back(person), gettext("Everything that you taught"))
        )

    def _moves(self, form: Form, checked: Sequence[str], *, more: bool) -> dict[str, float]:
        """The new weights, counted from those that the reader saw.

        Raises:
            UsageError: nothing is checked, or the form is not the page's.
        """
        if not checked or form.get("to") not in ("more", "less"):
            raise UsageError("the form", "names nothing to weigh", "check at least one")
        seen = (choices.weight(f"{name}={form.get(f'held:{name}', '0')}", self._site.trends) for name in checked)
        return {name: choices.nearer(held, more=more) for name, held in seen}

    def _lesson(self, request: web.Request, person: Subscriber) -> Lesson | None:
        key, place = request.match_info["key"], request.match_info["place"]
        if place in self._site.trends:
            name = f"trend:{place}"
            return Lesson(title=self._label(name), names=(name,), first=frozenset((name,)))
        found = behind(self._site.store, self._archive, person.id, key, place)
        if found is None:
            return None
        item, issue = found
        return lesson_of(item, self._site.config, [one.title for one in issue.items()])

    def _gone(self) -> web.Response:
        words = gettext(
            "This item is not known any more. You can still name what you want on your page of preferences."
        )
        return self._people.answer(gettext("More or less of this"), words, status=404)

    def _row(self, name: str, held: float, *, chosen: bool) -> NameRow:
        kind, _, _ = name.partition(":")
        level = gettext(view.LEVELS[choices.level_of(held)]) if held else ""
        label = self._label(name).partition(": ")[2].removeprefix("url:")
        return NameRow(
            weight=name, kind=gettext(view.KINDS[kind]), name=label, held=level, held_value=f"{held:g}", chosen=chosen
        )

    def _label(self, name: str) -> str:
        """A weight as it is shown: `Author: Ada Byron`."""
        kind, _, what = name.partition(":")
        if kind == "trend" and what in self._site.trends:
            what = self._site.trends[what].name
        return f"{gettext(view.KINDS[kind])}: {what.replace('arxiv:', 'arXiv ')}"

    def _back(self, person: Subscriber) -> str:
        return f"../../../{self._people.tokens.make('preferences', person.link)}"
