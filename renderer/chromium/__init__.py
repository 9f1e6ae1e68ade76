"""The browser: printing, its sandbox, the processes it leaves."""
