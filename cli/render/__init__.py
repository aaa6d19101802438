"""How a view is shown: terminal table, CSV, JSON, and one self-contained HTML page."""
