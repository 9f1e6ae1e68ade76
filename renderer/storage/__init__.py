"""Firebase Storage: uploads, download URLs, the removal of what no job names."""
