"""Measuring `qa`: question sets, runs, measures, comparisons, reports, floors and speed.

It sees the library only through `qa.__all__` and knows nothing of how passages are found.
"""
