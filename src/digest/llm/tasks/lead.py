"""The lead: what happened and why it matters, in three sentences."""

from digest.llm.tasks.prose import Prose

LEAD = Prose(name="lead", sentences=3, words=70)
