"""The phrases by which texts are classified that are not in English: terms in every language, and phrases that show the subject."""

from collections.abc import Mapping

from digest.classify import Phrases
from digest.classify.terms import trend_terms
from digest.config.trend_files import terms_by_trend, terms_of
from digest.model import Trend, Workspace
from digest.storage.files import resources


def phrases(workspace: Workspace, trends: Mapping[str, Trend]) -> Phrases:
    """The phrases for these trends.

    Raises:
        ConfigError: a file with a trend's texts is invalid.
    """
    texts = resources.foreign_texts(workspace)
    told = [(id_, terms_of(text, file=file)) for file, (id_, text) in texts.trends.items()]
    lists = [pair for file, text in texts.terms.items() for pair in terms_by_trend(text, file=file).items()]
    terms = {id_: dict(trend_terms(trend)) for id_, trend in trends.items()}
    for id_, phrases_ in (*lists, *told):
        if id_ in terms:
            terms[id_] |= phrases_
    lines = (line.strip() for topic in texts.topics for line in topic.splitlines())
    return Phrases(terms=terms, topic=[line for line in lines if line and not line.startswith("#")])
