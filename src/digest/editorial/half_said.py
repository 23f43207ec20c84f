"""Tell a cut that leaves half of what a sentence began to say: "combines A", before "with B"; "either A", before "or B"; half a list."""

import re

from digest.editorial.verbs import FINITE

_NUMBERED = re.compile(r"\((?:1|i|a)\) ")
_NEXT_NUMBER = re.compile(r"\((?:ii|iii|iv|v|2|3|4|5|b|c|d)\) ")
# "combines A", whose partner was cut away; but "combines three layers"
_JOINS = re.compile(
    r"\b(?:combin(?:es?|ing)|coupl(?:es?|ing)|pair(?:s|ing)|interleav(?:es?|ing)|blend(?:s|ing)|alternat(?:es?|ing)) "
    r"(?!them\b|with\b|both\b|into\b|between\b)(?P<what>(?:(?! and | with | both | into | between ).)*)$"
)
_MANY = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|several|multiple|many|diverse|different|various|complementary|these|those|all|\d+|both|outputs|subsets|strengths|advantages|benefits)\b"
)
_COMPARES = re.compile(
    r"\b(?:replac(?:es?|ed|ing)|compar(?:es?|ed|ing)|contrast(?:s|ed|ing)|fus(?:es?|ed|ing)|link(?:s|ed|ing)|map(?:s|ped|ping)|match(?:es|ed|ing)) "
    r"(?:(?! with | to | against | into | onto | by |, ).){2,120}$"
)
_PARTNER = re.compile(
    r" (?:with|to|against|into|onto|through to) |, [^,;:]{3,80}, (?:with|to|against) |[^,;:]{0,60} and [^,;:]{2,60} (?:with|by|into) "
)
_EITHER = re.compile(r"\b[Ee]ither (?:(?! or ).)*$")
_BOTH = re.compile(r"(?P<before>.{0,60})\bboth (?:(?! and ).)*$")
_HALF_PAIR = re.compile(
    r"\b(?:both|between|either) (?:(?! and | or ).)*,? (?:and|or) ?.?.?.?$"
)  # "both A", before "and B"
_NOT_ONLY = re.compile(r"\bnot only\b(?!.*\bbut\b)")
_UP_TO_MARK = re.compile(r"[,;:(]")
_BETWEEN = re.compile(r"\bbetween (?:(?! and |[,;:]).)*$")
_RANGES = re.compile(
    r"\b(?:rang|span|mov|shift|go|transition|evolv|extend|progress)\w{0,5} (?:[\w-]{1,20} ){0,2}from (?:(?! to |, ).)*$"
)
# "whether they share a substrate", before "across these systems remains unknown": the subject of a verb that follows
_SUBJECT = re.compile(r"(?:^|, |; |\b(?:yet|but|and) )(?:[Ww]hether|[Hh]ow|[Ww]hat|[Ww]hy) [^,;:]*$")
_UNKNOWN = re.compile(r"\b(?:remains?|is|are) ")
# "…: while models fail", before ", people succeed"
_CONCEDED = re.compile(
    r"[:;] (?:although|though|while|whereas|when|if|even though|despite|unless|because|since) [^,]*$"
)
_MAKES_NO_STATEMENT = re.compile(  # "show that the resulting 7B model", before ", trained on …, improves"
    r"\b(?:show|demonstrat|reveal|f[io]u?nd|suggest|indicat|confirm|prov|observ)[a-z]{0,3} that (?:the|an?|our|its|these|this|all|most) (?:[\w.-]{1,30}(?<!s) ){0,4}"
    r"(?:models?|methods?|frameworks?|approach|approaches|designs?|tests?|systems?|agents?|training|pipelines?|strategy|algorithm|policy|policies|LLMs?)$"
)
_NP = r"(?:an?|the) (?:[\w-]{1,30} ){0,6}?[\w-]{2,30}"
_LIST_OF_THINGS = re.compile(rf"[a-z\d)], {_NP}(?: (?:of|for|in|on|to|that) [^,;:]*)?$")
_LAST_THING = re.compile(r"[^;:]{0,160}?, and (?:an?|the) ")
_IS_A = re.compile(  # "We introduce slow heat", before ", a rule …"
    r"(?:[)]|(?<!\S)\S*[A-Z\d]\S*|\b(?:called|named|termed|dubbed) [\w-]+(?: [\w-]+)?|\b(?:propos|introduc|present|develop|build|releas|describ|design)(?:e|es|s|ing)? [^,]*)$"
)
# "extracts A, runs B", before ", and compares C"
_SERIES = re.compile(
    r", (?:then |also |further |[a-z]{4,14}ly )?(?P<verb>[a-z]{3,20}s) (?=(?:[\w(-]))(?P<rest>(?:(?!, | and [a-z]{3,20}s ).)*)$"
)
_BASE_VERBS = (
    "train extract evaluate introduce demonstrate develop propose present compare derive prove describe identify validate discuss investigate examine construct establish map test measure "
    "build show find analyze analyse characterize quantify perform generate collect curate design release study formalize formulate fine-tune apply use integrate"
)
_WE_SERIES = re.compile(
    rf"\b[Ww]e [a-z-]{{3,20}} (?:(?! and ).)*, (?:then |also |further )?(?P<verb>{_BASE_VERBS.replace(' ', '|')}) (?=(?:the|an?|our|its|it|them|their|how|that|each|[\w-]{{3,30}} )\b)(?P<rest>(?:(?!, ).)*)$"
)
_NOUNS_TOO = "models tests works studies designs builds answers ranks needs measures costs offers views supports masks scales spans cuts gains rises falls"  # as well as verbs
_NOUNS = frozenset(_NOUNS_TOO.split())
_IN_A_CASE = re.compile(
    r"(?:In|On|Across|For|With|When|While|Although|At|Under|If|As|Since|Over|By|Through|Using|Given|To|From|Unlike|Beyond|After|Before)\b"
)
_THEIRS = re.compile(r"\b(?:when|while|where|if|although|whereas)\b")
_GOES_ON = re.compile(r"[^;:]{0,300}?,? and ")


