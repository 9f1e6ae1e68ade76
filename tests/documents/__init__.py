"""The check of documents: every template with every sample CV, held against the rules of a good PDF.

samples.py names the documents, cluster.py and local.py make them, layout.py reads where their text stands,
rules.py judges them, report.py does it all and makes the table.
"""
