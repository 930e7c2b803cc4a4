"""coverage_table.py FILE: what `llvm-cov export -summary-only` wrote, as lines, functions and branches by folder."""

import collections
import json
import os
import pathlib
import sys

KINDS = ("lines", "functions", "branches")


def main():
    data = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["data"][0]
    folders = collections.defaultdict(lambda: [0] * (2 * len(KINDS)))
    for file in data["files"]:
        name = os.path.relpath(file["filename"])
        if name.startswith(("tests/", "build/")):
            continue
        for place, kind in enumerate(KINDS):
            for folder in (os.path.dirname(name) + "/", "all"):
                folders[folder][2 * place] += file["summary"][kind]["covered"]
                folders[folder][2 * place + 1] += file["summary"][kind]["count"]
    print(f"{'':20}" + "".join(f"{kind:>24}" for kind in KINDS))
    for folder in sorted(folders, key=lambda folder: (folder == "all", folder)):
        counts = folders[folder]
        shown = (f"{100 * counts[i] / max(1, counts[i + 1]):6.1f} % of {counts[i + 1]:5}" for i in (0, 2, 4))
        print(f"{folder:20}" + "".join(f"{text:>24}" for text in shown))


if __name__ == "__main__":
    main()