# "an analysis showing", before "that cranes help"
_WANTS_OBJECT = re.compile(
    r"\b(?:show|demonstrat|reveal|suggest|indicat|achiev|includ|combin|us|highlight|leverag|enabl|provid|offer|yield|cover|compris|contain|mak|giv|caus|"
    r"requir|allow|ensur|target|span|exploit|introduc|outperform|surpass)ing$"
)
_FURTHER = re.compile(r"(?:,? \([^()]{1,80}\))?(?:(?:, [^,;:.]{2,120})+,|,) (?:and|or) ")
_NO_MEMBER = re.compile(  # what may stand after a comma without being a member of a list
    r"(?:[\w-]{2,20}ly )?(?:an?|the|our|one|its|their|which|who|whose|where|when|while|whereas|with|by|via|using|through|from|as|so|thus|thereby|including|such|and|or|but|yet|"
    r"especially|particularly|even|despite|without|across|on|in|at|over|under|for|to|than|compared|together|not|[a-z]{3,20}ing|[\w.%$~+-]*\d[\w.%-]*)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:and|or|but) ")
_OPENS_CLAUSE = re.compile(
    r"(?:In|On|Across|With|Using|While|When|As|For|By|At|Under|Through|Unlike|Building|Given|Although|Despite|Experiments|Our contributions)\b|(?:an?|the|which|who|where|including|covering) "
)


def is_half(head: str, rest: str) -> bool:
    """Whether the first words of a sentence begin something that only the rest would complete."""
    return (
        _is_half_numbered(head, rest)
        or _NOT_ONLY.search(head) is not None
        or _HALF_PAIR.search(f"{head}{rest[:6]}") is not None
        or _lacks_partner(head, rest)
        or ("ither " in head and " or " in rest and _EITHER.search(head) is not None)
        or ("both " in head and " and " in rest and _lacks_second(head))
        or (
            " between " in head
            and " and " in _UP_TO_MARK.split(rest, maxsplit=1)[0]
            and _BETWEEN.search(head) is not None
        )
        or (" from " in head and " to " in rest[:90] and _RANGES.search(head) is not None)
        or (_SUBJECT.search(head) is not None and _UNKNOWN.search(rest) is not None)
        or _CONCEDED.search(head) is not None
        or (" that " in head and _MAKES_NO_STATEMENT.search(head[-120:]) is not None and rest.startswith(", "))
        or _is_list_of_things(head, rest)
        or _is_list_of_statements(head, rest)
        or _WANTS_OBJECT.search(head[-20:]) is not None
    )


def _is_half_numbered(head: str, rest: str) -> bool:
    """Whether a numbered list goes on; one that is cut behind its first member loses the number and is whole."""
    first, next_ = _NUMBERED.search(head), _NEXT_NUMBER.search(head)
    if next_ is not None:
        return first is None or _NEXT_NUMBER.search(rest) is not None
    return first is not None and not rest.startswith(";") and _NEXT_NUMBER.search(rest) is not None


def _lacks_partner(head: str, rest: str) -> bool:
    found = _JOINS.search(head)
    if found and not _MANY.search(found["what"]):
        return True
    return _PARTNER.match(rest) is not None and _COMPARES.search(head[-140:]) is not None


def _lacks_second(head: str) -> bool:
    found = _BOTH.search(head)
    return found is not None and " and " not in found["before"]


def _is_list_of_things(head: str, rest: str) -> bool:
    """Whether it ends with a further member of a list: "an agent, a mode", before ", and a workflow"."""
    if " and " not in rest:
        return False
    found = _LIST_OF_THINGS.search(head)
    return found is not None and _IS_A.search(head[: found.start() + 1]) is None and _LAST_THING.match(rest) is not None


def _is_list_of_statements(head: str, rest: str) -> bool:
    """Whether it ends with a further statement of a list: "cranes are slow, halls are built by hand", before ", and bricks vary"."""
    before, comma, member = head.rpartition(", ")
    if not comma or not _FURTHER.match(rest) or _NO_MEMBER.match(member) or _JOINED.search(member):
        return False
    first, one = member.partition(" ")[0], before.rpartition(", ")[2]
    if FINITE.fullmatch(first) or _OPENS_CLAUSE.match(one):
        return False
    return FINITE.search(one) is not None and FINITE.search(member) is not None


def joined(head: str, rest: str) -> str:
    """The words with "and" before the last statement that they tell, if the list of statements goes on."""
    found = _SERIES.search(head)
    if found is not None and (found["verb"] in _NOUNS or not FINITE.fullmatch(found["verb"])):
        return head
    found = found or _WE_SERIES.search(head)
    if found is None or not _GOES_ON.match(rest):
        return head
    before = head[: found.start("verb")].rpartition(", ")[0]
    if ", " in before or _IN_A_CASE.match(before) or _THEIRS.search(found["rest"]):
        return head
    return f"{before} and{head[len(before) + 1 :]}"
