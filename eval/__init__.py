"""Measure `qa`: question sets, runs, measures, comparisons, reports, floors and speed.

It uses only what `qa` and its floors offer in their `__all__`, and knows nothing of how passages are found.
"""
