# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel and the source archive for pip (PEP 517). The wheel has the library and its helper beside the
extension module; what those link to comes from the system. doc/decisions/0006-wheel.md says why this is here."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "bindings" / "python" / "pixelfox"
TOOLS = {"meson": "meson>=1.0", "ninja": "ninja", "swig": "swig>=4.1"}


def get_requires_for_build_wheel(config_settings=None):
    """The tools that the system does not have come from the package index."""
    return [package for tool, package in TOOLS.items() if not shutil.which(tool)]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Builds the project and packs what of it a Python program needs. `-C build=FOLDER` keeps the build folder."""
    with tempfile.TemporaryDirectory() as scratch:
        build = (config_settings or {}).get("build") or os.path.join(scratch, "build")
        stage = pathlib.Path(scratch, "stage")
        _build(build, stage)
        name = f"pixelfox-{version()}-{tag()}.whl"
        with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as archive:
            _pack(archive, stage)
    return name


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    """Without it, pip would build a wheel to look into it."""
    folder = pathlib.Path(metadata_directory, f"pixelfox-{version()}.dist-info")
    folder.mkdir()
    (folder / "METADATA").write_text(metadata(), encoding="utf-8")
    return folder.name


def build_sdist(sdist_directory, config_settings=None):
    """Packs the whole source, from which a wheel can be built."""
    base = f"pixelfox-{version()}"
    with tarfile.open(pathlib.Path(sdist_directory, base + ".tar.gz"), "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for path in _sources():
            archive.add(ROOT / path, f"{base}/{path}", recursive=False)
        info = tarfile.TarInfo(f"{base}/PKG-INFO")
        text = metadata().encode()
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    return base + ".tar.gz"


def version():
    """The project's, which stands in one place."""
    return re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8")).group(1)


def tag():
    """Of this interpreter on this machine: it links to the libraries that are here."""
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{python}{sys.abiflags}-{re.sub('[-.]', '_', sysconfig.get_platform())}"


def metadata():
    """The core metadata (PEP 643), from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version()}",
             f"Summary: {project['description']}", f"License: {project['license']['text']}",
             f"Keywords: {','.join(project['keywords'])}", f"Requires-Python: {project['requires-python']}"]
    lines += [f"Classifier: {classifier}" for classifier in project["classifiers"]]
    lines += [f"Project-URL: {label}, {url}" for label, url in project["urls"].items()]
    lines += ["Description-Content-Type: text/markdown", "", (ROOT / project["readme"]).read_text(encoding="utf-8")]
    return "\n".join(lines)


def _build(build, stage):
    again = ["--reconfigure"] if os.path.exists(os.path.join(build, "build.ninja")) else []
    _run("meson", "setup", *again, str(build), str(ROOT), "--buildtype=release", "--prefix=/usr",
         f"-Dpython_exe={sys.executable}", "-Dpython=enabled", "-Dtests=disabled", "-Dgo=disabled",
         "-Dc_link_args=-Wl,-rpath,$ORIGIN")
    _run("ninja", "-C", str(build))
    _run("meson", "install", "-C", str(build), "--no-rebuild", "--destdir", str(stage),
         "--tags", "runtime,python-runtime")


def _run(*command):
    """pip shows what the build said if it fails."""
    subprocess.run(command, check=True, stdout=sys.stderr)


def _pack(archive, stage):
    record = []

    def add(name, data, mode=0o644):
        info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = (0o100000 | mode) << 16
        archive.writestr(info, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record.append(f"{name},sha256={digest},{len(data)}")

    for path in sorted(PACKAGE.iterdir()):
        if path.suffix in (".py", ".pyi", ".typed"):
            add(f"pixelfox/{path.name}", path.read_bytes())
    for pattern in ("_clib.*.so", "libpixelfox.so.0", "pixelfox-helper"):
        found, = [path for path in stage.rglob(pattern) if path.is_file()]
        add(f"pixelfox/{found.name}", found.read_bytes(), 0o755)
    info = f"pixelfox-{version()}.dist-info"
    add(f"{info}/METADATA", metadata().encode())
    add(f"{info}/LICENSE", (ROOT / "LICENSE").read_bytes())
    add(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: pixelfox_build\nRoot-Is-Purelib: false\nTag: {tag()}\n".encode())
    record.append(f"{info}/RECORD,,\n")
    archive.writestr(f"{info}/RECORD", "\n".join(record))


def _sources():
    """What git knows; without git, all but what a build leaves behind."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True).stdout
        return sorted(name for name in listed.decode().split("\0") if (ROOT / name).is_file())
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if not _is_left_behind(path))


def _is_left_behind(path):
    first = path.parts[0]
    return first in (".git", ".cache", "PKG-INFO") or first.startswith("build") or "__pycache__" in path.parts
