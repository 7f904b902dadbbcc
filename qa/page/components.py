"""How the page's tabs make HTML parts and events; nothing of it is an endpoint of the public API."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.page.parts.users import User, user_of


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
        concurrency_limit=None,  # what takes long waits for its turn itself
    )


def asking_user(request: gr.Request) -> User:
    """Who an event is from; somebody who may only read where that is not known."""
    return user_of(request.request.scope) if request.request else User("", "read")
