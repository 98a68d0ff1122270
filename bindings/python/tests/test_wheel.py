# SPDX-License-Identifier: Apache-2.0
"""What pip makes of the source, used where nothing else of ours is."""
import os
import pathlib
import subprocess
import sys
import tarfile
import venv

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
USE = """
import pathlib, sys, pixelfox
assert pathlib.Path(pixelfox.__file__).is_relative_to(sys.prefix), pixelfox.__file__
with pixelfox.open("gallery", render_avif_enabled=False) as store:
    image = store.put(sys.argv[1], owner="ada").wait()
    print(image.state.name, sum(1 for variant in image.variants if variant.path))
    used = {line.split()[-1] for line in open("/proc/self/maps") if "libpixelfox" in line}
    assert all(pathlib.Path(path).is_relative_to(sys.prefix) for path in used) and used, used
"""


def run(*command, **more):
    """Without what would lead to the build folder."""
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=env, **more)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def test_a_source_archive_becomes_a_wheel_that_works_in_a_fresh_environment(tmp_path, photo, python):
    backend = f"import sys; sys.path.insert(0, {str(ROOT / 'bindings/python/packaging')!r}); import pixelfox_build as b; "
    archive = tmp_path / run(sys.executable, "-c", backend + f"print(b.build_sdist({str(tmp_path)!r}))").strip()
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {"PKG-INFO", "meson.build", "pyproject.toml", "LICENSE", "include/pixelfox/pixelfox.h"} <= names
    run(python, "-m", "pip", "install", "--no-index", "--no-deps", "--no-cache-dir", archive, cwd=tmp_path)
    assert run(python, "-c", USE, photo, cwd=tmp_path) == "READY 5\n"
    told = run(python, "-m", "pip", "show", "--files", "pixelfox", cwd=tmp_path)
    for file in ("pixelfox/py.typed", "pixelfox/libpixelfox.so.0", "pixelfox/pixelfox-helper"):
        assert file in told
    run(python, "-m", "pip", "uninstall", "--yes", "pixelfox", cwd=tmp_path)
