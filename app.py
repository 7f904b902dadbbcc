"""The web page: asks one index, in Vietnamese. `python app.py --index indexes/seeds --port 7860`.

Wires the values of `qa` to what `page` makes of them; knows nothing of searching or of HTML.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read while gradio is imported

import gradio as gr
from gradio.events import api

from page import markup, script, words
from qa import Answer, Hit, QAError, Searcher, ask

SHOWN = 6
"""Hits shown for a question."""
AT_ONCE = 8
"""Questions answered at the same time; the next wait their turn."""
DOCUMENTS_READ = 200
"""An index with more documents offers no example questions, since choosing them would read every text."""
STYLE = Path(__file__).parent / "page" / "style.css"
SANS = ("Noto Sans", "Segoe UI", "system-ui", "sans-serif")

Shown = tuple[Answer | None, str, str, str]


class Views:
    """What each event shows, from one searcher; holds nothing of a visitor."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def ask(self, question: str) -> Shown:
        """The answer to keep for the visitor, the reply, the cards, and the article that the reply is from."""
        trouble = words.question_problem(question)
        if trouble:
            return None, markup.problem(trouble), "", ""
        try:
            answer = ask(question, self._searcher, k=SHOWN)
            searched = markup.searched_for(self._searcher.restored(question))
            return answer, searched + markup.reply(answer), *self._opened(answer, _first(answer))
        except QAError as error:
            return None, _problem(error), "", ""

    def choose(self, answer: Answer | None, event: gr.EventData) -> tuple[str, str]:
        """The cards and the article once the visitor has chosen a hit by its rank; an unknown rank changes nothing."""
        rank = getattr(event, "rank", None)
        hit = next((hit for hit in answer.evidence if hit.rank == rank), None) if answer else None
        if answer is None or hit is None:
            return gr.skip(), gr.skip()
        try:
            return self._opened(answer, hit)
        except QAError as error:
            return gr.skip(), _problem(error)

    def payload(self, question: str) -> dict[str, Any]:
        """Trả lời một câu hỏi từ kho tài liệu, kèm nguồn; `answer` là null khi không thấy câu trả lời."""
        try:
            # A program may send anything for a string.
            return ask(str(question or ""), self._searcher, k=SHOWN).to_json()
        except QAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def examples(self) -> str:
        """Questions to try."""
        documents, _ = self._searcher.index.counts()
        read = self._searcher.index.documents() if documents <= DOCUMENTS_READ else []
        return markup.examples(words.example_questions(read))

    def footer(self) -> str:
        """The size of the index as it is now: it may have grown since the page was started."""
        try:
            return markup.footer(*self._searcher.index.counts())
        except QAError as error:
            return _problem(error)

    def _opened(self, answer: Answer, hit: Hit | None) -> tuple[str, str]:
        matches = [self._searcher.matches(answer.question, one.passage.text) for one in answer.evidence]
        cards = markup.results(answer, matches, hit.rank if hit else None)
        if hit is None:
            return cards, ""
        document = self._searcher.index.document(hit.passage.document_id)
        return cards, markup.article(document, hit.passage, _answered_in(answer, hit))


def build_page(searcher: Searcher) -> gr.Blocks:
    """The page over one index, not yet served."""
    views = Views(searcher)
    page = gr.Blocks(title="Hỏi đáp trên tài liệu", analytics_enabled=False)
    with page:
        # First, since a private event of the same name would take it.
        api(views.payload, api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="ask")
        kept = gr.State(None)
        _html(markup.HEADING)
        question, send = _question_row()
        examples = _html(views.examples(), script.PICK)
        reply = _html("", script.CHOOSE + script.READ_OUT)
        with gr.Row(elem_id="found"):
            cards = _html("", script.CHOOSE)
            article = _html("")
        footer = _html("", elem_id="footer")

        shown = [kept, reply, cards, article]
        picked = _on(examples.pick, _picked, None, [question])
        for asked in (question.submit, send.click, picked.then):
            _on(asked, views.ask, [question], shown).then(fn=None, js=script.SHOW_MARK)
        for choice in (cards.choose, reply.choose):
            _on(choice, views.choose, [kept], [cards, article]).then(fn=None, js=script.GO_TO_MARK)
        _on(page.load, views.footer, None, [footer])
    return page


def serve(page: gr.Blocks, host: str, port: int) -> str:
    """Starts serving without waiting, and returns the address; raises `OSError` where it cannot listen there."""
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        mcp_server=False,
        run_history=False,  # else the browser would keep what was asked
        enable_monitoring=False,
        footer_links=[],
        max_file_size=1,  # nothing here takes a file
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        css_paths=STYLE,
        head=script.HEAD,
    )
    return str(address)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until stopped; 1 after an error told in one line."""
    given = _parser().parse_args(arguments)
    try:
        searcher = Searcher.open(given.index)
        searcher.search("sẵn sàng", k=1)  # loads the model now, so that the first visitor does not wait for it
        page = build_page(searcher)
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)
        return 1
    try:
        address = serve(page, given.host, given.port)
    except (OSError, OverflowError):
        print(f"qa: Cannot listen on {given.host}:{given.port}. Choose another port with --port.", file=sys.stderr)
        return 1
    print(f"The page is at {address} (Ctrl+C stops it).")
    page.block_thread()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Serves the web page of one index.")
    parser.add_argument("--index", default="indexes/seeds", metavar="DIR", help="default: indexes/seeds")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--port", default=7860, type=int, help="default: 7860")
    return parser


def _question_row() -> tuple[gr.Textbox, gr.Button]:
    with gr.Row(elem_id="ask"):
        question = gr.Textbox(
            label="Câu hỏi",
            placeholder="Gõ câu hỏi của bạn…",
            show_label=False,
            container=False,
            autofocus=True,
            lines=1,
            max_lines=4,
        )
        return question, gr.Button("Hỏi", variant="primary", scale=0)


def _html(value: str, on_load: str | None = None, *, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(value, js_on_load=on_load, apply_default_css=False, elem_id=elem_id)


def _on(event: Any, view: Any, inputs: list[Any] | None, outputs: list[Any]) -> Any:
    """Plumbing: not an endpoint of the public API, and without Gradio's own English progress words."""
    return event(
        view,
        inputs,
        outputs,
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=AT_ONCE,
        concurrency_id="ask",
    )


def _picked(event: gr.EventData) -> str:
    return str(event.question)


def _first(answer: Answer) -> Hit | None:
    """The hit that the answer is from, else the best one, else none."""
    return answer.source or next(iter(answer.evidence), None)


def _answered_in(answer: Answer, hit: Hit) -> markup.Span | None:
    """The answer's span, if the answer is from this hit."""
    if answer.source != hit or answer.start is None or answer.end is None:
        return None
    return answer.start, answer.end


def _problem(error: QAError) -> str:
    """Good words for the visitor; the whole error for whoever runs the page."""
    print(f"qa: {error}", file=sys.stderr)
    return markup.problem(words.error_words(error))


if __name__ == "__main__":
    sys.exit(main())
