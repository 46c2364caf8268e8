#!/usr/bin/env python3
"""clang-tidy over our own sources. usage: scripts/tidy.py BUILD_DIR [FILE…]

A file that was clean, and whose bytes, headers, command, checks and clang-tidy are the same, is not read again: the hash of
all of them is kept in ~/.cache/veerpont-tidy (XDG_CACHE_HOME is heeded). Only clean results are kept.
Left out: generated code and what is not part of the programs. The analyzer follows 40,000
states of a function instead of 225,000: half of the time.
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

LEFT_OUT = re.compile(r"^(tests|cmake|examples|fuzz|bench)/|boost_json_impl")
# Mostly Beast, which takes minutes: only whether locks are held (clang-tidy wants one check of its own beside).
LOCKS_ALONE = re.compile(r"net/server\.cc|client_sdk/link/websocket_transport\.cc")
THREAD_SAFETY = ["--extra-arg=-Wthread-safety"]
KEPT_DAYS = 60
ANALYZER = [f"--extra-arg={word}" for word in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=40000")]


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

    def check(source, place):
        checks = ["--checks=-*,misc-definitions-in-headers,clang-diagnostic-thread-safety*"] if LOCKS_ALONE.search(source) else ANALYZER
        told = subprocess.run(["clang-tidy", "-p", str(build / "tidy"), "--quiet", *THREAD_SAFETY, *checks, source], capture_output=True, text=True)
        if told.returncode == 0 and place:
            place.touch()
        return told.returncode == 0, told.stdout

    wanted = sys.argv[2:] or output("git", "ls-files", "*.cc").split()
    sources = [str(root / name) for name in wanted if not LEFT_OUT.search(name)]
    places = {source: key(source) for source in sources}
    due = [source for source in sources if not (places[source] and places[source].exists())]
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for clean, told in pool.map(lambda source: check(source, places[source]), due):
            if not clean:
                faults += 1
                print(told)
    print(f"tidy: {len(sources)} files, {len(due)} read, {faults} with findings", file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
