"""The renderer: prints the jobs assigned to its pod, uploads the PDFs, writes the results into the status.

It watches the jobs whose status.renderer is its own pod name, and talks to the API server and to Firebase
Storage; the template and its data reach neither. Only preview, bench and the tests may import it, besides itself.

Where to go next, from the top layer down (import-linter holds the order):

    __main__        the process: start, warm-up, shutdown, exit codes
    worker          takes assigned jobs from the watch, cancels them, writes their results
    task            one job: its timeout, its upload, its errors, the cleanup of its uploads
    document        one document: validate, fill, print, finish; settings: the environment variables
    html/           from a CV to HTML: templates, dates, languages, fonts' coverage, photos
    chromium/       printing: the browser and its sandbox
    pdf/            from Chromium's PDF to PDF/UA-1 and PDF/A-2a
    storage/        Firebase Storage: uploads, download URLs, garbage collection
    metrics         Prometheus metrics
"""
