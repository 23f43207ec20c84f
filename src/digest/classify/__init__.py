"""Texts -> trends with calibrated scores and the words that decided them. Reads no file, trains nothing, needs numpy only.

A trained model comes as bytes; a trend that it was not trained on goes by its terms and examples alone, beside the
trained ones.
"""

from digest.classify.classifier import Classifier, Explanation, TrendScore, load
from digest.classify.corrections import Taught
from digest.classify.text import Span, Text

__all__ = ["Classifier", "Explanation", "Span", "Taught", "Text", "TrendScore", "load"]
