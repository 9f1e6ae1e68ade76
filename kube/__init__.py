"""The Kubernetes API server: what every program needs to talk to it, whatever the resource.

- client.py: requests, lists and watches as plain JSON
- errors.py: the tree of errors, and what a Status object means
- informer.py: list and watch a collection for as long as the program runs; what happens on a 410 or in silence
- clock.py: the API server's time
- paths.py: the paths of the built-in resources

crds, api, controller and renderer import it. It imports runtime and nothing else of the project, and has no code about
PDF exports: the client of the PdfExportJob resource is crds/client.py.
"""
