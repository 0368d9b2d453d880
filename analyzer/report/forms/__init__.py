"""The forms that a run is written in: a page, a document, texts, tables.

A form is a module here with one function, `write`: from a :class:`~analyzer.report.forms.material.Material` to the
bytes of its files, the same for the same material. Its entry in :data:`~analyzer.report.forms.catalogue.FORMS` makes
it a word for `--write`.
"""
