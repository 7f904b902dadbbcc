"""The web server of the page: its guards, what it answers besides the page, and monitoring."""
