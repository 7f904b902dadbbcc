"""Print hits, answers, citations and verifications: lines for a person, an object for a program."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from qa.answer import Answer, Citation, CitationFormat, Finding, Verdict, Verification
from qa.cli.terminal import bold, colour, dim, print_json, wrapped
from qa.errors import WriterError
from qa.generation import WrittenAnswer
from qa.passages import Passage
from qa.retrieval import Hit

DECLINED: dict[Verdict, str] = {
    "related": "No answer found, but these passages are on the topic:",
    "not_found": "Not in these documents. The nearest passages:",
}
KEYWORDS = "These are keywords rather than a question. The passages that contain them:"
RULES_ONLY = "onnxruntime is not installed, so only rules read, which are wrong far more often: pip install onnxruntime"
_UPDATE = "bring the index up to date with qa index."
_CHANGED = "reads otherwise than when it was indexed"


def note_restored(question: str | None) -> None:
    """Show the question with its diacritics restored, if some were missing."""
    if question:
        print(f"Searching for: {question}", file=sys.stderr)


def note_rules_only(answer: Answer) -> None:
    """Say that no model read, and what to do about it."""
    if "rules_only" in answer.notes:
        print(RULES_ONLY, file=sys.stderr)


def show_hits(question: str, mode: str, hits: Sequence[Hit], *, as_json: bool) -> None:
    """Show the passages of a search."""
    if as_json:
        print_json({"question": question, "mode": mode, "hits": [hit.to_json() for hit in hits]})
        return
    _print_hits(hits)


def show_answer(answer: Answer, written: Iterable[WrittenAnswer] | None = None, *, as_json: bool) -> None:
    """Show the answer with its citation, or why there is none, then a language model's text and the passages."""
    if as_json:
        print_json(answer.to_json() | (_written_json(written) if written is not None else {}))
        return
    if answer.found is None:
        has_keywords = answer.verdict == "related" and "keywords" in answer.notes
        print(bold(KEYWORDS if has_keywords else DECLINED[answer.verdict]))
        _print_absent(answer)
    else:
        _print_found(answer.found, answer.sentence or "", f"  ({_confidence(answer)})")
        _print_absent(answer)
        for other in answer.others:
            print("Another document says:")
            _print_found(other)
    if written is not None:
        _print_written(written)
    print()
    _print_hits(answer.evidence)


def _print_absent(answer: Answer) -> None:
    if answer.absent:
        print(f"In no document: {', '.join(answer.absent)}")


def _confidence(answer: Answer) -> str:
    """Return the confidence in words, with a note where it is not calibrated."""
    unfitted = ", not calibrated for this model" if "unfitted" in answer.notes else ""
    return f"confidence {answer.confidence:.0%}{unfitted}"


def _print_found(found: Finding, sentence: str = "", surely: str = "") -> None:
    """Show a span, its sentence if that is longer, its source, and the confidence."""
    print(bold(colour(wrapped(found.text), "green")))
    if sentence not in ("", found.text):
        print(wrapped(sentence, indent="    "))
    print(dim(f"    {_where(found.source.passage, found.place)}{surely}"))
    for relation in found.relations:
        partly = relation.is_partial and relation.kind != "amended"
        parts = f"{relation.parts} " if relation.parts else "partly " * partly
        print(f"    in this collection: {parts}{relation.kind} by {relation.by}")


def show_citations(question: str, citations: Sequence[Citation], name: CitationFormat, *, as_json: bool) -> None:
    """Show the citations in one format, separated by empty lines."""
    texts = [citation.format(name) for citation in citations]
    if as_json:
        print_json({"question": question, "format": name, "citations": texts})
    elif texts:
        print("\n\n".join(texts))
    else:
        print("No answer in these documents, so there is nothing to cite.", file=sys.stderr)


def _where(passage: Passage, place: str) -> str:
    """Return title, date, file, place and index, as far as they are known."""
    day = passage.published.isoformat() if passage.published else "undated"
    index = passage.index and f"index {passage.index}"
    return " · ".join(part for part in (passage.title, day, passage.source, place, index) if part)


