"""Tell releases that are not about language: what generates pictures, video, sound or shapes, moves robots, or embeds clothes.

In: the name, the title and the clause of a release. A model that also reads pictures, video or sound and answers in words is about language, and
so is a voice that talks with people. All patterns are bounded.
"""

import re

_MADE = r"(?:images?|pictures?|photos?|videos?|movies?|audio|music|songs?|speech|voices?|scenes?|mesh(?:es)?|avatars?|motions?|[34]D)"
_OF_A_KIND = re.compile(
    rf"\b(?:text|image|video|audio)s?[- ]to[- ](?:image|video|speech|audio|music|motion|3D)|\bT2[IV]\b|\bTTS\b|\bASR\b|\bspeech[- ]to[- ]text\b"
    rf"|\b{_MADE}(?:\s(?:and|or)\s[\w-]{{2,20}})?[- ](?:generat(?:ion|or|ive)s?|editing|synthesis|forecasting|cloning|restoration)\b"
    rf"|\b(?:generat(?:es?|ing)|edit(?:s|ing)?|synthesi[sz](?:es?|ing))\s(?:[\w-]{{2,20}}\s){{0,2}}?{_MADE}\b"
    r"|\brobot\w*|\bembodied\b|\bembodiments?\b|\bvision(?:-\w{2,20})?-language-action\b|\bVT?LAs?\b|\bworld[- ]action\b|\bquadruped|\bhumanoids?\b"
    r"|\bautonomous driving\b|\bself-driving\b|\bphysical (?:AI|world|intelligence|language)\b|\b(?:video|visual|[34]D|interactive) world model"
    r"|\b(?:visual|vision)[- ](?:and[- ])?language[- ]navigation\b|\b[34]D\b|\bfashion\b|\bprotein (?:language|structures?|folding|design|text|foundation)\b|\bas a native modality\b|\bweather\b|\bremote sensing\b"
    r"|\b(?:zero-shot|weather|time[- ]series) forecast\w*|\bvision (?:foundation )?models?\b|\b(?:object|target) (?:detection|recognition|tracking)\b|\bphysics AI\b|\bclone your voice\b",
    re.IGNORECASE,
)
_BY_NAME = re.compile(
    r"\b(?:imag(?:e|es|ine|en)|videos?|tts|asr|music|robot(?:s|ics)?|[34]D|motion|nano banana|flux|veo|lyria|sora|seedance|seedream|hailuo|vla|siglip|clip|fashion)\b",
    re.IGNORECASE,
)
_OF_LANGUAGE = re.compile(r"\b(?:MLLMs?|VLMs?|LLMs?|(?:vision-)?language models?|chat\w*)\b", re.IGNORECASE)
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|[_-]")


def is_beyond_language(name: str, title: str, what: str) -> bool:
    """Whether a release is for the readers of another field, by what it is or, where no kind is told, by its name."""
    told = f"{title}. {what}"
    if _OF_A_KIND.search(told):
        return True
    return _BY_NAME.search(_PARTS.sub(" ", name)) is not None and not _OF_LANGUAGE.search(told)
