"""From a CV to the HTML that is printed: templates, languages, dates, the fonts' coverage, photos.

renderer.document and preview import it. Begin at fill.py, which fills a template; style.py turns options into CSS.
"""
