"""What can be said about participation, and when it is allowed."""
