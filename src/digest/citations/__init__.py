"""Cite items and issues. In: items and issues of the archive. Out: BibTeX, RIS, CSL-JSON and COinS, as text.

Never reads a file or the network, and never changes what an item says of itself.
"""

from digest.citations.formats import FILES, FORMATS, bibtex, coins, csl, ris
from digest.citations.reference import Reference, of_card, of_issue, once

__all__ = ["FILES", "FORMATS", "Reference", "bibtex", "coins", "csl", "of_card", "of_issue", "once", "ris"]
