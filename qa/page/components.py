"""How the page's tabs make HTML parts and events; nothing of it is an endpoint of the public API."""

from __future__ import annotations

from typing import Any

import gradio as gr

AT_ONCE = 8
"""Questions answered at the same time; the next wait their turn."""


def html(value: str, on_load: str | None = None, *, elem_id: str | None = None) -> gr.HTML:
    """An HTML part without Gradio's own style; `on_load` is script that runs where it is drawn."""
    return gr.HTML(value, js_on_load=on_load, apply_default_css=False, elem_id=elem_id)


def on(event: Any, view: Any, inputs: list[Any] | None, outputs: list[Any]) -> Any:
    """Plumbing: not an endpoint of the public API, and without Gradio's own English progress words.

    Each press counts, also while another is at work: Gradio would drop it, or do the earlier one once more.
    """
    return event(
        view,
        inputs,
        outputs,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",
        concurrency_limit=AT_ONCE,
        concurrency_id="ask",
    )
