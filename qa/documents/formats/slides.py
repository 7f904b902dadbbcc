"""PowerPoint files (.pptx): the text of the slides, their tables, charts and diagrams, and the speaker notes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from qa.documents.formats.protocol import (
    RELATION,
    Content,
    UnreadableError,
    Written,
    read_xml,
    related_parts,
    unpacking,
)
from qa.documents.formats.tables import Cell, table_lines

_BROKEN_SLIDES = "a damaged PowerPoint file: open it in PowerPoint or LibreOffice and save it anew as .pptx"
_REPEATED = ("dt", "ftr", "hdr", "sldNum", "sldImg")
"""Placeholders of what each slide repeats."""
_LISTED = ("body", "obj")
"""Placeholders whose paragraphs are items of a list."""


def read_slides(data: bytes) -> Content:
    """Return the text of the slides in their order, each a place, "slide 3", and its notes, "slide 3, ghi chú".

    The title is that of the first slide.
    """
    written, empty, title = Written(), [], ""
    try:
        with unpacking(BytesIO(data)) as archive:
            for number, (path, is_hidden) in enumerate(_slides(archive), start=1):
                slide, label = read_xml(archive, path), f"slide {number}{' (ẩn)' if is_hidden else ''}"
                lines = [*_slide_lines(slide), *_drawn(archive, path)]
                title = title or (_title(slide) if number == 1 else "")
                empty += [] if lines else [str(number)]
                written.add("".join(f"{line}\n" for line in lines), label)
                for notes in _related(archive, path, "notesSlide"):
                    noted = list(_slide_lines(read_xml(archive, notes)))
                    written.add("".join(f"{line}\n" for line in noted), f"{label}, ghi chú")
                written.add("\n")
    except AttributeError as error:
        raise UnreadableError(_BROKEN_SLIDES) from error
    damage = f"no text on slide {', '.join(empty)} (a picture?): write what it shows in its notes" if empty else ""
    return Content(written.text, title, places=tuple(written.places), damage=damage)


def _slides(archive: ZipFile) -> Iterator[tuple[str, bool]]:
    """Yield the path of each slide, and whether it is left out when the slides are shown."""
    path = "ppt/presentation.xml"
    targets = related_parts(archive, path)
    for one in read_xml(archive, path).iterfind("{*}sldIdLst/{*}sldId"):
        slide = targets[one.get(RELATION)][1]
        yield slide, read_xml(archive, slide).get("show") in {"0", "false"}


def _related(archive: ZipFile, path: str, kind: str) -> list[str]:
    return [target for its_kind, target in related_parts(archive, path).values() if its_kind == kind]


def _slide_lines(slide: Any) -> Iterator[str]:
    """Yield the text of the shapes in their order, tables as rows."""
    for shape in slide.iter("{*}sp", "{*}tbl"):
        if shape.tag.endswith("}tbl"):
            yield from (line for _, line in table_lines(_grid(shape)))
        elif _placeholder(shape) not in _REPEATED:
            texts = [text for one in shape.iterfind("{*}txBody/{*}p") if (text := _paragraph(one))]
            is_list = _placeholder(shape) in _LISTED and len(texts) > 1
            yield from (f"- {text}" if is_list else text for text in texts)


def _placeholder(shape: Any) -> str:
    """Return what a shape is on the layout of its slide; empty for one that was put there beside it."""
    found = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
    return "" if found is None else str(found.get("type", "obj"))


def _title(slide: Any) -> str:
    titles = [one for one in slide.iter("{*}sp") if _placeholder(one) in {"title", "ctrTitle"}]
    return " ".join(_paragraph(one) for shape in titles[:1] for one in shape.iterfind("{*}txBody/{*}p"))


def _paragraph(paragraph: Any) -> str:
    """Return its text on one line; a break within it is a space."""
    return " ".join(
        "".join(one.text or "" if one.tag.endswith("}t") else " " for one in paragraph.iter("{*}t", "{*}br")).split()
    )


def _grid(table: Any) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for line in table.iterfind("{*}tr"):
        rows.append([])
        for place, one in enumerate(line.iterfind("{*}tc")):
            if one.get("hMerge") in {"1", "true"} and place:
                rows[-1].append(rows[-1][-1])
            elif one.get("vMerge") in {"1", "true"} and len(rows) > 1 and place < len(rows[-2]):
                rows[-1].append(rows[-2][place])
            else:
                rows[-1].append(Cell(" ".join(filter(None, map(_paragraph, one.iter("{*}p"))))))
    return rows


def _drawn(archive: ZipFile, path: str) -> Iterator[str]:
    """Yield the text of the diagrams of a slide, and the values of its charts as rows."""
    for diagram in _related(archive, path, "diagramData"):
        yield from filter(None, map(_paragraph, read_xml(archive, diagram).iter("{*}p")))
    for chart in _related(archive, path, "chart"):
        series = list(read_xml(archive, chart).iter("{*}ser"))
        names = [" ".join(_values(one, "tx").values()) for one in series]
        labels = {at: value for one in series for at, value in _values(one, "cat").items()}
        values = [_values(one, "val") for one in series]
        rows = [["", *names], *([label, *(one.get(at, "") for one in values)] for at, label in labels.items())]
        yield from (line for _, line in table_lines([list(map(Cell, cells)) for cells in rows]))


def _values(series: Any, name: str) -> dict[str, str]:
    return {one.get("idx", ""): one.findtext("{*}v") or "" for one in series.iterfind(f"{{*}}{name}//{{*}}pt")}
