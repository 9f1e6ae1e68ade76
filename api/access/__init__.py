"""Who sends a request and whether they may: authentication, callers, rate limits."""
