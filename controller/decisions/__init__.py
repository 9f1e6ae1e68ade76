"""What is to be done: functions over the state, no I/O, no clock."""
