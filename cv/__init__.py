"""The CV: its model, fields and dates, the options of a document, photo rules, what a template declares.

crds, the programs and preview may import it; it imports runtime at most, and does no network requests. Begin at
accept.py, which a request's cvData is read with: formats/ converts what other programs export, normalize.py reads what
people write in other ways, and resume.py is the model that the result is validated with. options.py has the options
of a document, templates.py what a template's template.json declares.
"""
