"""A reader's own choices: the page that shows and changes them, their library, and everything that is stored about them.

A token in the URL identifies the reader. Only POST changes anything, because mail scanners follow every link of a mail.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import BodyPartReader, web

from digest.errors import UsageError
from digest.model import FREQUENCIES, MINUTES, Frequency, Preferences, Subscriber
from digest.render import subscribers as view
from digest.render.subscribers import Choice, PreferencesView, TaughtRow, TrendRow
from digest.services.context import trends_in
from digest.services.library import read_library
from digest.services.preferences import Chosen, choose, next_letter, preferences_of, stored_about, teach, weights_of
from digest.storage.files import resources
from digest.subscribers import choices
from digest.subscribers.library import FORMS, LARGEST
from digest.text.formatting import count, language_name
from digest.text.words import N_, gettext
from digest.web.context import Buckets
from digest.web.requests import Form, form_of
from digest.web.subscribers import People

CHUNK = 64_000
OFTEN: Mapping[Frequency, str] = {
    "issue": N_("Each issue, when it comes out"),
    "daily": N_("A letter every day"),
    "weekly": N_("A letter every week"),
    "monthly": N_("A letter every month"),
}
assert tuple(OFTEN) == get_args(Frequency) == FREQUENCIES
UPLOAD_SECONDS = 60.0  # for a library to arrive
MISREAD = N_(
    "Nothing was saved. Please check the date and the name that you entered: a name may not hold ; or =, and there may be at most 300."
)
NO_LIBRARY = N_(
    "Nothing was saved. The file could not be read as a library: it must be BibTeX, CSL JSON, Zotero RDF, CSV or OPML, of at most 5 MB."
)
BUSY = 4  # libraries that are read or wait at a time


def routes(people: People) -> Sequence[web.AbstractRouteDef]:
    """The pages behind a reader's link to their preferences."""
    pages = PreferencePages(people)
    root = "/preferences/{token}"
    return [
        web.get(root, people.said("preferences", pages.show)),
        web.post(root, people.said("preferences", pages.save)),
        web.post(f"{root}/library", people.said("preferences", pages.upload)),
        web.get(f"{root}/data", people.said("preferences", pages.data)),
    ]


