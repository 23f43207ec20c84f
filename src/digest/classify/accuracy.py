"""The figures that `make accuracy` leaves beside a trained model <-> `Accuracy`. Measures nothing, reads no file."""

import hashlib
import json
from dataclasses import asdict
from datetime import date

from digest.model import Accuracy

SIGNS = 16  # of a model's SHA-256: enough to tell it from any other


def sign(model: bytes) -> str:
    """What names a model."""
    return hashlib.sha256(model).hexdigest()[:SIGNS]


def accuracy_of(text: str, model: bytes | None) -> Accuracy | None:
    """The figures in `text`, if they are of this very model; None where they are another's, or there are none."""
    if not text or model is None:
        return None
    told = json.loads(text)
    figures = Accuracy(**told | {"measured": date.fromisoformat(told["measured"])})
    return figures if figures.model == sign(model) else None


def accuracy_text(figures: Accuracy) -> str:
    """The inverse of `accuracy_of`."""
    return json.dumps(asdict(figures) | {"measured": figures.measured.isoformat()}, indent=1) + "\n"
