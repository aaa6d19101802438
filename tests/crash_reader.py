"""A process that reads without end and stops, with words, at the first thing that is not right.

    python crash_reader.py URL ORIGIN

Every head it sees must have the root of the leaf hashes below it, and no index may be missing.
"""

from __future__ import annotations

import sys
import time

from ledger.store import Store
from ledger.tree import Frontier


def main(url: str, origin: str) -> None:
    """Follow the head until killed."""
    tree = Frontier()
    with Store.open(url, origin, create=True) as store:
        while True:
            head = store.head()
            if head.size < tree.size:
                sys.exit(f"the head went back from {tree.size} to {head.size}")
            for entry in store.entries(tree.size, head.size):
                if entry.index != tree.size:
                    sys.exit(f"entry {tree.size} is missing, found {entry.index}")
                tree.append(entry.leaf_hash)
            if (tree.size, tree.root()) != (head.size, head.root):
                sys.exit(f"the root at size {head.size} is not that of the entries")
            time.sleep(0.001)


if __name__ == "__main__":
    main(*sys.argv[1:])
