#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what the library exports against what its public headers declare: nothing more, nothing less,
every symbol with its version, every declaration with a comment.  symbols.py LIBRARY INCLUDE-FOLDER"""
import pathlib
import re
import subprocess
import sys

DECLARED = re.compile(r"^PXF_API\s[^;]*?\b(pxf_\w+)\(", re.M)


def exported(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                         capture_output=True, text=True).stdout
    return {line.split()[-1] for line in out.splitlines() if line.split()[1] != "A"}


def declared(folder):
    names, bare = set(), []
    for header in sorted(pathlib.Path(folder).rglob("*.h")):
        text = header.read_text(encoding="utf-8")
        for match in DECLARED.finditer(text):
            names.add(match.group(1))
            if not text[:match.start()].rstrip().endswith("*/"):
                bare.append(f"{header.name}: {match.group(1)} has no comment")
    return names, bare


def main():
    symbols = exported(sys.argv[1])
    names, problems = declared(sys.argv[2])
    versioned = {symbol.split("@@")[0] for symbol in symbols if symbol.endswith("@@PIXELFOX_0")}
    problems += [f"{symbol} is exported without its version" for symbol in sorted(symbols)
                 if not symbol.endswith("@@PIXELFOX_0")]
    problems += [f"{name} is exported and stands in no header" for name in sorted(versioned - names)]
    problems += [f"{name} is declared and not exported" for name in sorted(names - versioned)]
    if len(names) < 100:
        problems.append(f"only {len(names)} declarations were found")
    print("\n".join(problems) or f"{len(names)} functions, each declared, described and exported")
    sys.exit(1 if problems else 0)


main()
