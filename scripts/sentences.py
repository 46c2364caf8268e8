#!/usr/bin/env python3
"""Every sentence that the SDK and the command line say in English has a Dutch one in base/dutch.txt.

Takes what stands in a Refusal, an alarm or a finding of doctor, with {} for what is filled in. A name of a field, an
option or a thing without a verb needs none: only what has a space is a sentence. Prints those that have none; exit 1
when there are any.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["base", "schemas", "crypto", "rules", "client_sdk", "gateway", "cli"]
STARTS = re.compile(
    r'\b(Refusal\{(?:RefusalCode::)?\w+,|\{RefusalCode::\w+,|invalid\(|tampered\(|alarm\(|add\(|check_of\(|check\.cause = |check\.cure = |Check check\{|instead\(path,|fault\(|refuse\(|at\(|Check\{|bad\(|problem\()')
TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\'(?:[^\'\\]|\\.)\'|([(){}\[\]])|(::)|([,;?:+])|\s+|[^"\'(){}\[\],;?:+\s]+')


def argument_texts(text, at):
    """The texts of each argument from `at` up to the bracket that closes the call; {} for what is no literal."""
    depth, parts, out, last_literal = 0, [""], [], False
    while at < len(text):
        token = TOKEN.match(text, at)
        if not token:
            return out
        at = token.end()
        literal, bracket, mark = token.group(1), token.group(2), token.group(4)
        if bracket in ("(", "{", "["):
            depth += 1
            hole(parts)
        elif bracket:
            if depth == 0:
                return out + parts
            depth -= 1
        elif depth > 0:
            continue
        elif literal is not None:
            parts[-1] += literal.encode().decode("unicode_escape").encode("latin-1").decode("utf-8")
        elif mark in (",", "?", ":", ";"):
            out += parts
            parts = [""]
            if mark == ";":
                return out
        elif mark == "+" or not token.group(0).strip():
            continue
        else:
            hole(parts)
    return out


def hole(parts):
    if not parts[-1].endswith("{}"):
        parts[-1] += "{}"


def said():
    found = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.cc")):
            text = re.sub(r"(?<!:)//[^\n]*", "", path.read_text(encoding="utf-8"))
            for start in STARTS.finditer(text):
                for sentence in argument_texts(text, start.end()):
                    words = re.sub(r"\{\}", "", sentence)
                    if re.search(r"[a-z,:;] [a-z]", words) and not sentence.startswith(("SELECT", "UPDATE", "INSERT", "PRAGMA", "DELETE", " FROM", "CREATE")):
                        found.setdefault(sentence, str(path.relative_to(root)))
    return found


def catalogue():
    entries, english = [], None
    for line in (root / "base/dutch.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            entries.append(english)
        elif line and not line.startswith("#"):
            english = line
    return entries


def pattern(entry):
    return re.compile("(.*?)".join(re.escape(part) for part in entry.split("{}")), re.S)


def is_prose(text):
    return re.search(r"[a-z,;] [a-z]", text.replace("{}", "")) is not None


# As base/dutch.cc translates: the first line that fits, and what stands in its holes the same way.
def has_dutch(text, depth=0):
    for entry, form in entries:
        fits = form.fullmatch(text)
        if fits:
            return depth > 3 or all(not is_prose(hole) or has_dutch(hole, depth + 1) for hole in fits.groups())
    return False


entries = [(entry, pattern(entry)) for entry in catalogue()]
missing = {sentence: path for sentence, path in said().items() if not has_dutch(sentence)}
for sentence, path in sorted(missing.items(), key=lambda item: item[1]):
    print(f"{path}: no Dutch for: {sentence}")
sys.exit(1 if missing else 0)
