"""The summary of an item: for the web page, and, as long as its beginning fits, for the mail."""

from digest.llm.tasks.prose import Prose

SUMMARY = Prose(name="summaries", sentences=3, words=70)
BRIEF_WORDS = 40  # of the mail
