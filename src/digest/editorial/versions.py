"""Name the versions of software that feeds announce by a number alone, and tell patches and pre-releases from other versions.

In: a title, its link and the name of its feed. Nothing else is looked up. All patterns are bounded.
"""

import re

_STAGE = r"[.+-]?(?:alpha|beta|rc|post|dev|pre|a|b)[.\d-]{0,8}"
_NUMBER = rf"\d{{1,4}}(?:\.\d{{1,6}}){{1,3}}(?:{_STAGE})?"
_BARE = re.compile(rf"(?:release|version|ver\.?)?[\s:@-]*(v?{_NUMBER}|v\d{{1,4}}|b\d{{3,6}})", re.IGNORECASE)
_AT_END = re.compile(rf"[\s@:/-]*\bv?({_NUMBER})$", re.IGNORECASE)
_PATCH = re.compile(r"\d+\.\d+\.0*[1-9]\d*$")  # `2.1.3`, but neither `2.1.0` nor `2.1`
_REPOSITORY = re.compile(
    r"https?://(?:www\.)?(?:github|gitlab)\.com/([\w.-]{1,60})/([\w.-]{1,100})/(?:-/)?(?:releases|tags?|tree|commits?)\b"
)
_FEED_WORDS = re.compile(
    r"^(?:release notes|releases|tags) (?:from|of|for)\s|[\s:–—-]+(?:releases|release notes|changelog|change log|tags)$",
    re.IGNORECASE,
)
_PLAIN = {  # repositories whose names say nothing without their owner's
    "api", "app", "cli", "client", "clients", "core", "docs", "examples", "framework", "models", "python", "python-sdk", "releases", "sdk",
    "server", "servers", "tools", "typescript-sdk", "web",
}  # fmt: skip
_LETTERS = re.compile(r"[\W_]+")


def is_version(title: str) -> bool:
    """Whether a title is nothing but the number of a version: `v0.21.0`, `Release 2.4`, `3.0.0-rc.1`."""
    return _BARE.fullmatch(title.strip()) is not None


def named(title: str, *, url: str, feed: str) -> str:
    """The title; if it is only a number, with the name of the project, from the link or else from the feed's name."""
    bare = _BARE.fullmatch(title.strip())
    name = _project(url, feed) if bare else ""
    return f"{name} {bare[1]}" if bare and name else title


def product(feed: str) -> str:
    """The name of a feed without the words that only say that it lists versions: `Kiln` for `Kiln releases`."""
    return "" if feed.casefold() == "releases" else _FEED_WORDS.sub("", feed.strip())


def parts(name: str) -> tuple[str, str] | None:
    """The name of a project and the number of its version, if the name of a release ends with one."""
    found = _AT_END.search(name)
    return (name[: found.start()], found[1]) if found else None


def is_patch(name: str) -> bool:
    """Whether the name of a release ends with the number of a patch or of a pre-release."""
    found = parts(name)
    return found is not None and (is_before_release(found[1]) or _PATCH.fullmatch(found[1]) is not None)


def is_before_release(number: str) -> bool:
    """Whether a version is one before its release: `3.0rc1`, `3.0.0-beta.2`."""
    return re.search(r"[a-z]", number.lstrip("vV"), re.IGNORECASE) is not None


def same_project(name: str) -> str:
    """A key that is the same for all spellings of a project's name: `stone-mill`, `Stone Mill`."""
    return _LETTERS.sub("", name.casefold())


def _project(url: str, feed: str) -> str:
    own, found = product(feed), _REPOSITORY.match(url)
    if found is None:
        return own
    owner, repository = found[1], found[2]
    if repository.casefold() in _PLAIN:
        return f"{owner}/{repository}"
    return own if same_project(own) == same_project(repository) else repository
