"""How people use it: the ``tally`` command."""
