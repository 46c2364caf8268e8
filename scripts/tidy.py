#!/usr/bin/env python3
"""clang-tidy over our own sources. usage: scripts/tidy.py BUILD_DIR [FILE…]

A file that was clean, and whose bytes, headers, command, checks and clang-tidy are the same, is not read again: the hash of
all of them is kept in ~/.cache/veerpont-tidy (XDG_CACHE_HOME is heeded). Only clean results are kept.
Left out: generated code and what is not part of the programs. Sources of one target are read a
dozen at a time, as one: nearly all of the time goes into the headers that they share. The analyzer follows 20,000 states
of a function instead of 225,000.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

# Two files of Beast, which take minutes: the sanitized build warns of locks in them.
LEFT_OUT = re.compile(r"^(tests|cmake|examples|fuzz|bench)/|boost_json_impl|^net/server\.cc|^client_sdk/link/websocket_transport\.cc")
THREAD_SAFETY = ["--extra-arg=-Wthread-safety"]
AT_ONCE = 12  # files of a target
KEPT_DAYS = 60
ANALYZER = [f"--extra-arg={word}" for word in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=20000")]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def headers_by_source(build):
    """{absolute source: [its headers]}, as the compiler reported them at the last build."""
    found, block = {}, []
    for line in output("ninja", "-C", build, "-t", "deps").splitlines() + [""]:
        if line.startswith("    "):
            block.append(os.path.normpath(os.path.join(build, line.strip())))
        elif block:
            found[block[0]] = block
            block = []
    return found


def commands_for_clang(build):
    """Writes the compile commands without what only g++ knows; returns {absolute source: command}."""
    commands = json.loads((build / "compile_commands.json").read_text())
    for entry in commands:
        entry["command"] = re.sub(r" -Winvalid-pch| -fpch-preprocess| -Wno-maybe-uninitialized| -include \S*cmake_pch\.hxx", "",
                                  entry["command"])
    (build / "tidy").mkdir(exist_ok=True)
    (build / "tidy" / "compile_commands.json").write_text(json.dumps(commands))
    return {entry["file"]: entry["command"] for entry in commands}


class Digests:
    def __init__(self):
        self.of = {}

    def file(self, path):
        if path not in self.of:
            try:
                self.of[path] = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
            except FileNotFoundError:
                self.of[path] = "missing"
        return self.of[path]


def main():
    root = pathlib.Path.cwd()
    build = (root / sys.argv[1]).resolve()
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "veerpont-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_DAYS * 86400:
            old.unlink()

    digests, headers, commands = Digests(), headers_by_source(build), commands_for_clang(build)
    precompiled = {path for source in headers if "cmake_pch" in source for path in headers[source]}
    common = "\n".join([output("clang-tidy", "--version"), (root / ".clang-tidy").read_text(), *ANALYZER, *THREAD_SAFETY] +
                       [digests.file(path) for path in sorted(precompiled)])

    def key(source):
        if source not in headers:
            return None  # the compiler did not say what it reads
        parts = [common, commands[source].replace(str(root), "")]
        parts += [os.path.relpath(path, root) + " " + digests.file(path) for path in headers[source]]
        return cache / hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def tidy(path):
        told = subprocess.run(["clang-tidy", "-p", str(build / "tidy"), "--quiet", *THREAD_SAFETY, *ANALYZER, str(path)],
                              capture_output=True, text=True)
        return told.returncode == 0, told.stdout

    def check(group):
        """[(source, clean, what was told)]; a group that does not compile as one is read file by file."""
        if len(group) > 1:
            clean, told = tidy(as_one(group))
            if clean:
                return [(source, True, "") for source in group]
        return [(source, *tidy(source)) for source in group]

    def as_one(group):
        path = build / "tidy" / (hashlib.sha256("\n".join(group).encode()).hexdigest()[:16] + ".cc")
        path.write_text("\n".join(pathlib.Path(source).read_text() for source in group))
        return path

    wanted = sys.argv[2:] or output("git", "ls-files", "*.cc").split()
    sources = [str(root / name) for name in wanted if not LEFT_OUT.search(name)]
    places = {source: key(source) for source in sources}
    due = [source for source in sources if not (places[source] and places[source].exists())]
    by_target = {}
    for source in due:
        by_target.setdefault(re.sub(r" (-o|-c|-MF|-MT) \S+", "", commands[source]), []).append(source)
    groups = [files[i:i + AT_ONCE] for files in by_target.values() for i in range(0, len(files), AT_ONCE)]
    all_commands = json.loads((build / "tidy" / "compile_commands.json").read_text())
    by_file = {entry["file"]: entry for entry in all_commands}
    for group in groups:
        one = dict(by_file[group[0]], file=str(as_one(group)))
        one["command"] = one["command"].replace(group[0], one["file"])
        all_commands.append(one)
    (build / "tidy" / "compile_commands.json").write_text(json.dumps(all_commands))
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for results in pool.map(check, sorted(groups, key=len, reverse=True)):
            for source, clean, told in results:
                if clean and places[source]:
                    places[source].touch()
                if not clean:
                    faults += 1
                    print(told)
    print(f"tidy: {len(sources)} files, {len(due)} read, {faults} with findings", file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
