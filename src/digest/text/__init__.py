"""Text: cleaning, markup, TeX, sentences, wrapping and formatting.

In: strings from anywhere. Out: strings that are safe to show on one line or in a paragraph. Never does I/O, and depends on neither
feeds nor issues.
"""
