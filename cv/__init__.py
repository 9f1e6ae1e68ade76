"""The CV: its model, fields and dates, the options of a document, photo rules, what a template declares.

crds, the programs and preview may import it; it imports runtime at most, and does no network requests. Begin at
resume.py, the model that a request's cvData is validated with; options.py has the options of a document, templates.py
what a template's template.json declares.
"""