class PreferencePages:
    """What the holder of a token may see and change of their own choices."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._site = people.site
        self._settings = people.site.config.digest
        self._pages = view.PreferencePages(resources.template_texts(people.site.workspace), title=people.title)
        self._changes = Buckets(burst=20, every=timedelta(seconds=30), clock=people.site.clock)
        self._trends = {one: trends_in(people.site.trends, people.site.workspace, one) for one in people.languages}
        self._reading = asyncio.Semaphore(1)
        self._uploads = 0

    async def show(self, request: web.Request) -> web.Response:
        person = self._people.reader(request)
        if person is None:
            return self._people.nobody(request)
        return self._page(person, gettext("Choose what you want to get, then save."))

    async def save(self, request: web.Request) -> web.Response:
        """Store what the form says. What cannot be stored is named, and then nothing is."""
        person = self._people.reader(request)
        if person is None:
            return self._people.nobody(request)
        if not self._changes.take(str(person.id)):
            return self._people.too_many()
        form = await form_of(request)
        try:
            chosen = self._chosen(form, person)
        except UsageError:
            return self._page(person, gettext(MISREAD), trouble=True)
        async with self._people.writing():
            choose(self._site.store, self._site.config, person.id, chosen, self._site.clock())
        after = self._site.store.subscribers.get(person.id) or person
        with self._people.speaking(after):
            return self._page(after, gettext("Saved. %(what_comes)s", what_comes=self._coming(after)))

    async def upload(self, request: web.Request) -> web.Response:
        """Read a reader's own library, and give weight to what it names."""
        person = self._people.reader(request)
        if person is None:
            return self._people.nobody(request)
        if self._uploads >= BUSY or not self._changes.take(str(person.id)):
            return self._people.too_many()
        self._uploads += 1
        try:
            body = await _file(request)
            async with self._reading:
                library = await asyncio.to_thread(read_library, body, name="upload")
            changes = weights_of(library, self._site.config)
            async with self._people.writing():
                fresh = teach(self._site.store, self._site.config, person.id, changes, self._site.clock())
        except UsageError:
            return self._page(person, gettext(NO_LIBRARY), trouble=True, up="../")
        finally:
            self._uploads -= 1
        kinds = [name.partition(":")[0] for name in fresh]
        told = gettext(
            "Saved. These count for more from now on. Authors: %(authors)s; terms: %(terms)s; papers: %(papers)s; sources: %(sources)s.",
            authors=kinds.count("author"),
            terms=kinds.count("term"),
            papers=kinds.count("work"),
            sources=kinds.count("feed"),
        )
        return self._page(person, told, up="../")

    async def data(self, request: web.Request) -> web.Response:
        """Everything that is stored about the reader, as a file."""
        person = self._people.reader(request)
        if person is None:
            return self._people.nobody(request)
        found = stored_about(self._site.store, self._site.config, person)
        text = json.dumps(found, default=str, ensure_ascii=False, indent=2)
        headers = {"Content-Disposition": 'attachment; filename="stored.json"'}
        return web.Response(text=text, content_type="application/json", headers=headers)

    def _chosen(self, form: Form, person: Subscriber) -> Chosen:
        """What a form says. A form without `frequency` is about trends, language and pause alone."""
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        asked = said.get("language", "")
        return Chosen(
            preferences=self._preferences(said, person) if "frequency" in said else None,
            trends=tuple(one for one in self._site.trends if one in form.getall("trend", [])),
            language=asked if asked in self._people.languages else None,
            paused="paused" in said,
        )

    def _preferences(self, said: Mapping[str, str], person: Subscriber) -> Preferences:
        """The preferences in a form.

        Raises:
            UsageError: a field holds what the page does not offer.
        """
        before = preferences_of(self._site.store, self._settings, person.id)
        often = said["frequency"]
        day = said.get({"weekly": "weekday", "monthly": "day"}.get(often, ""), "")
        if often == "weekly" and day.isdigit():
            day = dict(enumerate(choices.WEEKDAYS, 1)).get(int(day), day)
        zone = choices.zone(said.get("zone", before.zone))
        changes = {
            name.removeprefix("weight:"): choices.weight(f"{name.removeprefix('weight:')}={level}", self._site.trends)[
                1
            ]
            for name, level in said.items()
            if name.startswith("weight:") and _moved(before, name.removeprefix("weight:"), level)
        }
        if said.get("name", "").strip():
            named = choices.named(f"{said.get('kind', '')}:{said['name']}", self._site.trends)
            changes[named] = choices.LEVELS["more"]
        held = {} if "erase" in said else before.weights
        return replace(
            choices.frequency(f"{often} {day} {said.get('hour', before.hour)}:00", before),
            zone="" if zone == self._settings.timezone else zone,
            minutes=choices.minutes(said.get("minutes", "")),
            plain="plain" in said,
            weights=choices.changed(held, {} if "erase" in said else changes),
            paused_until=choices.until(said.get("until", ""), zone or self._settings.timezone),
        )

    def _coming(self, person: Subscriber) -> str:
        """What comes next, in plain words."""
        chosen = preferences_of(self._site.store, self._settings, person.id)
        zone, now = self._zone(chosen), self._site.clock()
        if person.status == "paused":
            return gettext("You get no mail until you uncheck the pause on this page.")
        if chosen.paused_until is not None and chosen.paused_until > now:
            return gettext("You get no mail before %(date)s.", date=view.day_in_words(chosen.paused_until, zone))
        at = next_letter(chosen, self._settings, after=now)
        if at is None:
            return gettext("You get each issue when it comes out.")
        local = at.astimezone(zone)
        return gettext(
            "Your next letter comes on %(date)s at %(time)s (%(zone)s).",
            date=view.day_in_words(at, zone),
            time=f"{local:%H:%M}",
            zone=zone.key,
        )

    def _zone(self, chosen: Preferences) -> ZoneInfo:
        return ZoneInfo(chosen.zone or self._settings.timezone)

    def _page(self, person: Subscriber, words: str, *, trouble: bool = False, up: str = "") -> web.Response:
        """The page; `up` leads from the request's address to the page's own."""
        chosen = preferences_of(self._site.store, self._settings, person.id)
        token = self._people.tokens.make("preferences", person.link)
        leave = self._people.tokens.make("unsubscribe", person.link)
        own = self._people.edition(person.language)
        frame = self._pages.frame()
        page = PreferencesView(
            **frame,
            words=words,
            trouble=trouble,
            address=f"{up}{token}",
            frequencies=tuple(
                Choice(value=one, name=gettext(name), chosen=one == chosen.frequency) for one, name in OFTEN.items()
            ),
            weekdays=view.weekdays(chosen.day if chosen.frequency == "weekly" else 1),
            days=view.numbers(range(1, 32), "{}", chosen.day if chosen.frequency == "monthly" else 1),
            hours=view.numbers(range(24), "{:02d}:00", chosen.hour),
            zones=_zones(self._zone(chosen).key),
            minutes=_minutes(chosen.minutes, self._settings.minutes),
            languages=tuple(
                Choice(value=one, name=language_name(one), chosen=one == own)
                for one in self._people.languages
                if len(self._people.languages) > 1
            ),
            plain=chosen.plain,
            paused=person.status == "paused",
            until=choices.spelt_until(chosen.paused_until, self._zone(chosen).key),
            trends=tuple(self._trend(trend.id, trend.name, person, chosen) for trend in self._trends[own].values()),
            taught=tuple(
                _taught(name, value) for name, value in chosen.weights.items() if not name.startswith("trend:")
            ),
            kinds=tuple(Choice(value=kind, name=gettext(view.KINDS[kind])) for kind in ("author", "term", "feed")),
            library=f"{up}{token}/library",
            data=f"{up}{token}/data",
            leave=f"{up}../unsubscribe/{leave}",
        )
        return self._people.html(self._pages.preferences(page), status=400 if trouble else 200)

    def _trend(self, id_: str, name: str, person: Subscriber, chosen: Preferences) -> TrendRow:
        held = chosen.weights.get(f"trend:{id_}", 0.0)
        return TrendRow(
            id=id_, name=name, chosen=id_ in person.trends, levels=view.levels(choices.level_of(held) if held else "")
        )


