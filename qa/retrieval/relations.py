"""Find relations between the legal and office documents of an index: which one replaces, repeals or amends which.

Knows documents by their numbers and looks these up among the passages; what a passage says is read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from qa.documents import (
    RelationKind,
    Statement,
    is_of_relations,
    named_document,
    number_key,
    office_key,
    statements,
    title_statements,
)
from qa.index import WeightedTerm
from qa.passages import Passage
from qa.retrieval.snapshots import Snapshots
from qa.text import fold

MAX_PASSAGES = 100
"""At most this many passages that cite a document's number are read, the most relevant first."""
PAIR_WEIGHT = 0.25  # of number and year beside the whole number, to find spellings with spaces
SEPARATOR = r"[\s/.–-]{1,3}"  # between the parts of a number
_ORDER: tuple[RelationKind, ...] = ("replaced", "repealed", "amended")
_HEADS = re.compile(
    r"^(?:(?:phó )?chủ tịch|bộ trưởng|thống đốc|(?:phó )?giám đốc|tổng giám đốc|thường trực)\s+(?=\w+ \w)"
)
_UNITS = re.compile(
    r"(?:ủy ban nhân dân|hội đồng nhân dân|tỉnh ủy|thành ủy|huyện ủy|sở|ban|cấp|tỉnh|thành phố|huyện|quận"
    r"|thị xã|thị trấn|xã|phường|này|ta|\s)*"
)
_CENTRAL = re.compile(
    r"CP|TTG|QH\d*|UBTVQH\d*|CTN|TW|HĐTP|TANDTC|VKSNDTC|KTNN|NHNN|TTCP|UBDT|VPCP|BCA|BCT|BCTR|BDTTG|BGDĐT|BGD&ĐT|BGTVT|BKH"
    r"|BKHCN|BKHĐT|BLĐTBXH|BNG|BNNPTNT|BNNMT|BNV|BQP|BTC|BTNMT|BTP|BTTTT|BVHTTDL|BXD|BYT"
)

Metadata = Mapping[tuple[str, str], Mapping[str, str]]
"""The details of documents, by their keys."""


@dataclass(frozen=True)
class Relation:
    """What happened to a document, or to the `parts` of it that are named; `by` names the acting document.

    `is_partial` tells that only part of it is affected. The statement is in `document_id`, at `start` to `end` of its
    text, or in its title where these are equal; `index` is that document's index, if several were searched.
    """

    kind: RelationKind
    by: str
    parts: str
    is_partial: bool
    document_id: str
    start: int
    end: int
    index: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the relation as values for JSON."""
        return {
            "kind": self.kind,
            "by": self.by,
            "parts": self.parts,
            "partial": self.is_partial,
            "index": self.index or None,
            "document_id": self.document_id,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True)
class _Named:
    """A document as others refer to it; `kind`, `number` and `issuer`, a key, are empty if it has none."""

    document_key: tuple[str, str]
    kind: str
    number: str
    day: date | None
    issuer: str

    @property
    def index(self) -> str:
        return self.document_key[0]

    @property
    def id(self) -> str:
        return self.document_key[1]

    @property
    def key(self) -> str:
        return number_key(self.number)

    @property
    def written(self) -> re.Pattern[str]:
        """Its number in all its spellings."""
        parts = map(re.escape, self.key.split("-"))
        return re.compile(rf"(?<!\d)0*{SEPARATOR.join(parts)}", re.IGNORECASE)

    def is_meant(self, statement: Statement) -> bool:
        """Return whether a statement may be about this document: same number, and same date if both state one."""
        if number_key(statement.number) != self.key:
            return False
        has_year = len(self.number.split("/")) > 2 or "QH" in self.number
        return statement.day == self.day if statement.day and self.day else has_year

    def is_issued_as(self, statement: Statement, acting: _Named) -> bool:
        """Return whether this is certainly the document that a statement means, since offices use the same numbers.

        A reference without a name is to the office's own documents.
        """
        issuer = _issuer_key(statement.issuer)
        if _is_central(self.number):
            return True
        if _is_named(issuer):
            return issuer == self.issuer
        if self.issuer and acting.issuer:
            return self.issuer == acting.issuer and self.issuer.startswith(issuer)
        return statement.day is not None and statement.day == self.day


def relations_of(
    snapshots: Snapshots, passages: Collection[Passage], metadata: Metadata
) -> dict[tuple[str, str], tuple[Relation, ...]]:
    """Return what other documents did to each document of the passages that has a number, by its key."""
    named = _names(passages, metadata)
    found = {key: _relations(snapshots, document) for key, document in named.items() if document.number}
    return {key: relations for key, relations in found.items() if relations}


def _named(snapshots: Snapshots, passages: Collection[Passage]) -> dict[tuple[str, str], _Named]:
    return _names(passages, snapshots.metadata({one.document_key for one in passages}))


def _names(passages: Collection[Passage], metadata: Metadata) -> dict[tuple[str, str], _Named]:
    titles = {one.document_key: one.title for one in passages}
    return {key: _name(key, titles[key], metadata.get(key, {})) for key in titles}


def _name(document_key: tuple[str, str], title: str, metadata: Mapping[str, str]) -> _Named:
    kind, number = metadata.get("legislationType", ""), metadata.get("legislationIdentifier", "")
    stated = metadata.get("legislationDate")
    titled = named_document(title)
    if not number and titled:
        kind, number, _ = titled
    issuer = _issuer_key(metadata.get("legislationPassedBy", ""))
    return _Named(document_key, kind, number, date.fromisoformat(stated) if stated else None, issuer)


def _relations(snapshots: Snapshots, document: _Named) -> tuple[Relation, ...]:
    passages = _mentioning(snapshots, document)
    authors = _named(snapshots, passages)
    titles = {one.document_key: one.title for one in passages}
    stated = [(author, one) for key, author in authors.items() for one in _in_title(titles[key], author.kind)]
    stated += [(authors[one.document_key], each) for one in passages for each in _in_text(one, authors, document)]
    found = [
        Relation(one.kind, by, one.parts, bool(one.parts), author.id, one.start, one.end, author.index)
        for author, one in stated
        if document.is_meant(one) and (by := _acting(snapshots, one, author, document))
    ]
    return tuple(_merged(found))


def _mentioning(snapshots: Snapshots, document: _Named) -> list[Passage]:
    """Return passages of other documents that have its number, in whatever spelling."""
    first, *rest = number_key(fold(document.number)).split("-")
    spelled = sorted({first, first.zfill(2)})
    query = [WeightedTerm("folded", "-".join([one, *rest]), 1.0) for one in spelled]
    query += [WeightedTerm("folded", f"{one}_{rest[0]}", PAIR_WEIGHT) for one in spelled if rest]
    own = snapshots.allowed({"document": document.id})
    most = MAX_PASSAGES + (0 if own is None else len(own))
    keys, _ = snapshots.lexical_candidates(query, most, None)
    return snapshots.passages(keys[~np.isin(keys, own if own is not None else [])][:MAX_PASSAGES])


def _in_title(title: str, kind: str) -> Iterator[Statement]:
    for statement in title_statements(title, kind) if is_of_relations(title) else ():
        yield replace(statement, start=0, end=0)


def _in_text(passage: Passage, authors: Mapping[tuple[str, str], _Named], document: _Named) -> Iterator[Statement]:
    """Yield what a passage says about the document's number, with spans in its own document."""
    text = f"{passage.context}\n{passage.text}"
    if document.written.search(text) and is_of_relations(text):
        kind, lead = authors[passage.document_key].kind, passage.context.rsplit(" | ", 1)[-1]
        for statement in statements(passage.text, kind, lead):
            yield replace(statement, start=passage.start + statement.start, end=passage.start + statement.end)


