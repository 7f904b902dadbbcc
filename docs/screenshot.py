"""Takes the README's picture of the page, with a Chromium: `python -m docs.screenshot`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import qa
from qa.page import build_page, serve
from qa.page.library import Library

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Cả nước có bao nhiêu đảng viên?"
PICTURE = ROOT / "docs" / "screenshot.png"
PORT = 7869


def main() -> None:
    """Indexes the seeds anew, so that the picture shows what the code makes of them now."""
    with tempfile.TemporaryDirectory() as folder:
        index = qa.Index.create(Path(folder) / "seeds")
        index.upsert(qa.read_documents([ROOT / "seeds"]))
        page = build_page(Library({"seeds": qa.Searcher(index)}))
        _take(serve(page, "127.0.0.1", PORT))
        page.close()


def _take(address: str) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.goto(address)
        page.locator("#ask textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        page.locator(".opened mark").first.wait_for()
        page.wait_for_timeout(500)  # the article scrolls to the answer
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
