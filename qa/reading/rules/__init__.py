"""Typed spans by rule: what of a text is of the asked kind, and how such a span is cut.

Knows values, names and words of grammar; does not weigh.
"""

from qa.reading.rules.spans import counts_another, fits, is_value, propose, shaped

__all__ = ["counts_another", "fits", "is_value", "propose", "shaped"]
