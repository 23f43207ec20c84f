"""Names of works that every database takes as keys.

An index of PostgreSQL takes no entry of more than 2,700 bytes. It stores no NUL, in whose place it has U+0001, and SQLite's lists end at one.
"""

from hashlib import sha256

LONGEST = 1_000  # bytes
_KEPT = 900  # bytes of a longer key that stay readable


def fitted(key: str) -> str:
    """The key; of one that is too long, its beginning and a digest of all of it. NUL and U+0001 become U+FFFD."""
    key = key.replace("\0", "\ufffd").replace("\1", "\ufffd")
    if len(key) <= LONGEST // 4:
        return key
    whole = key.encode("utf-8", "surrogatepass")
    if len(whole) <= LONGEST:
        return key
    return f"{whole[:_KEPT].decode('utf-8', 'ignore')}…{sha256(whole).hexdigest()}"
