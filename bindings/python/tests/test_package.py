# SPDX-License-Identifier: Apache-2.0
"""The package as its users' tools see it."""
import ast
import inspect
import pathlib
import pydoc
import re
import subprocess
import sys

import pixelfox
import pytest
from pixelfox import _clib

PACKAGE = pathlib.Path(pixelfox.__file__).parent
SOURCE = pathlib.Path(__file__).resolve().parents[1]
BLOCKS = [code for readme in (SOURCE / "README.md", SOURCE.parents[1] / "README.md")
          for code in re.findall(r"```python\n(.*?)```", readme.read_text(), re.S)]


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_what_the_readme_shows_runs(tmp_path, photo, code):
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_stub_names_what_the_raw_module_has():
    stub = ast.parse((PACKAGE / "_clib.pyi").read_text())
    functions = {node.name: [arg.arg for arg in node.args.args] for node in stub.body
                 if isinstance(node, ast.FunctionDef)}
    constants = {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}
    has = {name for name in dir(_clib) if not name.startswith(("_", "SWIG", "swig"))}
    numbers = {name for name in has if isinstance(getattr(_clib, name), int)}
    assert set(functions) == {name for name in has if callable(getattr(_clib, name))} - {"Bytes"}
    assert constants <= numbers
    assert numbers - constants <= {"PXF_MESSAGE_BYTES", "PXF_FOREVER"}
    for name, args in functions.items():
        with pytest.raises(TypeError, match=f"expected {len(args)} arg|takes (no|exactly one) arg"):
            getattr(_clib, name)(*range(len(args) + 1))


def test_every_quick_call_exists():
    quick = re.findall(r"%nothread (\w+);", (SOURCE / "pixelfox" / "quick.i").read_text())
    assert len(quick) > 100 and [name for name in quick if not hasattr(_clib, name)] == []


def test_every_enumeration_has_the_values_of_the_headers():
    headers = SOURCE.parents[1] / "include" / "pixelfox"
    text = "".join(path.read_text() for path in headers.glob("*.h"))
    values = dict(re.findall(r"\b(PXF_\w+) = (\d+)", text))
    prefixes = {"Status": "", "Origin": "ORIGIN_", "Level": "LEVEL_", "ImageState": "IMAGE_", "JobState": "JOB_",
                "Visibility": "VISIBILITY_", "Reader": "FOR_", "PickPolicy": "PICK_", "Verify": "VERIFY_"}
    for name, prefix in prefixes.items():
        members = getattr(pixelfox, name).__members__
        assert {key: int(value) for key, value in members.items()} == {
            key: int(values[f"PXF_{prefix}{key}"]) for key in members}
        if prefix:
            assert len(members) == len([key for key in values if key.startswith(f"PXF_{prefix}")])


def test_everything_public_is_described():
    for name in pixelfox.__all__:
        thing = getattr(pixelfox, name)
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing) and not issubclass(thing, (int, tuple)):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert inspect.getdoc(value), f"{name}.{member}"


def test_help_shows_the_package_and_nothing_of_the_raw_layer():
    text = pydoc.render_doc(pixelfox, renderer=pydoc.plaintext)
    assert "with pixelfox.open(\"gallery\") as store:" in text
    for word in ("class Store", "put(self, source", "class NotFoundError", "job_kinds()"):
        assert word in text
    for word in ("SwigPy", "pxf_", "Alias for field number"):
        assert word not in text, text[text.index(word) - 300:text.index(word) + 60]


USE = '''
import pixelfox
from typing import Optional

def use(cancel: Optional[pixelfox.Cancel] = None) -> int:
    with pixelfox.open("gallery", render_webp_quality=80) as store:
        image: pixelfox.Image = store.put(b"", owner="ada", cancel=cancel)
        data: memoryview = image.read()
        for variant in image.wait(5).variants:
            kind: str = variant.kind
            path: Optional[str] = variant.path
        for listed in store.list(owner="ada", state=pixelfox.ImageState.READY):
            print(listed.title)
        job: pixelfox.Job = store.jobs.put("greet", {"a": 1})
        try:
            return len(data)
        except pixelfox.Error as error:
            return int(error.status)
'''
WRONG = '''
import pixelfox
store = pixelfox.open("gallery")
store.put(b"")
store.put(b"", owner=3)
store.find("x").width_px = 3
path: str = store.find("x").path
'''


def mypy(*args):
    return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *map(str, args)],
                          capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "MYPYPATH": str(PACKAGE.parent)})


@pytest.mark.skipif(subprocess.run([sys.executable, "-c", "import mypy"], capture_output=True).returncode != 0,
                    reason="no mypy")
def test_types_pass_mypy_and_it_finds_planted_errors(tmp_path):
    (tmp_path / "use.py").write_text(USE)
    (tmp_path / "wrong.py").write_text(WRONG)
    cache = f"--cache-dir={tmp_path / 'cache'}"
    checked = mypy(cache, "-p", "pixelfox")
    assert checked.returncode == 0, checked.stdout
    used = mypy(cache, tmp_path / "use.py")
    assert used.returncode == 0, used.stdout
    assert len(re.findall(r": error: ", mypy(cache, tmp_path / "wrong.py").stdout)) == 4
