"""The thumbs beside passages, and the tab of what was judged."""
