"""Typed spans by rule: what of a text is of the asked kind, and how such a span is cut.

Knows values, names and words of grammar; does not weigh.
"""

from qa.reading.rules.proposing import fits, propose
from qa.reading.rules.shaping import shaped

__all__ = ["fits", "propose", "shaped"]
