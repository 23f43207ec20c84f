"""Foreign and own text: cleaning, markup, TeX, sentences, wrapping, formatting.

Takes strings, gives strings that are safe to show on one line or in a paragraph. Does no I/O and knows nothing of feeds or issues.
"""
