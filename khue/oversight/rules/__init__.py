"""What is a fault of the data, what is due, who is late: pure."""
