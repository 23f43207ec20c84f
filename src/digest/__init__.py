"""A weekly digest of LLM research: feeds in, an archived and mailed issue out."""

__version__ = "0.2.0"
