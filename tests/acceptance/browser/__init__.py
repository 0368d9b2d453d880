"""The report in a real browser, in every place that people attach it to.

`pages.py` makes the pages, `places.py` serves them as those places do, `chrome.py` drives Chromium, `measure.js`
measures what it drew. What each test samples stands in its docstring.
"""
