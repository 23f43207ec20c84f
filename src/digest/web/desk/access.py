"""What each role may do at the desk. An owner may do everything; an editor only what is listed here.

An editor edits, approves and may stop a mailing that goes wrong. Only an owner lets a stopped mailing continue, and sees or changes
subscribers, feeds, accounts and the log.
"""

from typing import Final

from digest.storage.db.desk_accounts import Role

# The routes of an editor; a route that is missing here is an owner's.
EDITORS: Final = frozenset(
    {
        ("GET", "/desk/"),
        ("GET", "/desk/{key}/"),
        ("GET", "/desk/{key}/item"),
        ("GET", "/desk/{key}/preview/{kind}"),
        ("GET", "/desk/{key}/sending"),
        ("GET", "/desk/mailings"),
        ("GET", "/desk/letters"),
        ("GET", "/desk/letters/{round}"),
        ("POST", "/desk/letters/{round}/pause"),
        ("POST", "/desk/leave"),
        ("POST", "/desk/leave-everywhere"),
        ("POST", "/desk/{key}/change"),
        ("POST", "/desk/{key}/test"),
        ("POST", "/desk/{key}/approve"),
        ("POST", "/desk/{key}/take-back"),
        ("POST", "/desk/{key}/pause"),
    }
)

# Of what only reads, that which the log names.
NOTED: Final = frozenset({"/desk/subscribers/export"})


def may(role: Role, method: str, route: str) -> bool:
    """Whether a role may ask for a route, given by its pattern."""
    return role == "owner" or ("GET" if method == "HEAD" else method, route) in EDITORS
