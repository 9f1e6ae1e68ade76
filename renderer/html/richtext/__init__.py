"""Texts with markup: what people write in Markdown and what editors write in HTML, as one small tree.

fill.py and the templates' filters import it. read.py decides what a text is and reads it; markdown.py finds the
Markdown that is meant, sanitised.py reads HTML into the tree of tree.py, which is the only thing that is printed.
resume.py reads the texts of a CV; filters.py are the templates' filters.
"""
