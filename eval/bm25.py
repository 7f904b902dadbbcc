"""bm25s, the baseline of the field, as its authors and the published figures use it: default words, whole documents.

It shares nothing with `qa`, neither terms nor passages. bm25s is loaded here only.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import qa
from eval.sets import Question, Ranking


class Bm25s:
    """The documents, title and text, in memory."""

    def __init__(self, documents: Sequence[qa.Document]) -> None:
        import bm25s

        texts = [f"{document.title} {document.text}" for document in documents]
        shown = sys.stderr.isatty()
        words = bm25s.tokenize(texts, show_progress=shown)
        self._documents = documents if words.vocab else ()  # bm25s cannot index texts that have no words at all
        self._retriever = bm25s.BM25()
        if self._documents:
            self._retriever.index(words, show_progress=shown)

    def rank(self, questions: Sequence[Question], depth: int) -> list[Ranking]:
        """Rank the documents that share a word with each question."""
        found = (self.search(question.text, depth) for question in questions)
        return [Ranking(tuple(one.id for one in best), best[0].text if best else None) for best in found]

    def search(self, question: str, k: int) -> list[qa.Document]:
        """Return the best k documents, best first; fewer where fewer share a word with the question."""
        import bm25s

        words = bm25s.tokenize(question, return_ids=False, show_progress=False)
        if not words[0] or not self._documents:
            return []
        best, scores = self._retriever.retrieve(words, k=min(k, len(self._documents)), show_progress=False)
        return [self._documents[place] for place, score in zip(best[0], scores[0], strict=True) if score > 0]
