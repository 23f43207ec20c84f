"""The files of an issue -> what is wrong with its mail, by the rules of mail clients. Pure; changes and sends nothing.

One file per group of rules; `RULES` is the list of all of them. A rule takes a `Mail` and yields a `Hit` for each thing it finds.
What a feed said is never an error: a mail whose templates are sound passes whatever its items are called.
"""

from collections.abc import Callable, Container, Iterator, Mapping

from digest.lint import colours, headers, links, structure, styles, support, text
from digest.lint.mail import Finding, Hit, Mail

__all__ = ["RULES", "Finding", "check"]

RULES: dict[str, Callable[[Mail], Iterator[Hit]]] = {
    "R1": headers.clipped,
    "R2": headers.not_inlined,
    "R3": styles.blocks,
    "R4": styles.bare,
    "R5": support.unsupported,
    "R6": styles.forbidden,
    "R7": styles.spelling,
    "R8": structure.forbidden_elements,
    "R9": links.unsafe,
    "R10": structure.tables,
    "R11": structure.conditional_comments,
    "R12": structure.document,
    "R13": colours.contrast,
    "R14": structure.colour_schemes,
    "R15": links.anchors,
    "R16": text.preheader,
    "R17": links.addresses,
    "R18": links.marks,
    "R19": headers.subject,
    "R20": text.complete,
    "R21": headers.required,
    "R22": styles.overriding,
    "R23": links.characters,
}


def check(files: Mapping[str, str], base_url: str, *, rules: Container[str] = RULES) -> tuple[Finding, ...]:
    """Every finding, errors first, then by file and line.

    Args:
        files: name -> text of an issue's files. `email.html` and `email.txt` are checked; `email.eml`, where it is there, for its
            headers; `issue.json`, where it is there, tells what feeds said from what templates left over.
        base_url: the archive's address. Where it is empty, no rule asks for links back to it.
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