def _moved(before: Preferences, name: str, level: str) -> bool:
    """Whether a form's level is another than that of the weight. A weight between two levels stays as it is."""
    held = before.weights.get(name, 0.0)
    return level != (choices.level_of(held) if held else "none")


def _taught(name: str, value: float) -> TaughtRow:
    kind, _, what = name.partition(":")
    return TaughtRow(
        weight=name,
        kind=gettext(view.KINDS[kind]),
        name=what.replace("arxiv:", "arXiv "),
        levels=view.levels(choices.level_of(value)),
    )


def _zones(chosen: str) -> tuple[Choice, ...]:
    """The zones by the names of their places, without the database's other names for them."""
    known = (one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "SystemV/", "US/")))
    return tuple(Choice(value=one, name=one, chosen=one == chosen) for one in sorted({*known, "UTC", chosen}))


def _minutes(chosen: int | None, usual: int) -> tuple[Choice, ...]:
    same = Choice(
        value="issue", name=gettext("As the issue (%(minutes)s)", minutes=count(usual, "minute")), chosen=chosen is None
    )
    held = () if chosen in (None, *MINUTES) else (chosen,)
    named = (Choice(value=str(one), name=count(one, "minute"), chosen=one == chosen) for one in (*MINUTES, *held))
    return (same, *named)


async def _file(request: web.Request) -> bytes:
    """The file in a form, read piece by piece.

    Raises:
        UsageError: it is too large, or there is none.
        HTTPError: the request is not such a form, or does not arrive in time.
    """
    if (request.content_length or 0) > LARGEST + CHUNK:
        raise UsageError("upload", "is too large", FORMS)
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            parts = await request.multipart()
            while (part := await parts.next()) is not None:
                if isinstance(part, BodyPartReader) and part.name == "library":
                    return await _whole(part)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (ValueError, LookupError, RuntimeError, AssertionError) as error:  # broken multipart
        raise web.HTTPBadRequest from error
    raise UsageError("upload", "holds no file", FORMS)


async def _whole(part: BodyPartReader) -> bytes:
    body = bytearray()
    while piece := await part.read_chunk(CHUNK):
        body += piece
        if len(body) > LARGEST:
            raise UsageError("upload", "is too large", FORMS)
    return bytes(body)
