"""Typed spans by rule: what of a text is of the asked kind, and how such a span is cut.

Knows values, names and words of grammar; does not weigh.
"""

from qa.reading.rules.shaping import shaped
from qa.reading.rules.spans import counts_another, fits, is_of_another_word, is_only_named, is_surely_another, propose

__all__ = ["counts_another", "fits", "is_of_another_word", "is_only_named", "is_surely_another", "propose", "shaped"]
