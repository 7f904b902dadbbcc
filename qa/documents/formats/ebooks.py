"""Read e-books (.epub), whose chapters are pages of HTML."""

from __future__ import annotations

from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from qa.documents.formats.headings import places_below
from qa.documents.formats.markup import damage_of, decode_page, heading_names, page_text, parse_page
from qa.documents.formats.protocol import Content, Written, read_xml, refuse_locked, unpacking


def read_epub(data: bytes) -> Content:
    """Return the chapters of an e-book in order, each a place named by its title, and so is what is below a heading."""
    written, damage = Written(), ""
    with unpacking(BytesIO(data)) as archive:
        refuse_locked(archive)
        package_path = read_xml(archive, "META-INF/container.xml").find(".//{*}rootfile").get("full-path")
        package = read_xml(archive, package_path)
        title = package.findtext(".//{*}metadata/{*}title") or ""
        files = {one.get("id"): one.get("href") for one in package.iterfind(".//{*}item")}
        references = [files.get(one.get("idref"), "") for one in package.iterfind(".//{*}itemref")]
        for number, reference in enumerate(dict.fromkeys(references), start=1):  # a chapter named often is read once
            path = normpath(join(dirname(package_path), unquote(reference)))
            damage = _add_chapter(written, archive.read(path), number) or damage
    return Content(written.text, title, places=tuple(written.places), damage=damage)


def _add_chapter(written: Written, data: bytes, number: int) -> str:
    """Append a chapter, and return what of it could not be read."""
    root = parse_page(decode_page(data))
    if root is None:
        return ""
    text = f"{page_text(root)}\n\n"
    below = places_below(text, heading_names(root))
    name = " ".join(root.findtext(".//title", "").split()) or f"chương {number}"
    written.add(text[: below[0].start if below else None], name)
    for place in below:
        written.add(text[place.start : place.end], place.label)
    return damage_of(root)
