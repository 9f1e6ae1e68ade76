"""The renderer: prints the jobs assigned to its pod, uploads the PDFs, writes the results into the status.

It watches the jobs whose status.renderer is its own pod name, and talks to the API server and to Firebase
Storage; the template and its data reach neither.
"""
