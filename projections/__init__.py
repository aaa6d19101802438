"""What the record shows: the one replay loop, conduct, and the views."""
