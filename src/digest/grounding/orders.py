"""Find sentences that speak to a language model, or to those who rate a work, instead of telling of it.

An abstract orders nobody to do anything. So what counts is the form: an imperative, a second person, words on the text itself or on
those who read it by machine. A sentence too many is no loss, since the others tell the work.
"""

import re

from digest.grounding.words import plain

# Letters of other alphabets that look like Latin ones, in words that are Latin otherwise.
_TWINS = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕКМНОРСТУХасеорухі", "ABEZHIKMNOPTYXoABEKMHOPCTYXaceopyxi")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .·_-]){4,}\w(?!\w)")
_MACHINE = (
    r"(?:(?:ai|artificial intelligence|automat\w+|machines?|language|large|any|every|all|the|an?)[ -]){0,3}"
    r"(?:ais?|llms?|models?|summari[sz]ers?|assistants?|chatbots?|bots?|crawlers?|agents?|systems?|readers?|reviewers?|editors?)"
)
_OBJECT = r"(?:the|this|that|these|those|an?|all|any|every|each|no|nothing|everything|whatever|your|our|its|their|it|them|him|us|me|only|after|as|in|with|[\"“'\d])"
_TOLD = (
    r"(?:summar\w+|abstract|sentences?|output|answers?|reply|replies|response|prompts?|instruct\w*|directions?|directives|rules?|guid\w+|labels?|verdict|"
    r"score|issue|newsletter|stor(?:y|ies)|item|papers?|article|submission|readers?|authors?|words?|phrase|link|homepage|shop|product|mode|"
    r"constraints|checks|limitations?|baselines?|claims?|competitors|other models|your|text|lines?|stars|first place|trends?|keys?|hashtag|format)"
)
_OPENING = (
    r"(?:^|[:;.!?] |^(?:if|as|when|once|since)\b[^,]{0,80}, |, (?:so|and then|then|thus) )\W{0,5}(?:(?:please|kindly|now|instead|first|then|also|always|never|from now on|under no circumstances|do not|"
    r"don['’]?t|just|only|simply|important|attention|stop|hey|override|so|and|ai|llms?|assistant|model)\W{1,5}){0,3}"
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"\b(?:ignore|disregard|forget|override|bypass|discard|set aside|drop)\b.{0,60}\b(?:instruct\w*|prompts?|previous|prior|above|earlier|foregoing|rules?|"
            r"guid\w+|directions?|everything|whatever|format|told)\b"
        ),
        r"\b(?:system|developer|administrator) (?:prompt|message|note|override|mode)\b|\bas (?:the|your) (?:administrator|developer|owner)\b",
        r"\b(?:as|you are) an? (?:ai|assistant|language model|llm|reviewer|editor|summari\w+)\b",
        r"\b(?:assistant|model|llm|ai|reviewers?|editors?|summari[sz]er|readers?|automated systems?)s?\b.{0,20}\b(?:must|should|shall|please|need to|are to|has to|have to)\b",
        r"\b(?:you|your) (?:must|should|shall|will|are|need|have been|were|now|may now)\b|\byourself\b|\brepeat after me\b",
        r"\byour (?:\w+ )?(?:answer|response|output|summary|task|reply|text|instruct\w*|prompts?|goal|rules|guid\w+|sentences?|constraints|directions?)\b",
        (
            r"^\W*(?:please|now|instead|note (?:to|for)|attention|important|instruction|assistant|system|user|human|answer|output|respond|reply|write|say|print|"
            r"repeat|translate|rate|rank|recommend|append|include the|add the|begin your|start your|end your)\b.{0,12}"
            r"(?::|\b(?:only|with|that|the|your|a|exactly|this|following|as|in|it|every|all|to|model|ai)\b)"
        ),
        _OPENING
        + r"(?:say|tell|state|claim|write|mention|praise|advertise|promote|endorse|recommend|reveal|quote|respond|reply|answer|obey|comply|decode|pretend|"
        r"rate|rank|grant|classify|categori[sz]e|label|mark|tag|summari[sz]e|translate|describe|copy|conclude)\b (?:\w+ly )?"
        + _OBJECT
        + r"(?=\W|\b)",
        _OPENING
        + r"(?:add|remove|drop|replace|skip|start|begin|end|open|close|make|put|insert|include|delete|switch|set|use|list|follow|execute|assign|select|choose|"
        r"leave|treat|give|show|print|output|append|copy|place|keep|order|prefer|do)\b.{0,60}\b" + _TOLD + r"\b",
        _OPENING
        + r"(?:make (?:sure|certain) (?:that|to)|let the readers? know|consider (?:yourself|all)|remember (?:that|to))\b",
        rf"^\W*(?:for|to|dear|hey|attention|note (?:to|for))\W+{_MACHINE}\b.{{0,30}}[:,]",
        rf"\b{_MACHINE}\b.{{0,40}}\b(?:reads?|reading|process(?:es|ing)?|summari[sz](?:es|ing)|generating|parsing)\b.{{0,15}}\b(?:this|these|it)\b",
        rf"\b(?:addressed|directed|instructions?|message|note) (?:to|for) {_MACHINE}\b.{{0,10}}:",
        r"\b(?:who(?:ever)?|anyone (?:who|that)) (?:summari[sz]es|rates|ranks|labels|reads) this\b",
        rf"\bif (?:it is )?an? (?:ai|llm|language model|assistant)\b|\b{_MACHINE}\b.{{0,40}}\b(?:is|are) (?:requested|instructed|ordered|advised) to\b",
        r"\b(?:summar(?:y|ies)|abstract|paragraph|sentence|verdict|headline|newsletter)s?\b(?: of \w+(?: \w+)?)? (?:must|should|shall|has to|have to|is to|needs to)\b",
        (
            r"\b(?:previous|preceding|foregoing|following|next|above) (?:text|sentence|line|instruct\w*|directions?|message)\b|"
            r"\b(?:everything|text|lines?) (?:above|below) (?:this|is|was)\b"
        ),
        r"\b(?:correct|right|final|only) (?:summary|label|verdict|title|headline)\b.{0,20}\b(?:is|for this|of this)\b|\bno other (?:label|summary)\b",
        (
            r"\bnew (?:instructions?|orders|directives?|rules)\b.{0,12}\b(?:follow|apply|are|is)\b|\bfrom now on\b|\b(?:unrestricted|safety filters?|jail-?br[eo]ak\w*)\b.{0,12}\b(?:off|on|mode|test)\b|"
            r"\bpriority one\b|\bI (?:authori[sz]e|order|command|instruct)\b|\bjailbreak\b"
        ),
        r"\b(?:crucial|important|vital|essential|mandatory) that (?:the |you|any |every )?(?:assistant|models?|ai|llms?|summary|readers?|editors?|you)\b",
        r"\bwe (?:ask|instruct|urge|request|order|beg)\b.{0,60}\b(?:this (?:page|text|abstract|paper|article)|our product)\b",
        r"\b(?:hidden|invisible) (?:text|note|message|instruction)s?\b|\b(?:act|pretend|behave) as\b|\bwhen summari[sz]ing\b|^\W*pretend\b",
        r"</?\w+>|<!--|\[/?INST\]|<\||#{2,} ?(?:instruct|system|response|user)|[\"']role[\"']\s*:|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,2000}={1,2}(?!\w)",
        r"\bassistant['’]?s (?:answer|reply|response)\b|\b(?:begin|end)(?: of)? (?:system|abstract|instructions?|prompt|message)\b",
    )
)


def usable(sentence: str) -> bool:
    """Whether a sentence of a source may be shown to a model: not if it speaks to one, or to those who rate the work."""
    text = plain(_SPACED.sub(lambda found: re.sub(r"[ .·_-]", "", found[0]), sentence).translate(_TWINS))
    return not any(order.search(text) for order in _ORDERS)
