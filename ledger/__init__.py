"""How the record is kept: signed statements in a Merkle tree, and how a stranger checks it."""
