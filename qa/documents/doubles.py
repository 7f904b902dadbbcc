"""Lines that stand twice in a row, as the alternative text of a picture and its caption do.

Knows nothing of pages. Of two lines the one with more words stays, so that no word is lost; then the one without a
stray list number ("7;"); then the one that ends like a sentence; then the second, since a caption is corrected more
often than an alternative text.
"""

from __future__ import annotations

import re

from qa.text import syllables

MIN_SYLLABLES = 5
MAX_EXTRA = 2  # syllables that one line may have more than the other
EXTRA_SHARE = 0.2  # of the longer line
MAX_EXTRA_CHARACTERS = 40  # spares counting the syllables of lines that cannot be doubles
MAX_COMPARED = 600  # characters; longer lines are doubles only when they are equal

_LIST_NUMBER = re.compile(r"^\s*\d{1,2}\s?[;.)]\s+")
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")


def doubled(lines: list[str]) -> frozenset[int]:
    """Indexes to leave out so that no neighbours say the same; blank lines do not part neighbours."""
    kept: list[int] = []
    dropped: set[int] = set()
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        best = index
        while kept and are_doubles(lines[kept[-1]], lines[best]):
            pair = {kept.pop(), best}
            best = max(sorted(pair, reverse=True), key=lambda one: _quality(lines[one]))
            dropped |= pair - {best}
        kept.append(best)
    return frozenset(dropped)


def are_doubles(first: str, second: str) -> bool:
    """The same syllables in the same order, but for case, punctuation and two syllables more within one.

    A syllable in place of another is never a double: two captions may differ in a name alone. Nor is one in front: it
    makes another line of it ("Địa chỉ: ..."), unless it is a list number that the other line does not have.
    """
    if len(first) > MAX_COMPARED or len(second) > MAX_COMPARED:
        return first.strip() == second.strip()
    if abs(len(first) - len(second)) > MAX_EXTRA_CHARACTERS:
        return False
    if bool(_LIST_NUMBER.match(first)) != bool(_LIST_NUMBER.match(second)):
        first, second = _without_number(first), _without_number(second)
    short, long = sorted((_forms(first), _forms(second)), key=len)
    extra = len(long) - len(short)
    if len(short) < MIN_SYLLABLES or short[0] != long[0] or extra > min(MAX_EXTRA, EXTRA_SHARE * len(long)):
        return False
    remaining = iter(long)
    return all(form in remaining for form in short)


def _forms(line: str) -> list[str]:
    return [syllable.form for syllable in syllables(line)]


def _without_number(line: str) -> str:
    return _LIST_NUMBER.sub("", line)


def _quality(line: str) -> tuple[int, bool, bool]:
    bare = _without_number(line)
    return len(syllables(bare)), bare == line, bool(_END.search(line.rstrip()))
