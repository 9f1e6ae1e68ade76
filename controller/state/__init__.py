"""What the controller has cached and what it has asked for: no I/O, no clock."""
