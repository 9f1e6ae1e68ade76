"""The PdfExportJob resource and what api, controller and renderer share of it.

pdfexportjobs.yaml is the definition, job.py its Python view, client.py the connection to the API server,
errors.py the error codes. It imports none of the three programs.
"""
