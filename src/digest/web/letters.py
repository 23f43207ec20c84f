"""The web copies of readers' own letters, each under a signed address that its mail alone names.

Nothing is recorded of who opens one. A copy is gone when the store deletes the letter's texts.
"""

from collections.abc import Sequence

from aiohttp import web

from digest.subscribers.tokens import SECRET, Tokens
from digest.text.words import gettext
from digest.web.archive import policy_in
from digest.web.subscribers import People

# No search engine and no shared cache keeps it.
PRIVATE = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "private, no-store"}


def routes(people: People) -> Sequence[web.AbstractRouteDef]:
    """The page of a letter."""
    letters, tokens = people.site.store.letters, Tokens(people.subscribers.secret(SECRET))

    async def show(request: web.Request) -> web.Response:
        key = tokens.read("letter", request.match_info["token"])
        if not isinstance(key, str):
            return people.refused(request)
        texts = letters.texts(key)
        if texts is None or not texts.page:
            return people.answer(
                gettext("This letter is gone"),
                gettext("Letters are kept on the web for a month. The mail itself stays as it is."),
                status=410,
            )
        policy = f"{policy_in(texts.page.encode())}; frame-ancestors 'none'"
        return web.Response(
            text=texts.page, content_type="text/html", headers={**PRIVATE, "Content-Security-Policy": policy}
        )

    return [web.get("/letter/{token}", show)]
