"""Let a language model write an answer, and check each sentence against the passages that it cites."""

from __future__ import annotations

from qa.generation.grounding import WrittenAnswer, WrittenSentence
from qa.generation.writer import Writer, load_writer

__all__ = ["Writer", "WrittenAnswer", "WrittenSentence", "load_writer"]
