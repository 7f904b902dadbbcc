"""The web server of the page: what may come in, what is answered beside the page, and what can be watched."""
