"""The data model: frozen values that the parts of the program exchange.

In: the fields of a value. Out: that value, and what follows from it alone. Never imports another package or does I/O.

Times are aware and in UTC. Sequences are tuples. Text from feeds is plain text, never markup. A noun is loaded when it is first
imported, because a short command needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.model.archive import BestReported, Card, Hit, Point, Record, Summary, cards, own_words
    from digest.model.edits import (
        Edit,
        EditAction,
        EditMark,
        LeftOut,
        ModelNote,
        RefusedSentence,
        SentenceVerdict,
        Written,
        WrittenPlace,
        WrittenSentence,
    )
    from digest.model.feeds import (
        UNTROUBLED,
        Document,
        Entry,
        FeedHealth,
        FeedState,
        FeedStatus,
        HealthVerdict,
        Item,
        Look,
        Observation,
        Showing,
        Sighting,
        Signal,
        SignalName,
    )
    from digest.model.grades import Grade, GradedWork, GradeFate, Remedy, Uptake, UptakeKind
    from digest.model.issue import (
        Accuracy,
        Baseline,
        ClaimTouch,
        Edition,
        FeedReport,
        Issue,
        ItemWords,
        Line,
        NewName,
        OffTopic,
        Pulse,
        Release,
        Released,
        Reported,
        Section,
        SectionWords,
        Stance,
        Tally,
        Touch,
        TouchedClaim,
        Translation,
    )
    from digest.model.items import Artefact, Follows, IssueItem, ItemSignal, Original, Source
    from digest.model.kinds import FATES, Fate, IssueState, ItemKind, Window
    from digest.model.subscribers import (
        DELIVERY_STATES,
        FREQUENCIES,
        HEAVIEST,
        MINUTES,
        Delivery,
        DeliveryState,
        Frequency,
        LetterRow,
        LetterState,
        Place,
        Preferences,
        Recipient,
        Subscriber,
        SubscriberStatus,
    )
    from digest.model.terms import Moved, MovedThere, TermCounts, TermKind
    from digest.model.trends import Claim, Example, Label, Lesson, Trend, TrendTexts, Verdict
    from digest.model.workspace import Workspace

__all__ = [
    "DELIVERY_STATES",
    "FATES",
    "FREQUENCIES",
    "HEAVIEST",
    "MINUTES",
    "UNTROUBLED",
    "Accuracy",
    "Artefact",
    "Baseline",
    "BestReported",
    "Card",
    "Claim",
    "ClaimTouch",
    "Delivery",
    "DeliveryState",
    "Document",
    "Edit",
    "EditAction",
    "EditMark",
    "Edition",
    "Entry",
    "Example",
    "Fate",
    "FeedHealth",
    "FeedReport",
    "FeedState",
    "FeedStatus",
    "Follows",
    "Frequency",
    "Grade",
    "GradeFate",
    "GradedWork",
    "HealthVerdict",
    "Hit",
    "Issue",
    "IssueItem",
    "IssueState",
    "Item",
    "ItemKind",
    "ItemSignal",
    "ItemWords",
    "Label",
    "LeftOut",
    "Lesson",
    "LetterRow",
    "LetterState",
    "Line",
    "Look",
    "ModelNote",
    "Moved",
    "MovedThere",
    "NewName",
    "Observation",
    "OffTopic",
    "Original",
    "Place",
    "Point",
    "Preferences",
    "Pulse",
    "Recipient",
    "Record",
    "RefusedSentence",
    "Release",
    "Released",
    "Remedy",
    "Reported",
    "Section",
    "SectionWords",
    "SentenceVerdict",
    "Showing",
    "Sighting",
    "Signal",
    "SignalName",
    "Source",
    "Stance",
    "Subscriber",
    "SubscriberStatus",
    "Summary",
    "Tally",
    "TermCounts",
    "TermKind",
    "Touch",
    "TouchedClaim",
    "Translation",
    "Trend",
    "TrendTexts",
    "Uptake",
    "UptakeKind",
    "Verdict",
    "Window",
    "Workspace",
    "Written",
    "WrittenPlace",
    "WrittenSentence",
    "cards",
    "own_words",
]

# The module of each noun.
_NOUNS = {
    "archive": "BestReported Card Hit Point Record Summary cards own_words",
    "edits": "Edit EditAction EditMark LeftOut ModelNote RefusedSentence SentenceVerdict Written WrittenPlace WrittenSentence",
    "feeds": "UNTROUBLED Document Entry FeedHealth FeedState FeedStatus HealthVerdict Item Look Observation Showing Sighting Signal SignalName",
    "grades": "Grade GradedWork GradeFate Remedy Uptake UptakeKind",
    "issue": "Accuracy Baseline ClaimTouch Edition FeedReport Issue ItemWords Line NewName OffTopic Pulse Release Released Reported Section SectionWords Stance Tally Touch TouchedClaim Translation",
    "items": "Artefact Follows IssueItem ItemSignal Original Source",
    "kinds": "FATES Fate IssueState ItemKind Window",
    "subscribers": "DELIVERY_STATES Delivery DeliveryState FREQUENCIES Frequency HEAVIEST LetterRow LetterState MINUTES Place Preferences Recipient Subscriber SubscriberStatus",
    "terms": "Moved MovedThere TermCounts TermKind",
    "trends": "Claim Example Label Lesson Trend TrendTexts Verdict",
    "workspace": "Workspace",
}
_HOMES = {noun: module for module, nouns in _NOUNS.items() for noun in nouns.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"digest.model.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
