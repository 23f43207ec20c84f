"""Find the figures of results in a sentence, and weigh them: more with what they are compared with, nothing for sizes of samples."""

import re

_FIGURE = re.compile(
    r"\d(?:[\d.,]{0,12}\d)?\s?(?:\\?%|percent\b|points?\b|pp\b|x\b|\\?×|times\b|\$?\\times|-?fold\b(?! cross)|-point\b|seconds?\b|ms\b|hours?\b)|\\times|"
    r"\bfrom (?!(?:19|20)\d\d\b)(?:\$?~?)\d[\d.,]{0,12}\S{0,8} to (?:\$?~?)\d|\b\d{1,6} ?(?:of|/|out of) ?\d{1,6}\b|[=<>≈≥≤] ?\$?[-−+]?\d|\b[01]\.\d{2,}\b|"
    r"\bby (?:up to )?\$?(?!(?:19|20)\d\d\b)\d|\bhal(?:f|ves|ving)\b|\bdoubl(?:es|ed|ing)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred) times\b|[$€£]\d|(?<![A-Za-z]-)\b\d{1,3}\.\d{1,3}\b|\b(?:two|three|four|five)-?fold\b(?! cross)|\borders? of magnitude\b|\d ?(?:[KMGTP]B|[MGT]W|dB|tokens/s|FPS)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\d\s?(?:\\?%|percent\b|points?\b|pp\b|×|x\b)|\bfold\b|\b(?:accuracy|F1|AUC|AUROC|BLEU|WER|mAP|PDMS|score)\b",
    re.IGNORECASE,
)
# Figures of certainty and sample size, which are not results.
_STATISTIC = re.compile(
    r"\btop-\d+ ?%|\b[pn]\s?[=<>≤≥]\s?[\d.,e×^ -]{1,12}|\b\d{2} ?% (?:CI|confidence)[^)\];]{0,40}|\b(?:CI|IQR)[:=]? ?\[?[\d.,–-]{1,16}",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]{1,80}\)")
_AGAINST = re.compile(
    r"\b(?:than|over|versus|vs|against|compared (?:to|with)|relative to|baselines?)\b|\bfrom [\d$~][^ ]{0,12} to [\d$~]",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:than|over|versus|vs|compared|relative to|from [\d$~][^ ]{0,12} to|baselines?|outperform\w{0,4}|surpass\w{0,4}|exceed\w{0,4}|improv\w{1,6}|reduc\w{1,6}|"
    r"increas\w{1,4}|decreas\w{1,4}|drop\w{0,4}|faster|fewer|higher|lower|gains?|up to|only|boost\w{0,4}|cut\w{0,4}|degrad\w{1,6}|of the)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"\d[\d,.]{0,12}\s?(?:[kKMBT]\b|million\b|billion\b|trillion\b|thousand\b|[a-z]{1,20}s\b)|\b\d{1,3}(?:,\d{3}){1,4}\b"
)

FIGURE, BARE = 2.1, 0.9  # of a result, and of a mere count
MORE, MOST_FIGURES = 0.25, 3  # the value of a second and a third figure
COMPARED, AGAINST = 0.4, 0.5  # of a comparison, without which a figure says little, and of telling with what


def weigh_figures(text: str, finding: float) -> tuple[int, float]:
    """The number of figures of results, and the value of the sentence as a finding."""
    if (
        not any(map(str.isdigit, text))
        and "fold" not in text
        and "hal" not in text
        and "doubl" not in text
        and "magnitude" not in text
    ):
        return 0, finding
    plain = _STATISTIC.sub("", text)
    figures = min(len(_FIGURE.findall(plain)), MOST_FIGURES)
    if not figures:
        return 0, finding + (0.4 if _SIZE.search(plain) else 0.0)
    compared = (COMPARED if _COMPARED.search(plain) else 0.0) + (
        AGAINST if _AGAINST.search(_BRACKETS.sub("", plain)) else 0.0
    )
    first = FIGURE if finding or _SHARE.search(plain) else BARE
    return figures, finding + first + MORE * (figures - 1) + compared
