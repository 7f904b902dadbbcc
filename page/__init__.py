"""What the web page shows: values to HTML, errors to Vietnamese, its style and its few lines of script.

Knows answers, hits and documents; does not know Gradio or how anything was found.
"""
