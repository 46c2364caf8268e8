#!/usr/bin/env python3
"""Files that documents and comments name, and that are not there. usage: scripts/references.py

In documents: `folder/file` in backticks, where the first folder is one of ours. In comments: a path with a known ending.
"""
import pathlib
import re
import subprocess
import sys

tracked = set(subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout.split())
folders = {parent.as_posix() for name in tracked for parent in pathlib.PurePath(name).parents}
ours = {name.split("/")[0] for name in tracked if "/" in name}
IN_DOCUMENT = re.compile(r"`([A-Za-z_]+(?:/[A-Za-z0-9_.-]+)+)/?`")
IN_COMMENT = re.compile(r"\b([a-z_]+(?:/[a-z0-9_-]+)*/[a-z0-9_.-]+\.(?:cc|h|md|sql|proto|py|sh|txt))\b")

faults = []
for name in sorted(tracked):
    if name.endswith((".md", ".cc", ".h", ".proto", ".sql")):
        for number, line in enumerate(pathlib.Path(name).read_text().splitlines(), 1):
            if name.endswith(".md"):
                named = IN_DOCUMENT.findall(line)
            else:
                comment = re.search(r"(?://|-- )(.*)", line)
                named = IN_COMMENT.findall(comment.group(1)) if comment else []
            for path in named:
                if path.split("/")[0] in ours and path not in tracked and path not in folders:
                    faults.append(f"{name}:{number}: {path} is not there")
for fault in faults:
    print(fault, file=sys.stderr)
sys.exit(1 if faults else 0)
