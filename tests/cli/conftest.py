# SPDX-License-Identifier: Apache-2.0
"""Black-box tests of the program `pixelfox`, named by the environment variable PIXELFOX."""
import json
import os
import pathlib
import random
import struct
import subprocess
import tempfile
import zlib

import pytest
from PIL import Image

PROGRAM = os.environ["PIXELFOX"]
TIMEOUT_S = 50
SCRATCH_BYTES = 1 << 29


def scratch_root():
    """Memory rather than a disk, where there is enough: stores are synced with every put."""
    if "TMPDIR" in os.environ or not os.access("/dev/shm", os.W_OK):
        return None
    shm = os.statvfs("/dev/shm")
    return "/dev/shm" if shm.f_bavail * shm.f_frsize > SCRATCH_BYTES else None


@pytest.fixture
def tmp_path():
    with tempfile.TemporaryDirectory(prefix="pixelfox-cli-", dir=scratch_root()) as folder:
        yield pathlib.Path(folder).resolve()


class Run:
    """What one run of the program left."""

    def __init__(self, done):
        self.code = done.returncode
        self.bytes = done.stdout
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    @property
    def objects(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self):
        assert len(self.objects) == 1, self.out
        return self.objects[0]


def environment(**more):
    """Nothing of whoever runs the tests, and pictures are rendered fast."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIXELFOX")}
    return {**kept, "PIXELFOX_RENDER_PRESET": "fast", "LC_ALL": "C.UTF-8", **more}


class Cli:
    """The program, by default with a store."""

    def __init__(self, store=None, cwd=None):
        self.store = store
        self.cwd = cwd

    def command(self, *words):
        named = ["--store", str(self.store)] if self.store else []
        return [PROGRAM, *named, *map(os.fspath, words)]

    def __call__(self, *words, code=0, input=None, env=None, **more):
        run = self.any(*words, input=input, env=env, **more)
        assert run.code == code, f"{words}: {run.code}\n{run.out}\n{run.err}"
        return run

    def any(self, *words, input=None, env=None, **more):
        if input is None:
            more.setdefault("stdin", subprocess.DEVNULL)
        return Run(subprocess.run(self.command(*words), input=input, capture_output=True,
                                  cwd=more.pop("cwd", self.cwd), env=environment(**(env or {})),
                                  timeout=TIMEOUT_S, **more))

    def start(self, *words, env=None, **more):
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        more.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(self.command(*words), cwd=self.cwd,
                                env=environment(**(env or {})), **more)

    def json(self, *words, code=0, **more):
        return self("--json", *words, code=code, **more).objects

    def put(self, *words):
        return [image["id"] for image in self.json("put", *words)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def broken_png():
    """Looks whole from outside; no decoder makes a picture of it."""
    header = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"\x78\x9cnonsense" * 9) +
            chunk(b"IEND", b""))


def noise(width, height, seed):
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """A folder that no test writes to."""
    folder = tmp_path_factory.mktemp("pictures")
    for seed in range(6):
        noise(64, 48, seed).save(folder / f"photo{seed}.jpg")
    tags = Image.Exif()
    tags[0x010F], tags[0x0110] = "Maker", "Model 1"
    noise(90, 60, 7).save(folder / "camera.jpg", exif=tags)
    noise(40, 40, 8).save(folder / "square.png")
    noise(40, 30, 9).save(folder / "small.webp")
    (folder / "broken.png").write_bytes(broken_png())
    return folder


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """200 small pictures, all different."""
    folder = tmp_path_factory.mktemp("many")
    for seed in range(200):
        noise(8, 8, 1000 + seed).save(folder / f"{seed:03}.png")
    return folder


@pytest.fixture
def cli(tmp_path):
    """The program with a new store."""
    made = Cli(cwd=tmp_path)
    made("init", tmp_path / "store")
    made.store = tmp_path / "store"
    return made


@pytest.fixture
def bare(tmp_path):
    """The program in an empty folder, without a store."""
    return Cli(cwd=tmp_path)


@pytest.fixture
def photo(pictures):
    return pictures / "photo0.jpg"