def _acting(snapshots: Snapshots, statement: Statement, author: _Named, document: _Named) -> str:
    """Return the name of the document of the index that certainly acts on another; empty if there is none."""
    named = named_document(statement.subject)
    number = named[1] if named else statement.subject
    acting = [author] if number_key(number) in {"", author.key} else _numbered(snapshots, number)
    for one in acting:
        is_later = not (one.day and document.day) or one.day >= document.day
        if (
            one.key not in {"", document.key}
            and one.document_key != document.document_key
            and is_later
            and document.is_issued_as(statement, one)
        ):
            return statement.subject or f"{one.kind} {one.number}"
    return ""


def _numbered(snapshots: Snapshots, number: str) -> Iterator[_Named]:
    """Yield the documents of the index with a number."""
    bare = number.lstrip("0")
    for one in sorted({number, bare, bare if bare[1:2].isdigit() else f"0{bare}"}):
        keys = snapshots.allowed({"number": one})
        if keys is not None and len(keys):
            yield from _named(snapshots, snapshots.passages(np.asarray(keys)[:MAX_PASSAGES])).values()


def _issuer_key(issuer: str) -> str:
    """Return the key of an office, or of the one whose head is named: "Chủ tịch UBND tỉnh Sông Hà"."""
    return _HEADS.sub("", office_key(issuer))


def _is_named(issuer: str) -> bool:
    """Return whether a key of `_issuer_key` names one office and not just its kind, like "UBND tỉnh"."""
    return _UNITS.fullmatch(issuer) is None


def _is_central(number: str) -> bool:
    """Return whether a number alone identifies the issuer: no provincial office uses one like it."""
    last = number.rpartition("/")[2]
    offices = last.split("-")[1:] or [last]
    return all(_CENTRAL.fullmatch(office.upper()) for office in offices)


def _merged(found: Sequence[Relation]) -> Iterator[Relation]:
    """Yield each act once, those on a whole document first; named parts are combined."""
    for kind in _ORDER:
        acts: dict[str, list[Relation]] = {}
        for one in found:
            if one.kind == kind:
                acts.setdefault(one.by, []).append(one)
        for same in acts.values():
            whole = [one for one in same if not one.is_partial]
            exact = [one for one in same if one.is_partial and not one.parts.lower().startswith("một ")]
            parts = dict.fromkeys(one.parts for one in exact if not whole)
            yield replace((whole or exact or same)[0], parts="; ".join(parts))
