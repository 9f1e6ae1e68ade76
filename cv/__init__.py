"""The CV: its model, fields and dates, the options of a document, photo rules, what a template declares."""
