"""The HTTP API: takes an export request, stores it as a PdfExportJob, and answers the client's polls.

Clients talk to it over HTTP; it talks to the Kubernetes API server and, for Firebase tokens, to Google. It shares the
resource's definition (crds) with the controller and the renderer, which it never calls. Only preview may import it.

Where to go next, from the top layer down (import-linter holds the order):

    __main__        the process: server, shutdown, exit codes
    app             the ASGI application: builds the objects and connects them
    routes          routing: each operation with its endpoint
    page/           the page at /
    openapi/        the OpenAPI document
    health          the probes
    jobs/           the endpoints of jobs, request models, the service that creates and reads jobs, its cache
    access/         authentication and rate limits
    metrics         Prometheus metrics
    http/           bodies, errors, middleware, limits of the protocol
    operations      the table of routes, which routing, metrics and OpenAPI read
    settings        the environment variables
"""
