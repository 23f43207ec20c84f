"""Say in one clause what a release is, in the words of its announcement, and tell models and tools from notices about others' places.

In: the name, the title and the text of an announcement. Out: a clause such as `an open, language-guided motion forecasting model`, or
nothing. All patterns are bounded and applied to the beginning of a text.
"""

import re

from digest.text.sentences import broken_off, split

WORDS = 18  # of the clause
FEW = 8  # a clause that must be cut keeps at least as many
BROKEN = 4  # the same of one that its feed cut
LEAST = 2  # words; one says nothing
OPENING = 2  # sentences of a text that may tell it in other words
SENTENCES = 6  # of a text that are looked at
TEXT_CHARS = 2_000
NOTICE_WORDS = 7  # of a title that names another place; longer ones tell more than that

_SUBTITLE = re.compile(r"\s?[:：|]\s|\s[–—-]\s|,\s(?=(?:making|bringing|giving|an?|our|the)\s)", re.IGNORECASE)
_PLACE = (
    r"(?:GitHub|Copilot|Amazon|AWS|Bedrock|Azure|Microsoft|Foundry|Databricks|Snowflake|Vertex|Google Cloud|Oracle|Slack|Teams|Word|Excel|PowerPoint"
    r"|Outlook|Office|Chrome|Safari|Firefox|Windows|Android|iOS|macOS|Linux|VS Code|Visual Studio|JetBrains|Xcode|WhatsApp|Telegram|Tesla|Kaggle|SageMaker"
    r"|NVIDIA NIM|Cloudflare|Vercel|Notion|Jira|Salesforce|SAP|Gmail|Google Docs|Sheets|Marketplace)\b"
)
_PLACED = re.compile(
    rf"\s(?:on|in|for|to|into|with|via|through)\s(?:the\s|your\s)?(?:[A-Z][\w.]*\s){{0,2}}?{_PLACE}"  # `Grok on Databricks`
    r"|^[^:]{1,60}\son\s(?!(?:API|Hugging|HuggingFace|Arena|LMArena|SWE|MMLU|AIME)\b)[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2}$"
    r"|\b(?:now|also)\s(?:generally\s)?available\s(?:on|through)\s(?!(?:the|our|Hugging)\b)[A-Z]"
    r"|\b(?:integrat(?:es?|ed|ion|ing)|connectors?|plug-?ins?|add-?ins?|extension|marketplace)\b",
)
_MEASURE = re.compile(
    r"\b\w{2,30}(?:Bench|Eval)\w{0,12}\b|\b\w{1,20}-(?:bench|eval)\b|\bbenchmark(?:ing)?\b|\bleaderboard\b|\bevaluation suite\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(?:[\s,]+(?:as|than|and|or|of|on|in|at|for|with|to|while|over|by|the|a|an|that|which|our|its))+$", re.IGNORECASE
)
_BOUND = re.compile(
    r",?\s(?:that|which|who|where|while|and|with|pretrained|trained|designed|built|capable)\s|,\s|\s[–—-]\s|;\s"
)
_GOES_ON = re.compile(
    r",?\sand\s(?:we\s)?\w+\s(?:an?|the|how|that|its|whether)\s|,\s(?:redefin|reach|achiev|outperform|surpass)"
)
# "…, a series that takes a meaningful step toward all tasks", "a model that resolves this tradeoff"
_BOAST = re.compile(
    r",? (?:that|which) (?:takes?|makes?|marks?|represents?) an? (?:[\w-]{2,20} ){0,3}(?:steps?|milestone|leap|advance)\b.*$"
    r"|,? (?:that|which|to|for|designed to|built to) [a-z]{3,15} (?:this|these|those|such) [\w-]{3,20}\b.*$"
)
_OPENER = re.compile(
    r"^(?:(?:today|now),?\s)?(?:we(?:['’]re| are)\s(?:also\s|now\s)?)?"
    r"(?:(?:happy|excited|thrilled|proud|pleased|delighted)\sto\s(?:announce|share|launch|introduce|release|present)(?:\sthat)?"
    r"|introducing|launching|announcing|releasing|open[- ]sourcing|we\s(?:introduce|present|release|announce))\s(?:the\s)?",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(r"^(?:starting|beginning|as of) (?:today|now),?\s", re.IGNORECASE)
_ELSE = re.compile(
    r"^(?:it|they|this|these|that|he|she|there|you|available|with|while|after|we(?:['’]ve|\shave)?\salso)\b|[$€£]\s?\d",
    re.IGNORECASE,
)
_NOTHING_MORE = re.compile(r"^(?:is|are)\s(?:now|here|live|out)\b|^in\s(?:\S+\s?){1,4}$", re.IGNORECASE)  # after a name
_SPACED = re.compile(r"(?<=\w) (?=[,.] )")  # left by a removed link
_WORD = re.compile(r"[^\W_]+")
_SMALL = re.compile(  # words that say nothing of a release
    r"(?:a|an|the|and|or|of|on|in|at|for|with|to|by|is|are|be|now|new|our|we|its|it|this|that|from|as|today|"
    r"introducing|announcing|releasing|launching|launch|launched|release|released|excited|thrilled|proud|"
    r"introduce|announce|here|live|ve|re|available|generally|model|models|weights|checkpoints)s?"
)
_VAGUE = re.compile(  # words that only praise, or name the kind of all releases
    r"(?:series|family|suite|set|collection|lineup|generation|version|edition|foundation|frontier|large|language|open|source|powerful|advanced"
    r"|capable|intelligent|intelligence|smart|smarter|smartest|best|better|fast|faster|fastest|strong|strongest|leading|next|latest|newest|state|art"
    r"|world|byte|more|most|ever|yet|clearer|personalized|efficient|efficiency|instant|agentic|trillion|parameter|everything|need|know|you|first)s?"
)
_SLOGAN = re.compile(
    r"^(?:towards?|pushing|unlocking|scaling|bringing|powering|enabling|advancing|redefining|rethinking|meet|welcome|the age of)\b",
    re.IGNORECASE,
)
_INTELLIGENCE = re.compile(r"\bintelligence\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:models?|agents?|framework|platform|toolkit|tools?|API|systems?|pipeline|harness|library|app|classifier|assistant)\b",
    re.IGNORECASE,
)
_FEATURE = re.compile(  # `Shared folders in Claude`, but not `Tool use in Claude 5`
    r"^(?:[A-Z]\w+|\w+ing)\b[^:]{2,60}\s(?:in|inside|for)\s(?:ChatGPT|Claude|Codex|Cursor|Copilot|Gemini|Grok|Le Chat|Perplexity|Qwen Chat|Vibe)(?:\s[A-Z][a-z]+)?$"
)
_INVITES = re.compile(
    r"\b(?:join|hop (?:on|into)|come to)\s(?:the|our|us on|my|a)\s(?:[\w-]{1,30}\s){0,2}?(?:discord|slack|telegram|whatsapp|community|server|channel|waitlist)\b"
    r"|\b(?:follow (?:me|us)|give (?:me|us|\w+ \w+|these \w+) (?:some |a )?(?:follows?|likes?|stars?))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(  # what a reader should do, which is no fact
    r"(?:add|ask|bring|browse|build|chat|check|connect|create|deploy|discover|download|explore|find|generate|get|give|join|learn|let|make|manage"
    r"|plan|read|run|say|see|share|ship|sign|start|talk|take|try|turn|unlock|use|visit|watch|work|write)\s(?!of\b|in\b)",
    re.IGNORECASE,
)
_LISTS = re.compile(r":\s?[-•*–]\s|\b(?:includes?|following|are)\s?:")
_PRAISED = re.compile(
    r"(?:our|the|its|[A-Z][\w.]{1,30}['’]s)\s(?:(?:newest|latest|most\s\w{3,20}|(?!interest|test|request)\w{3,15}est|best|flagship)(?:,\s|\sand\s|\s))+",
)
_PRAISE_AFTER = re.compile(r"\syet\b|[,–—-]+\s?(?:faster|more|better|smarter)\b")
_PURPOSE = re.compile(
    r",?\s?\b(?:built|made|designed|optimi[sz]ed|engineered|tuned|purpose-built)\sfor\s([^.;:]{2,160})", re.IGNORECASE
)
LEAST_PURPOSE = 4  # letters
_SEVERAL = re.compile(r"(?:[\w-]{1,30}\s){0,4}(?:models|agents|tools|APIs|systems|weights|voices)\b")
_NOTICE = re.compile(
    r"\b(?:cit(?:es|ed)|featured|recogni[sz]ed|named an?|awarded|award|certified|partner(?:ships?|ing with)|customers?|success story|webinar"
    r"|workshop|meetup|hackathon|summit|conference|keynote|recap|pricing|plans?|billing|subscription|enterprise|rewards?|referral|app|mobile"
    r"|iOS|desktop)\b|^how [A-Z][\w.]+ (?:uses?|built|builds|scales?|saves?|is using)\b|^(?:join|meet) us\b|^(?:[A-Z]\w+|why\s.{3,40})\s(?:used|uses)\s"
    r"|^(?:connect|use|explore)\s.{3,60}\s(?:to|in|with)\s|\b(?:reduces?|doubles?|cuts?|saves?|halves|boosts?)\s.{3,60}\swith\s\w+(?:\s\w+){0,2}$"
    r"|\bplug-?ins?\b|\bmarketplace\b|\bworkspace\b|\bbecomes the\b|\bis now included\b",
    re.IGNORECASE,
)


def tells_nothing(clause: str) -> bool:
    """Whether a clause is a slogan, or says no more than that there is a model: `a model series`, `Pushing the Frontier of Intelligence`."""
    if any(map(str.isdigit, clause)):
        return False
    if _SLOGAN.search(clause) or (_INTELLIGENCE.search(clause) and not _THING.search(clause)):
        return True
    return all(map(says_little, _WORD.findall(clause.casefold())))


def says_little(word: str) -> bool:
    """Whether a word in lower case is one of those that announcements consist of, whatever they announce."""
    return _SMALL.fullmatch(word) is not None or _VAGUE.fullmatch(word) is not None


def asks(text: str) -> bool:
    """Whether a text begins with what a reader should do."""
    return _ASKS.match(text) is not None


def is_invitation(text: str) -> bool:
    """Whether a text asks its readers to join a chat room, or to follow somebody."""
    return _INVITES.search(text[:TEXT_CHARS]) is not None


def is_notice(title: str) -> bool:
    """Whether a title only tells customers or the public something: another place to use it, a feature of a product, an app, a price, an event,
    somebody's praise.
    """
    short = len(title.split()) <= NOTICE_WORDS
    return (short and (is_elsewhere(title) or _FEATURE.search(title) is not None)) or _NOTICE.search(title) is not None


def is_elsewhere(title: str) -> bool:
    """Whether a title announces that something known is now on another platform or in another product."""
    return _PLACED.search(title) is not None


def is_measure(text: str) -> bool:
    """Whether a title, or a clause on it, announces a benchmark."""
    return _MEASURE.search(text) is not None


def what_it_is(name: str, title: str, text: str) -> str:
    """The clause: what the text says that the name is, the title's second part, or what the text begins with; empty if none says anything."""
    sentences = split(_SPACED.sub("", " ".join(text[:TEXT_CHARS].split())))[:SENTENCES]
    parts = _SUBTITLE.split(title, maxsplit=1)
    subtitle = parts[1] if len(parts) > 1 and name.casefold() in parts[0].casefold() else ""
    described = next((found for sentence in sentences if (found := _clause(_described(name, sentence), name))), "")
    opening = next(
        (found for one in sentences[:OPENING] if (found := _clause(_news(name, one), f"{name} {title}"))), ""
    )
    return _fact(_without_name(described or _clause(subtitle, name) or opening, name))


def _fact(clause: str) -> str:
    """The clause without praise, which leaves what it is or what it is for; nothing of a request to try it, or of the beginning of a list."""
    if asks(clause) or _LISTS.search(clause):
        return ""
    if (praised := _PRAISED.match(clause)) is None:
        return clause
    rest = clause[praised.end() :]
    what = _PRAISE_AFTER.split(rest, maxsplit=1)[0].rstrip(" ,")
    purpose = _PURPOSE.search(rest)
    if not tells_nothing(_PURPOSE.split(what, maxsplit=1)[0]):
        return what if _SEVERAL.match(what) else f"{'an' if what[:1].lower() in 'aeiou' else 'a'} {what}"
    return f"for {purpose[1]}" if purpose and len(purpose[1]) >= LEAST_PURPOSE else ""


def _without_name(clause: str, name: str) -> str:
    """The clause without the name that stands before it: "Lift 2 carries bricks" is "carries bricks"."""
    spelled = r"[\s-]?".join(re.escape(word) for word in re.split(r"[\s-]+", name))
    rest = re.sub(
        rf"^(?:the )?{spelled}(?![\w-])(?:[\s,:–—-]+(?:is|are)\b)?[\s,:–—-]*", "", clause, flags=re.IGNORECASE
    )
    return rest if len(rest.split()) >= LEAST else clause


def _described(name: str, sentence: str) -> str:
    """What follows `NAME is`, `NAME,` or `NAME:`. `NAME-7B, a` is as good, but `NAME-Max, the` is about one of several."""
    if name not in sentence:
        return ""
    named, then = rf"(?<![\w-]){re.escape(name)}", r"(?:\s\([^)]{1,60}\))?(?:,|\s(?:is|are))\s"
    found = (
        re.search(rf"{named}{then}((?:an?|our|the)\s.{{3,400}})", sentence)
        or re.search(rf"{named}[-\s][\w.-]{{1,30}}{then}((?:an?|our)\s.{{3,400}})", sentence)
        or re.search(rf"{named}(?:\sin\s\w+)?(?::|\s[–—-])\s(.{{3,400}})", sentence)
    )
    return _GOES_ON.split(found[1], maxsplit=1)[0] if found else ""


def _news(name: str, sentence: str) -> str:
    """A sentence without "Today, we are excited to announce"; nothing if it only says that the name is there, or leans on another."""
    rest = _OPENER.sub("", _FROM_NOW.sub("", sentence))
    behind = rest[len(name) :].strip() if rest.casefold().startswith(name.casefold()) else ""
    empty = _ELSE.search(rest) or (behind and _NOTHING_MORE.search(behind.rstrip(".")))
    return "" if empty else rest


def _clause(text: str, known: str) -> str:
    """A text cut to one clause; empty if it says no more than what is known already."""
    plain = _BOAST.sub("", text.strip().rstrip(".!。 "))
    if plain.endswith("…"):  # a feed cut it
        ends = (found.start() for found in _BOUND.finditer(plain))
        end = next((end for end in ends if len(plain[:end].split()) >= BROKEN), None)
        plain = plain[:end] if end is not None else broken_off(plain.rstrip("… "))
    elif len(plain.split()) > WORDS:
        plain = _cut(plain)
    if len(plain.split()) < LEAST or plain.endswith("?"):
        return ""
    said = (word for word in _WORD.findall(plain.casefold()) if not _SMALL.fullmatch(word))
    return plain if any(word.removesuffix("s") not in _stems(known) for word in said) else ""


def _cut(text: str) -> str:
    """At most `WORDS` words, up to the first place where a clause ends, or with an ellipsis."""
    words = text.split()[:WORDS]
    short = " ".join(words)
    ends = (found.start() for found in _BOUND.finditer(f"{short} "))
    end = next((end for end in ends if len(short[:end].split()) >= FEW), None)
    if end is not None:
        return _LOOSE.sub("", short[:end])
    return f"{_LOOSE.sub('', short)} …"


def _stems(text: str) -> set[str]:
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold())}
