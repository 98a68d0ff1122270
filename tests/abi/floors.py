#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the includes of lib/ against the floors of doc/architecture.md. Fails on an include that climbs
or goes sideways, on a folder that no floor names, on a file that lies directly in lib/, on an outside
header in a second folder, on a public header below api, and on a driver's header seen from above."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOORS = [
    ["base"],
    ["model", "sniff", "os"],
    ["image", "http", "sql", "redis", "pack", "crypt", "xml"],
    ["helper"],
    ["blob", "queue", "meta"],
    ["work"],
    ["flow"],
    ["api"],
]
FLOOR = {folder: number for number, floor in enumerate(FLOORS) for folder in floor}
# The public headers that any floor may use; the rest is api's.
PUBLIC = {"pixelfox/error.h", "pixelfox/types.h"}
# What the system brings: any folder may use C's own headers and threads; only os the rest of POSIX.
PLAIN = {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "locale.h", "math.h", "pthread.h",
    "setjmp.h", "stdalign.h", "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h",
    "stdio.h", "stdlib.h", "string.h", "strings.h", "time.h",
}
POSIX = re.compile(r"^(sys/|linux/|arpa/|net|unistd|fcntl|signal|poll|sched|dirent|spawn|dlfcn|link)")
# Where POSIX is called outside os, and why: doc/architecture.md names each.
POSIX_ALLOWED = {
    # libmariadb sets SIGPIPE's action, which is put back; SQLite's lock table after a fork.
    ("sql", "signal.h"), ("sql", "sys/stat.h"),
    # Only in the helper program, which is ours alone.
    ("image", "signal.h"),
    ("base", "unistd.h"), ("base", "sys/eventfd.h"), ("base", "sys/epoll.h"), ("base", "sys/mman.h"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]', re.M)


DRAWN = re.compile(r"^ (\d)  ([a-z ]+?)  ", re.M)


def check_drawing(problems):
    """Every folder that is there stands on its floor in the drawing, and nothing else does."""
    text = (ROOT / "doc/architecture.md").read_text(encoding="utf-8")
    drawn = {name: len(FLOORS) - 1 - (7 - int(number)) for number, names in DRAWN.findall(text)
             for name in names.split()}
    there = {folder.name for folder in (ROOT / "lib").iterdir() if folder.is_dir()}
    for name in sorted(there | set(drawn)):
        if name not in drawn:
            problems.append(f"doc/architecture.md: the drawing lacks '{name}'")
        elif name not in there:
            problems.append(f"doc/architecture.md: the drawing has '{name}', lib/ has not")
        elif drawn[name] != FLOOR.get(name):
            problems.append(f"doc/architecture.md: '{name}' is drawn on floor {drawn[name]}")


def folder_of(path):
    return path.relative_to(ROOT / "lib").parts[0]


def check_own(path, folder, name, problems):
    target = name.split("/")[0]
    if "/" not in name or target not in FLOOR:
        problems.append(f"{path}: \"{name}\" is no path from lib/ or of no floor")
    elif target != folder and FLOOR[target] >= FLOOR[folder]:
        problems.append(f"{path}: \"{name}\" climbs from {folder} to {target}")
    elif target != folder and FLOOR[folder] >= FLOOR["work"] and folder != "api":
        if target in ("blob", "queue") and name not in ("blob/blob.h", "queue/queue.h"):
            problems.append(f"{path}: \"{name}\" is a driver's header")


def check_outside(path, folder, name, owners, problems):
    if name.startswith("pixelfox/"):
        if folder != "api" and name not in PUBLIC and not name.startswith("pixelfox/sys/"):
            problems.append(f"{path}: <{name}> belongs to api")
    elif POSIX.match(name):
        if folder != "os" and (folder, name) not in POSIX_ALLOWED:
            problems.append(f"{path}: <{name}> belongs to os")
    elif name not in PLAIN:
        owners.setdefault(name.split("/")[0], {}).setdefault(folder, path)


def main():
    problems = []
    owners = {}
    check_drawing(problems)
    files = sorted((ROOT / "lib").rglob("*.[ch]"))
    if len(files) < 50:
        problems.append(f"only {len(files)} files below lib/: is this the tree?")
    for file in files:
        path = file.relative_to(ROOT)
        if file.parent == ROOT / "lib":
            problems.append(f"{path}: no file lies directly in lib/")
            continue
        folder = folder_of(file)
        if folder not in FLOOR:
            problems.append(f"{path}: no floor names '{folder}'")
            continue
        for kind, name in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if kind == '"':
                check_own(path, folder, name, problems)
            else:
                check_outside(path, folder, name, owners, problems)
    for name, folders in sorted(owners.items()):
        if len(folders) > 1:
            places = ", ".join(str(place) for place in folders.values())
            problems.append(f"<{name}…> is included in {len(folders)} folders: {places}")
    print("\n".join(problems) or f"{len(files)} files keep to their floors")
    sys.exit(1 if problems else 0)


main()
