"""The language model's part of a reply, where the page was given one: it grows below the answer that was quoted.

A new question ends the writing of the one before. Knows nothing of models or of HTML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import gradio as gr

from qa import QAError, Writer, WrittenAnswer
from qa.page.ask import markup
from qa.page.ask import writing_words as words
from qa.page.ask.asked import Replied
from qa.page.parts.language import Language

WRITING_AT_ONCE = 4
"""Answers that are written at the same time; the next wait their turn, and no other question waits with them."""


class Writing:
    """What is shown while a model writes; holds nothing of a visitor."""

    def __init__(self, writer: Writer, language: Language) -> None:
        self._writer = writer
        self._language = language

    def write(self, replied: Replied | None) -> Iterator[str]:
        """Nothing at first, then the answer as it grows, or that there is none."""
        yield ""
        if replied is None:
            return
        if replied.answer.verdict != "not_found":
            yield markup.written(WrittenAnswer("", ()), self._language)
        try:
            for one in self._writer.write(replied.answer):
                yield markup.written(one, self._language)
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            yield markup.problem(words.FAILED[self._language])


def add_writing(shown: gr.HTML, replied: gr.State, events: tuple[Any, Any], writing: Writing) -> None:
    """Lets a model write into `shown`; the events are the one that asks, and what comes once its reply stands."""
    asked, answered = events
    growing = answered(
        writing.write,
        [replied],
        [shown],
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=WRITING_AT_ONCE,
        concurrency_id="write",
    )
    asked(fn=None, cancels=[growing], api_visibility="private")
