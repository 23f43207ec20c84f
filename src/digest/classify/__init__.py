"""Classify texts into trends, with calibrated scores and the words that decided.

In: texts, trends and the bytes of a trained model. Out: verdicts and explanations. Never trains a model or does I/O. Trends that
the model was not trained on are matched by their terms and examples.
"""

from digest.classify.classifier import Classifier, Explanation, TrendScore, load
from digest.classify.corrections import Taught
from digest.classify.foreign import Phrases
from digest.classify.text import Span, Text

__all__ = ["Classifier", "Explanation", "Phrases", "Span", "Taught", "Text", "TrendScore", "load"]
