"""Numbers, ranges, scores, times, dates, ordinals and codes of a text, comparable in whatever spelling they come.

Every span refers to the text as it was given. Knows no units and no documents.
"""

from qa.text.values.reading import values
from qa.text.values.value import Kind, Value

__all__ = ["Kind", "Value", "values"]
