"""The web page: asks one index, in Vietnamese. `python app.py --index indexes/seeds --port 7860`."""

from __future__ import annotations

import sys

from qa.page import main

if __name__ == "__main__":
    sys.exit(main())
