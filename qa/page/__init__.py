"""The web page: asks an index, in Vietnamese.

Uses the library by its public names only; gradio is imported here and nowhere else. `import qa` does not load it.
"""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read while gradio is imported

from qa.page.library import Library
from qa.page.serving import Settings, serve_until_stopped, serving

__all__ = ["Library", "Settings", "serve_until_stopped", "serving"]
