"""Leave passwords and tokens out of addresses and texts. Takes addresses and texts; knows no configuration and no environment."""

import re
from urllib.parse import urlsplit

# Query parameters with values that give access to something, spelled without separators.
_CREDENTIALS = frozenset(
    {
        "accesskey", "accesstoken", "apikey", "apitoken", "auth", "authkey", "authorization", "authtoken", "bearer", "clientsecret",
        "credential", "credentials", "feedkey", "feedtoken", "idtoken", "jsessionid", "jwt", "oauthtoken", "passwd", "password",
        "phpsessid", "privatetoken", "pwd", "refreshtoken", "rsskey", "rsstoken", "secret", "secretkey", "sessid", "sessionid",
        "sessiontoken", "token", "usertoken", "xamzcredential", "xamzsecuritytoken", "xamzsignature", "xgoogcredential",
        "xgoogsignature",
    }
)  # fmt: skip
_SEPARATORS = re.compile(r"[-_.\[\]]|%5[bBdDfF]|%2[dDeE]")
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s<>\"'`|]{1,8000}")
_PAIR = re.compile(r"[^&;]+")


def public(address: str) -> str:
    """As much of a feed's address as anybody may see: scheme, host and path, without a password or a token."""
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}{parts.path}"


def without_credentials(address: str) -> str:
    """The address without user, password, and query parameters that are credentials. Nothing else changes."""
    scheme, mark, rest = address.partition("://")
    if not mark or not ("@" in rest or "?" in rest):
        return address
    end = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    host, after = rest[:end].rpartition("@")[2], rest[end:]
    path, asked, query = after.partition("?")
    if not asked or "#" in path:
        return f"{scheme}://{host}{after}"
    query, hash_, fragment = query.partition("#")
    pairs = _PAIR.findall(query)
    kept = [pair for pair in pairs if not _is_credential(pair)]
    if len(kept) == len(pairs):
        return f"{scheme}://{host}{after}"
    return f"{scheme}://{host}{path}{'?' if kept else ''}{'&'.join(kept)}{hash_}{fragment}"


def masked(text: str) -> str:
    """A text, such as an error, with the credentials removed from its addresses."""
    return _ADDRESS.sub(lambda found: without_credentials(found[0]), text) if "://" in text else text


def _is_credential(pair: str) -> bool:
    return _SEPARATORS.sub("", pair.partition("=")[0]).lower() in _CREDENTIALS
