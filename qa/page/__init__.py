"""The web page, for asking an index in Vietnamese or English.

Uses the library by its public names only; gradio is imported here and nowhere else. `import qa` does not load it.
"""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read while gradio is imported

from qa.page.parts.library import Library
from qa.page.parts.users import User, hash_password, hash_token, keep_user
from qa.page.serving.server import Settings, serve_until_stopped, serving

__all__ = ["Library", "Settings", "User", "hash_password", "hash_token", "keep_user", "serve_until_stopped", "serving"]
