"""Takes the README's pictures of the page, with a Chromium: `python -m docs.screenshot [NAME...]`, all by default."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

import qa
from qa.page import Library, Settings, serving

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Cả nước có bao nhiêu đảng viên?"
ASKED = f"?q={quote(QUESTION)}"
UNMARKED = f"?q={quote('ca nuoc co bao nhieu dang vien')}"


@dataclass(frozen=True)
class View:
    """A picture: its file, the address from the page's root, what stands there once it is ready, and the window."""

    name: str
    address: str
    ready: str
    width: int = 1280
    height: int = 800
    colour: Literal["light", "dark"] = "light"


VIEWS = (
    View("screenshot", ASKED, ".opened mark.answer"),
    View("screenshot-dark", UNMARKED, ".opened mark.answer", colour="dark"),
    View("screenshot-english", f"en{ASKED}", ".opened mark.answer"),
    View("screenshot-phone", ASKED, ".opened mark.answer", 390, 844),
    View("screenshot-documents", "?tab=documents", ".remove summary"),
    View("screenshot-evaluation", "?tab=judgements", ".judged li"),
)


def main(names: Sequence[str]) -> None:
    """Indexes the seeds anew, so that the pictures show what the code makes of them now."""
    wanted = [view for view in VIEWS if not names or view.name in names]
    with tempfile.TemporaryDirectory() as folder:
        index = qa.Index.create(Path(folder) / "seeds")
        index.upsert(qa.read_documents([ROOT / "seeds"]))
        searcher = qa.Searcher(index)
        for hit in searcher.search(QUESTION, k=4):
            index.judgements.add(QUESTION, hit.passage, relevant=hit.rank == 1)
        with serving(Library({"seeds": searcher}), Settings(port=0)) as (address, _):
            _take(address, wanted)


def _take(address: str, views: Sequence[View]) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for view in views:
            _picture(browser, address, view)


def _picture(browser: Browser, address: str, view: View) -> None:
    context = browser.new_context(
        viewport={"width": view.width, "height": view.height}, color_scheme=view.colour, locale="vi-VN"
    )
    page = context.new_page()
    page.goto(address + view.address)
    page.locator(view.ready).first.wait_for()
    page.wait_for_timeout(500)  # the article scrolls to the answer
    page.screenshot(path=ROOT / "docs" / f"{view.name}.png")
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
