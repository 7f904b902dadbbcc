"""What a language model wrote, sentence by sentence, with what the cited passages do not bear out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WrittenSentence:
    """A sentence; `cites` are the ranks of the passages that it cites and that there are.

    `unsupported` are the parts of `text`, as they stand in it, that no cited passage bears out: a citation of a passage
    that there is not; a number, a date or a name; the whole sentence where it cites no passage.
    """

    text: str
    cites: tuple[int, ...]
    unsupported: tuple[str, ...]


@dataclass(frozen=True)
class WrittenAnswer:
    """A written answer as far as it has come; `sentences` holds the checked ones, in order.

    While it is not `finished`, its last sentence may be missing from `sentences`. A finished one without text tells
    that the model found no answer in the passages.
    """

    text: str
    sentences: tuple[WrittenSentence, ...]
    finished: bool = False

    @property
    def supported(self) -> bool:
        """Whether every sentence is borne out by the passages that it cites."""
        return not any(sentence.unsupported for sentence in self.sentences)

    def to_json(self) -> dict[str, Any]:
        """The written answer in values that JSON knows."""
        sentences = [
            {"text": one.text, "cites": list(one.cites), "unsupported": list(one.unsupported)} for one in self.sentences
        ]
        return {"text": self.text, "sentences": sentences, "supported": self.supported}
