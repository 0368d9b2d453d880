"""Sphinx' settings for the site (build/site) and the man pages (docs/man)."""

from __future__ import annotations

from analyzer import __version__
from manual.reference.commands import man_pages as _man_pages

project = "autopath"
author = "autopath"
project_copyright = "Apache-2.0"
version = release = __version__
today = __version__  # no wall clock in what is committed: where a man page has a date, ours have the version

extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "index"
exclude_patterns = ["man/*"]
nitpicky = False  # annotations name types of modules that are no part of the public interface
suppress_warnings: list[str] = []

myst_heading_anchors = 3
myst_links_external_new_tab = False
highlight_language = "none"
pygments_style, pygments_dark_style = "default", "monokai"  # comments of "friendly" are too pale to read
smartquotes = False  # `--option` stays what one types

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = f"autopath {__version__}"
html_static_path = ["static"]
html_css_files = ["manual.css"]
html_copy_source = html_show_sourcelink = False
html_show_copyright = False
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": False}

man_pages = _man_pages()
man_show_urls = False
