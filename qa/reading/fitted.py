"""The numbers that deciding goes by, kept in a file beside the reader that they were fitted for.

They hold for one reader and one embedder; with another embedder those apply that leave its scores out, and a reader
without a file is taken at its word. `python -m training.deciding` writes the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qa.errors import INSTALL_AGAIN, ModelUnusableError
from qa.reading.candidates import FEATURES

FITTED_FILE = "fitted.json"
CHANCE_FEATURES = ("intercept", *FEATURES, "lead")
"""What the chance of the best span is made of: its own features, and how far its score is ahead of another answer's."""


@dataclass(frozen=True)
class Fitted:
    """Weights by the name of their feature, and the chance below which there is no answer.

    `chance_across` are those of questions in another language than the documents. `is_fitted` is
    False for numbers that were not fitted for the reader and the embedder at hand.
    """

    span: Mapping[str, float]
    chance: Mapping[str, float]
    chance_across: Mapping[str, float]
    threshold: float
    is_fitted: bool


NEUTRAL = Fitted({"margin": 1.0}, {"margin": 10.0}, {"margin": 10.0}, 0.5, is_fitted=False)
"""A reader's margin taken for what it says: log-odds."""


def fitted_for(folder: Path | None, embedder: str) -> Fitted:
    """The numbers of the reader in a folder (None: of a reader that has none) for an index's embedder.

    Raises `ModelUnusableError` when the folder's file is not one that this version wrote.
    """
    if folder is None or not (folder / FITTED_FILE).is_file():
        return NEUTRAL
    fitted_with, fitted, without_scores = _stored(folder / FITTED_FILE)
    return fitted if fitted_with == embedder else without_scores


@cache
def _stored(path: Path) -> tuple[str, Fitted, Fitted]:
    """The embedder that numbers were fitted with, those numbers, and the ones for any other embedder."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        fitted = _fitted(stored["fitted"], is_fitted=True)
        return stored["embedder"], fitted, _fitted(stored["without_scores"], is_fitted=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnusableError(str(path), f"its numbers cannot be read ({error!r})", INSTALL_AGAIN) from error


def _fitted(numbers: Mapping[str, Any], *, is_fitted: bool) -> Fitted:
    unknown = {*numbers["span"], *numbers["chance"], *numbers["chance_across"]} - set(CHANCE_FEATURES)
    if unknown:
        raise ValueError(f"{min(unknown)} is no feature")
    span, chance, across = (
        {name: float(weight) for name, weight in numbers[part].items()} for part in ("span", "chance", "chance_across")
    )
    return Fitted(span, chance, across, float(numbers["threshold"]), is_fitted=is_fitted)
