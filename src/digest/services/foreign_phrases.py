"""The phrases by which texts are classified that are not in English: terms in every language, and phrases that show the subject."""

from collections.abc import Mapping

from digest.classify import Phrases
from digest.classify.terms import trend_terms
from digest.config.trend_files import terms_of
from digest.model import Trend, Workspace
from digest.storage.files import resources


def phrases(workspace: Workspace, trends: Mapping[str, Trend]) -> Phrases:
    """The phrases for these trends.

    Raises:
        ConfigError: a file with a trend's texts is invalid.
    """
    files, topics = resources.foreign_texts(workspace)
    terms = {id_: dict(trend_terms(trend)) for id_, trend in trends.items()}
    for file, (id_, text) in files.items():
        if id_ in terms:
            terms[id_] |= terms_of(text, file=file)
    lines = (line.strip() for topic in topics for line in topic.splitlines())
    return Phrases(terms=terms, topic=[line for line in lines if line and not line.startswith("#")])
