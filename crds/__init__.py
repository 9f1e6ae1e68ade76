"""The PdfExportJob resource, and what api, controller and renderer share about it.

- pdfexportjobs.yaml: the definition; definition.py reads it
- job.py: a job as a Python value, its phases, and the statuses that are written
- client.py: the typed client; no other module has the resource's path
- errors.py, warnings.py: the codes in a job's status
- facts.py: what spans record of a job
- filenames.py: safe names for documents

api, controller, renderer and preview import it. It imports cv, kube and runtime, and none of the programs. The requests
themselves are in kube/.
"""
