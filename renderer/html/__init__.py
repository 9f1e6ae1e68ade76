"""From a CV to the HTML that is printed: templates, languages, dates, fonts' coverage, photos."""
