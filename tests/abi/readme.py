#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles and runs the C program of README.md against the library that was built, with a picture.
readme.py SOURCE-ROOT BUILD-ROOT CC"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from PIL import Image


def main():
    source, build, compiler = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    readme = (source / "README.md").read_text(encoding="utf-8")
    code = re.search(r"<!-- test: c -->\n```c\n(.*?)```", readme, re.S).group(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "hello.c").write_text(code, encoding="utf-8")
        Image.radial_gradient("L").resize((640, 480)).convert("RGB").save(folder / "photo.jpg")
        subprocess.run(compiler + ["-std=c17", "-Wall", "-Wextra", "-Werror", "hello.c",
                                   f"-I{source}/include", f"-L{build}/lib", "-lpixelfox",
                                   f"-Wl,-rpath,{build}/lib", "-o", "hello"],
                       cwd=folder, check=True)
        out = subprocess.run(["./hello", "photo.jpg"], cwd=folder, check=True, text=True,
                             capture_output=True, env={"PATH": os.environ["PATH"]}).stdout
        lines = [line.split() for line in out.splitlines()]
        assert len(lines) == 8, out
        assert lines[0][:2] == ["webp", "640"], out
        assert all((folder / "gallery/pool" / line[2]).is_file() for line in lines), out
        refused = subprocess.run(["./hello", "hello.c"], cwd=folder, capture_output=True, text=True)
        assert refused.returncode == 1 and refused.stderr, refused
    print("the README's program makes eight variants")


main()
