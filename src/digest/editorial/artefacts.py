"""Find the code, weights and data that an item's text links to."""

import re

from digest.model import Artefact

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(github\.com|gitlab\.com|huggingface\.co|zenodo\.org)/([\w./-]+)", re.IGNORECASE
)
_FORGES = ("github.com", "gitlab.com")
_NOT_MODELS = {"papers", "spaces", "blog", "collections", "docs", "posts"}


def artefacts(text: str) -> tuple[Artefact, ...]:
    """The first artefact of each kind in the text. A link to a code host must name a repository."""
    found: dict[str, Artefact] = {}
    for host, path in _ADDRESS.findall(text):
        one = _artefact(host.lower(), path.rstrip("./-"))
        if one is not None:
            found.setdefault(one.kind, one)
    return tuple(found[kind] for kind in ("code", "weights", "data") if kind in found)


def _artefact(host: str, path: str) -> Artefact | None:
    first, *rest = path.split("/")
    url = f"https://{host}/{path}"
    if host in _FORGES and rest:
        return Artefact(kind="code", url=url)
    if host == "zenodo.org" or (first == "datasets" and rest):
        return Artefact(kind="data", url=url)
    if host == "huggingface.co" and rest and first not in _NOT_MODELS:
        return Artefact(kind="weights", url=url)
    return None
