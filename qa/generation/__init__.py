"""An answer that a language model writes, each sentence held against the passages that it cites."""

from __future__ import annotations

from qa.generation.writer import Writer, load_writer
from qa.generation.written import WrittenAnswer, WrittenSentence

__all__ = ["Writer", "WrittenAnswer", "WrittenSentence", "load_writer"]
