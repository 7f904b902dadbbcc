"""How it looks what became of a quote: in the index, and in the file that its document was read from."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import Verification
from qa.cli.output import print_json, wrapped

_UPDATE = "bring the index up to date with qa index."
_CHANGED = "has changed since it was indexed"


def show_verifications(verifications: Sequence[Verification], *, as_json: bool) -> None:
    """Whether each quote stands."""
    if as_json:
        found = [one.to_json() for one in verifications]
        print_json(found[0] if len(found) == 1 else {"citations": found})
        return
    for one in verifications:
        _show(one)


def _show(found: Verification) -> None:
    where = f"{found.document_id} at {found.start}-{found.end}{f' ({found.place})' if found.place else ''}"
    told = {
        "stands": f"The quote stands in {where}.",
        "moved": f"The quote stands, but elsewhere than cited: in {where}.",
        "changed": f"The quote does not stand in {found.document_id} any more.",
        "gone": f"The index holds no document {found.document_id}.",
    }
    print(told[found.standing])
    if found.damaged:
        print(f"What the index holds of {found.document_id} is damaged. Delete it there, then index it again.")
    if found.nearest:
        print(f"The sentence most like it:\n{wrapped(found.nearest, indent='    ')}")
    if found.on_disk:
        print(f"{found.path} {_on_disk(found)}")


def _on_disk(found: Verification) -> str:
    """What became of the quote in the file, told beside what became of it in the index."""
    in_index = found.standing != "changed"
    if found.on_disk == "gone":
        return "is not there any more; the quote was held against the index alone."
    if found.on_disk == "unreadable":
        return "cannot be read any more; the quote was held against the index alone."
    if found.on_disk == "changed":
        return f"does not hold the quote any more: {_UPDATE}" if in_index else "does not hold it either."
    at = f" at {found.place_on_disk}" if found.place_on_disk else ""
    if not in_index:
        return f"holds the quote{at}: {_UPDATE}"
    if not found.edited:
        return f"holds the quote{at} as well."
    if found.place in ("", found.place_on_disk):
        return f"{_CHANGED}, and still holds the quote{at}: {_UPDATE}"
    return f"{_CHANGED}: the quote is not at {found.place} any more, but{at or ' elsewhere'}: {_UPDATE}"
