"""The numbers that ranking goes by, kept in a file beside the embedding model that they were fitted for.

`python -m training.ranking` fits them; training/README.md has its tables.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from qa.embedding import BUNDLED, BUNDLED_FOLDER, EmbedderSettings
from qa.errors import ModelUnusableError


@dataclass(frozen=True)
class Fitted:
    """What counts how much; each number within a language and, with `_across`, between two.

    `dense_share` is the share of the dense score in the fused one, `close_weight` what late interaction counts beside
    the fused score.
    """

    dense_share: float
    dense_share_across: float
    close_weight: float
    close_weight_across: float


NEUTRAL = Fitted(0.5, 0.85, 0.5, 0.5)
"""For any other model: both searches alike, and mostly the dense one across languages, which share few words."""


def fitted_for(embedder: EmbedderSettings) -> Fitted:
    """The numbers of an index's embedder; raises `ModelUnusableError` when the bundled model's file is damaged."""
    numbers = _bundled()
    known = (embedder.name, embedder.revision) == (BUNDLED, numbers["revision"])
    return Fitted(**numbers["ranking"]) if known else NEUTRAL


@cache
def _bundled() -> dict[str, Any]:
    path = BUNDLED_FOLDER / "fitted.json"
    try:
        numbers = json.loads(path.read_text(encoding="utf-8"))
        Fitted(**numbers["ranking"])
        return {"revision": numbers["revision"], "ranking": numbers["ranking"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusableError(str(path), f"its numbers cannot be read ({error!r})", "Install qa again.") from error
