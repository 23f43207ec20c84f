"""Where each head of the model stands: the trends first, then what decides whether a text is about language models."""

from digest.classify.linear import GATES
from training.weak import RULES

HEADS = (*RULES, *GATES)
TRENDS = len(RULES)
LLM, POST_LLM = TRENDS, TRENDS + 1
