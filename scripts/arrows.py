#!/usr/bin/env python3
"""Which folder may include which. usage: scripts/arrows.py check|draw [ROOT]

check  fails on an include that the table does not allow, on a folder that it does not name, and on a circle in the table
draw   the folders and their arrows, for `dot -Tsvg`
"""
import pathlib
import re
import sys

# A folder may include itself and what stands here, by root path.
ALLOWED = {
    "base": "",
    "schemas": "base",
    "rules": "base schemas rules/data",
    "crypto": "base schemas",
    "crypto/objects": "base schemas rules crypto",
    "audit": "base schemas rules crypto crypto/objects",
    "net": "base crypto",
    "broker/telemetry": "base",
    "broker/home": "base rules crypto net broker/telemetry",
    "broker/vault": "base schemas crypto audit",
    "broker/store": "base schemas crypto crypto/objects audit broker/telemetry",
    "broker/store/sqlite": "base schemas crypto audit broker/store",
    "broker/gate": "base schemas rules crypto/objects audit broker/store broker/vault",
    "broker/log": "base schemas rules crypto audit broker/telemetry broker/store broker/vault broker/gate",
    "broker/evidence": "base schemas rules crypto crypto/objects audit broker/home broker/store broker/store/sqlite broker/vault broker/log",
    "broker/sessions": "base schemas rules crypto net broker/telemetry broker/home broker/store/sqlite broker/gate broker/log",
    "broker/operate": "base rules crypto net broker/telemetry broker/home broker/store broker/store/sqlite broker/vault broker/evidence broker/sessions",
    "client_sdk/include/veerpont": "veerpont base schemas",
    "client_sdk": "veerpont",
    "client_sdk/c": "base crypto schemas veerpont",
    "client_sdk/guard": "base schemas rules",
    "client_sdk/dossier": "base schemas rules crypto crypto/objects veerpont",
    "client_sdk/home": "base schemas rules crypto crypto/objects audit client_sdk/guard client_sdk/dossier",
    "client_sdk/link": "base schemas audit client_sdk/home",
    "client_sdk/log": "base schemas rules crypto crypto/objects audit client_sdk/dossier client_sdk/home client_sdk/link veerpont",
    "client_sdk/operations": "base schemas rules crypto crypto/objects audit client_sdk/guard client_sdk/dossier client_sdk/home client_sdk/link client_sdk/log veerpont",
    "gateway/people": "base schemas crypto client_sdk/dossier client_sdk/home veerpont",
    "gateway/worklist": "base schemas crypto rules client_sdk/c client_sdk/dossier gateway/people veerpont",
    "gateway/notify": "base schemas crypto rules net gateway/people",
    "gateway/openid": "base schemas crypto net gateway/notify gateway/people",
    "gateway/once": "base crypto net client_sdk/dossier",
    "gateway/site": "base schemas crypto net client_sdk/c gateway/notify gateway/once gateway/openid gateway/people gateway/worklist",
    "gateway/operate": "base crypto net client_sdk/home gateway/once gateway/people gateway/worklist gateway/site",
    "gateway": "api schemas",
    "cli/commands": "base schemas rules crypto client_sdk/c veerpont",
    "cli": "crypto schemas cli/commands",
}
# The lowest layer of cryptography knows no schema.
PRIMITIVES = ("secret", "random", "hash", "big_endian", "hpke", "sign", "padding")
PUBLIC_HEADER = "client_sdk/include/veerpont"  # included as "veerpont/veerpont.h"


def allowed(file):
    folder = file.parent.as_posix()
    if folder == "crypto" and file.stem in PRIMITIVES:
        return {folder}
    return {folder, *ALLOWED.get(folder, "").split()}


def includes(root):
    """(file, line number, folder) of every include by root path in the folders of the table; generated headers left out."""
    for top in sorted({name.split("/")[0] for name in ALLOWED}):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cc"):
                continue
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found = re.match(r'#include "([a-z_0-9/]+)/[a-z_0-9]+\.h"', line)
                if found and not re.match("veerpont/(gateway/|api/)?v1", found.group(1)):
                    yield file.relative_to(root), number, found.group(1)


def circles():
    """Folders that lead back to themselves."""
    reached = {name: set(ALLOWED[name].split()) & ALLOWED.keys() for name in ALLOWED}
    for _ in ALLOWED:
        for name in ALLOWED:
            reached[name] |= {far for near in reached[name] for far in reached[near]}
    return [name for name in ALLOWED if name in reached[name]]


def check(root):
    faults = [f"{name} leads back to itself" for name in circles()]
    for file, number, target in includes(root):
        if file.parent.as_posix() not in ALLOWED:
            faults.append(f"{file}: the table does not name this folder")
        elif target not in allowed(file):
            faults.append(f"{file}:{number}: {file.parent} must not include {target}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def draw(root):
    arrows = {(file.parent.as_posix(), PUBLIC_HEADER if target == "veerpont" else target) for file, _, target in includes(root)}
    print("digraph rooms {\n  rankdir = TB; node [shape = box, fontname = sans];")
    for source, target in sorted(arrows):
        if source != target:
            print(f'  "{source}" -> "{target}";')
    print("}")
    return 0


root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent.parent)
sys.exit({"check": check, "draw": draw}[sys.argv[1]](root))
