"""Clients that others have written, each making an export: test_export.py runs them against `python -m local`.

Each program takes the API's address, the file of a request and the file for the PDF. It posts the request, polls until
the job has ended, and downloads the PDF.
"""
