"""One sentence with the result, for an item that stands under "Read first"."""

from digest.llm.tasks.prose import Prose

RESULT = Prose(name="results", sentences=1, words=34, most=200)
