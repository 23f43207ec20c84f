"""Make the typefaces of an issue's picture from Debian's fonts-dejavu-core and fonts-nanum.

python scripts/fonts.py FOLDER
"""

import sys
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

DEBIAN = Path("/usr/share/fonts/truetype")
LETTERS = "20-7E,A0-17F,218-21B,370-3FF,400-45F,490-491,1E9E,2010-2015,2018-201F,2022,2026,2030,2032-2033,20AC,2190-2193,2200-2265"
HANGUL_PUNCTUATION = "3001-3002,3008-3011,3131-318E"
# The SIL Open Font License reserves the original's name for the original.
HANGUL_NAME = "Digest Hangul"


def ranges(text: str) -> set[int]:
    """The code points of `20-7E,A0`."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def syllables() -> set[int]:
    """The 2,350 Hangul syllables of KS X 1001, which cover nearly all Korean text."""
    rows = (bytes(pair) for pair in product(range(0xB0, 0xC9), range(0xA1, 0xFF)))
    return {ord(row.decode("euc-kr")) for row in rows}


def written(source: Path, letters: set[int], target: Path, name: str = "") -> None:
    """Write a font with these letters only, without hinting and layout features."""
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    if name:
        _rename(font, name)
    subset.save_font(font, str(target), options)


def _rename(font: TTFont, name: str) -> None:
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in {0, 13, 14}]
    for number, value in ((1, name), (2, "Regular"), (3, name), (4, name), (6, name.replace(" ", ""))):
        table.setName(value, number, 3, 1, 0x409)


def main(folder: Path) -> None:
    """Write the three fonts."""
    letters = ranges(LETTERS)
    written(DEBIAN / "dejavu/DejaVuSans.ttf", letters, folder / "regular.ttf")
    written(DEBIAN / "dejavu/DejaVuSans-Bold.ttf", letters, folder / "bold.ttf")
    hangul = syllables() | ranges(HANGUL_PUNCTUATION)
    written(DEBIAN / "nanum/NanumGothic.ttf", hangul, folder / "hangul.ttf", HANGUL_NAME)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
