"""Measurements: how near the work comes to what this machine allows; see ``README.md``."""
