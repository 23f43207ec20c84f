"""The gate: judge by rules whether a sentence says no more than the sentences that it rests on.

In: an English sentence, its sources, the title of its item. Out: the reasons to refuse it, none if it may be printed. Never asks a
model, and never corrects a sentence.
"""

from digest.grounding.gate import Refusal, judge, judge_translation
from digest.grounding.orders import usable

__all__ = ["Refusal", "judge", "judge_translation", "usable"]
