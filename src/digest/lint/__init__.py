"""Lint an issue's mail against the rules of mail clients.

In: a rendered mail. Out: a `Finding` for each problem. Never changes the mail or decides whether it goes out.

Each file has a group of rules; `RULES` lists all of them. A rule takes a `Mail` and yields a `Hit` for each problem. Text from
feeds never causes an error: a mail from sound templates passes whatever its items contain.
"""

from collections.abc import Callable, Container, Iterator, Mapping

from digest.lint import accessibility, links, message, styles, support
from digest.lint.mail import Finding, Hit, Mail

__all__ = ["RULES", "Finding", "check"]

RULES: dict[str, Callable[[Mail], Iterator[Hit]]] = {
    "R1": message.clipped,
    "R2": message.not_inlined,
    "R3": styles.blocks,
    "R4": styles.bare,
    "R5": support.unsupported,
    "R6": styles.forbidden,
    "R7": styles.spelling,
    "R8": styles.forbidden_elements,
    "R9": links.unsafe,
    "R10": styles.tables,
    "R11": styles.conditional_comments,
    "R12": styles.document,
    "R13": accessibility.contrast,
    "R14": styles.colour_schemes,
    "R15": links.anchors,
    "R16": message.preheader,
    "R17": links.addresses,
    "R18": links.marks,
    "R19": message.subject,
    "R20": message.complete,
    "R21": message.required,
    "R22": styles.overriding,
    "R23": links.characters,
    "R24": accessibility.languages,
}


def check(files: Mapping[str, str], base_url: str, *, rules: Container[str] = RULES) -> tuple[Finding, ...]:
    """All findings, errors first, then by file and line.

    Args:
        files: the texts of an issue's files by name. `email.html` and `email.txt` are checked, and the message of `email.eml` if it
            is given. `issue.json`, if given, distinguishes text from feeds from leftovers of templates.
        base_url: the URL of the archive. If it is empty, links to the archive are not required.
        rules: the names of the rules to run.
    """
    mail = Mail(files, base_url)
    found = [
        Finding(file=hit.file, line=hit.line, rule=rule, message=hit.message, remedy=hit.remedy, severity=hit.severity)
        for rule, finds in RULES.items()
        if rule in rules
        for hit in finds(mail)
    ]
    return tuple(sorted(found, key=lambda one: (one.severity, one.file, one.line)))
