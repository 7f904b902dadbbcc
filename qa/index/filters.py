"""Narrow a search to some documents: the filters, which values pass them, and their conditions on `corpus.db`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TypedDict

from qa.documents import GIVEN_TAGS, OWN_TAGS, office_key, tags_in
from qa.errors import QuestionError
from qa.text import canonical, fold, nfc


class Filters(TypedDict, total=False):
    """The documents that a search may look into; dates are inclusive, and a document without one passes no date.

    The last six are about law and office documents: `number` is such as "12/2021/QĐ-UBND", `kind` such as "Quyết
    định", `office` and `signer` are words of the names of who issued and who signed it, and the dates are those from
    which it is in force. Names typed without diacritics match whatever their diacritics are.

    `tag` is a tag that documents must have, or several, separated by commas, that they must all have.
    """

    published_from: date
    published_to: date
    source: str
    document: str
    language: str
    tag: str
    number: str
    kind: str
    office: str
    signer: str
    in_force_from: date
    in_force_to: date


FILTERS = tuple(Filters.__annotations__)
DAY_FILTERS = ("published_from", "published_to", "in_force_from", "in_force_to")
NAME_FILTERS: Mapping[str, str] = {
    "kind": "legislationType",
    "office": "legislationPassedBy",
    "signer": "accountablePerson",
}
"""The filters that compare names, each with the item of metadata that it looks at."""

_TAGS = "', ' || " + " || ".join(
    f"coalesce(json_extract(d.metadata, '$.{name}') || ', ', '')" for name in (OWN_TAGS, GIVEN_TAGS)
)
_IN_FORCE = "json_extract(d.metadata, '$.legislationDateOfApplicability')"
_CONDITIONS = {
    "published_from": "d.published >= :published_from",
    "published_to": "d.published <= :published_to",
    "source": "d.source = :source",
    "document": "d.id = :document",
    "language": "d.language = :language",
    "tag": f"NOT EXISTS (SELECT 1 FROM json_each(:tag) wanted WHERE instr({_TAGS}, ', ' || wanted.value || ', ') = 0)",
    "number": "json_extract(d.metadata, '$.legislationIdentifier') = :number COLLATE NOCASE",
    "in_force_from": f"{_IN_FORCE} >= :in_force_from",
    "in_force_to": f"{_IN_FORCE} <= :in_force_to",
} | {
    name: f"json_extract(d.metadata, '$.{item}') IN (SELECT value FROM json_each(:{name}))"
    for name, item in NAME_FILTERS.items()
}

Stated = Callable[[str], Iterable[str]]
"""Returns the different values that the documents have of an item of metadata."""


def require_known(filters: Mapping[str, object]) -> None:
    """Raise `QuestionError` for a filter that does not exist."""
    unknown = sorted(set(filters) - set(FILTERS))
    if unknown:
        raise QuestionError(f"There is no filter {unknown[0]!r}.", f"Use one of: {', '.join(FILTERS)}.")


def filter_clause(filters: Filters, stated: Stated) -> tuple[str, dict[str, str]]:
    """Return SQL that narrows a query on `document d`, and its values; raises `QuestionError` for an unknown filter."""
    require_known(filters)
    values = {name: _stored(name, value, stated) for name, value in filters.items()}
    return "".join(f" AND {_CONDITIONS[name]}" for name in values), values


def _stored(name: str, value: object, stated: Stated) -> str:
    """Return a filter's value as its condition compares it."""
    if name in NAME_FILTERS:
        return json.dumps(passing(name, str(value), stated(NAME_FILTERS[name])))
    if name == "number":  # SQLite ignores the case of every letter but Đ
        return "".join(nfc(str(value)).split()).replace("đ", "Đ")
    if name == "tag":
        return json.dumps(tags_in([str(value)]))
    return str(value.date() if isinstance(value, datetime) else value)


def passing(name: str, wanted: str, stated: Iterable[str]) -> list[str]:
    """Return the stated values that pass one of `NAME_FILTERS`: a kind as a whole, other names by words in a row."""
    form = fold if fold(wanted) == canonical(wanted) else canonical
    key = office_key if name == "office" else str
    asked = form(key(wanted))
    if not asked:
        return []
    found = {value: form(key(value)) for value in stated}
    if name == "kind":
        return [value for value, names in found.items() if names == asked]
    return [value for value, names in found.items() if f" {asked} " in f" {names} "]