def _print_hits(hits: Sequence[Hit]) -> None:
    for hit in hits:
        print(bold(f"{hit.rank}. {_where(hit.passage, hit.passage.place)}") + dim(f"  (score {hit.score:.2f})"))
        print(wrapped(hit.passage.text, indent="   "))
        if hit.similar:
            print(dim(f"   nearly the same: {', '.join(_named(one.passage) for one in hit.similar)}"))


def _named(passage: Passage) -> str:
    return f"{passage.id} (index {passage.index})" if passage.index else passage.id


def _print_written(written: Iterable[WrittenAnswer]) -> None:
    """Show the text as it is written, then what is unsupported in it.

    A failure goes to stderr after what was written.
    """
    last, problem = WrittenAnswer("", ()), None
    try:
        for one in written:
            heading = "" if last.text or not one.text else "\nA language model wrote from the passages below:\n"
            print(heading + one.text[len(last.text) :], end="", flush=True)
            last = one
    except WriterError as error:
        problem = error
    if last.text:
        print(flush=True)
    if problem:
        print(f"qa: {problem}", file=sys.stderr)
    if last.finished and not last.text:
        print("\nA language model found no answer in the passages below.")
    for sentence in last.sentences:
        for part in sentence.unsupported:
            print(f"    not supported by what it cites: {part}")


def _written_json(written: Iterable[WrittenAnswer]) -> dict[str, Any]:
    """Return the finished answer as `written`, or a failure as `written_error`.

    `written` is None if nothing was found to write from.
    """
    try:
        grown = list(written)
    except WriterError as error:
        return {"written": None, "written_error": str(error)}
    return {"written": grown[-1].to_json() if grown else None}


def show_verifications(verifications: Sequence[Verification], *, as_json: bool) -> None:
    """Show whether each quote is still there."""
    if as_json:
        found = [one.to_json() for one in verifications]
        print_json(found[0] if len(found) == 1 else {"citations": found})
        return
    for one in verifications:
        _show_verification(one)


def _show_verification(found: Verification) -> None:
    document = f"{found.document_id} of the index {found.index}" if found.index else found.document_id
    where = f"{document} at {found.start}-{found.end}{f' ({found.place})' if found.place else ''}"
    outcomes = {
        "stands": f"The quote stands in {where}.",
        "moved": f"The quote stands, but elsewhere than cited: in {where}.",
        "changed": f"The quote no longer stands in {document}.",
        "gone": f"There is no document {document}.",
    }
    print(bold(colour(outcomes[found.standing], "green" if found.stands else "red")))
    if found.damaged:
        print(f"The index's copy of {found.document_id} is damaged. Delete it there, then index it again.")
    if found.nearest:
        print(f"The sentence most like it:\n{wrapped(found.nearest, indent='    ')}")
    if found.on_disk:
        print(f"{found.path} {_on_disk(found)}")


def _on_disk(found: Verification) -> str:
    """Return what happened to the quote in the file, to be shown beside what happened in the index."""
    in_index = found.standing != "changed"
    if found.on_disk == "gone":
        return "is no longer there; the quote was compared with the index alone."
    if found.on_disk == "unreadable":
        return "can no longer be read; the quote was compared with the index alone."
    if found.on_disk == "changed":
        return f"no longer holds the quote: {_UPDATE}" if in_index else "does not hold it either."
    at = f" at {found.place_on_disk}" if found.place_on_disk else ""
    if not in_index:
        return f"holds the quote{at}: {_UPDATE}"
    if not found.edited:
        return f"holds the quote{at} as well."
    if found.place in ("", found.place_on_disk):
        return f"{_CHANGED}, and still holds the quote{at}: {_UPDATE}"
    return f"{_CHANGED}: the quote is no longer at {found.place}, but{at or ' elsewhere'}: {_UPDATE}"
