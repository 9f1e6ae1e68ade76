"""The HTTP API: takes an export request, stores it as a PdfExportJob, and answers the client's polls.

Clients talk to it over HTTP; it talks to the Kubernetes API server and to nothing else. It shares the resource's
definition (crds) with the controller and the renderer, which it never calls.
"""
