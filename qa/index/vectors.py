"""The vectors that `corpus.db` keeps: which no passage uses, and which passages are without one. Knows no texts."""

from __future__ import annotations

from qa.index.store import Store

_UNUSED = "FROM embedding WHERE model <> ? OR text_digest NOT IN (SELECT text_digest FROM passage)"
_BYTES = 2  # a dimension


def unused(store: Store, model: str) -> tuple[int, int]:
    """How many vectors no passage uses, of this model or any other, and their size in bytes."""
    count, size = store.database.one(f"SELECT count(*), total(length(vector)) {_UNUSED}", (model,))
    return int(count), int(size)


def drop_unused(store: Store, model: str) -> None:
    """Drops the vectors that no passage uses; the file keeps its size until new ones take their room."""
    with store.writing():
        store.database.run(f"DELETE {_UNUSED}", (model,))


def passages_without(store: Store, model: str, dimension: int) -> int:
    """How many passages have no vector of this model and length."""
    query = """SELECT count(*) FROM passage p LEFT JOIN embedding e
               ON e.model = ? AND e.text_digest = p.text_digest AND length(e.vector) = ? WHERE e.model IS NULL"""
    return int(store.database.one(query, (model, _BYTES * dimension))[0])


def drop_misfits(store: Store, model: str, dimension: int) -> None:
    """Drops vectors of another length than the model's, so that their texts are embedded again."""
    with store.writing():
        store.database.run("DELETE FROM embedding WHERE model = ? AND length(vector) <> ?", (model, _BYTES * dimension))
