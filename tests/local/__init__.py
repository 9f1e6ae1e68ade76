"""local/ against what it stands for: the API server's contract, and the three programs on this machine."""
