"""Turn evidence into a decision: what readers and rules find in the passages, which span answers, and how sure that is.

Knows passages and hits; does not know how an answer is cited or shown.
"""

from __future__ import annotations

from qa.reading.candidates import Candidate
from qa.reading.deciding import Decision, decide
from qa.reading.protocol import Reader, Reading, Window
from qa.reading.readers import load_reader
from qa.reading.reading import READ, ReadEvidence, read

__all__ = [
    "READ",
    "Candidate",
    "Decision",
    "ReadEvidence",
    "Reader",
    "Reading",
    "Window",
    "decide",
    "load_reader",
    "read",
]
