"""Unicode's normal forms, in time linear in the length of any text. Knows nothing of Vietnamese.

Ordering a run of marks takes time quadratic in its length, so Unicode's stream-safe format (UAX #15) has at most 30 of
them in a row, letters and marks taken apart; before the next one stands a combining grapheme joiner, which nobody sees.
No word of any language needs it.
"""

from __future__ import annotations

import re
import unicodedata

MARKS_IN_A_ROW = 30
_JOINER = "\u034f"
# No mark is one of these Latin letters and signs, which most text is made of.
_BEYOND_LATIN = re.compile(rf"[^\x00-\u02ff\u1e00-\u1eff]{{{MARKS_IN_A_ROW // 3 - 1},}}")
# Every mark is one of these, and none is more than three when it is taken apart.
_MAYBE_MARKS = re.compile(rf"(?s:.)?[^\w\s\x00-\u02ff]{{{MARKS_IN_A_ROW // 3 - 1},}}")


def nfc(text: str, joiner: str = _JOINER) -> str:
    """Each letter and its marks as one character where there is one."""
    return unicodedata.normalize("NFC", stream_safe(text, joiner))


def nfd(text: str, joiner: str = _JOINER) -> str:
    """Letters and marks apart, the marks in Unicode's order."""
    return unicodedata.normalize("NFD", stream_safe(text, joiner))


def stream_safe(text: str, joiner: str = _JOINER) -> str:
    """The text with the joiner before each mark that is too many; with an empty one such marks are left out."""
    if not _BEYOND_LATIN.search(text):
        return text
    return _MAYBE_MARKS.sub(lambda match: _limited(match[0], joiner), text)


def _limited(run: str, joiner: str) -> str:
    kept: list[str] = []
    in_a_row = 0
    for character in run:
        apart = unicodedata.normalize("NFD", character)
        marks = [unicodedata.combining(one) > 0 for one in apart]
        if all(marks) and in_a_row + len(marks) > MARKS_IN_A_ROW:
            if not joiner:
                continue
            kept.append(joiner)
            in_a_row = 0
        in_a_row = in_a_row + len(marks) if all(marks) else marks[::-1].index(False)
        kept.append(character)
    return "".join(kept)
