"""Find typed spans by rule: which parts of a text are of the kind asked for, and where they start and end.

Knows values, names and function words; does not weigh.
"""

from qa.reading.rules.shaping import shaped
from qa.reading.rules.spans import counts_another, fits, is_of_another_word, is_only_named, is_surely_another, propose

__all__ = ["counts_another", "fits", "is_of_another_word", "is_only_named", "is_surely_another", "propose", "shaped"]
