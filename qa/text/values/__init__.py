"""Find numbers, ranges, scores, times, dates, ordinals and codes in a text, comparable in any spelling.

Every span refers to the original text. Knows no units and no documents.
"""

from qa.text.values.reading import values
from qa.text.values.value import Kind, Value

__all__ = ["Kind", "Value", "values"]
