# SPDX-License-Identifier: Apache-2.0
"""Pictures and stores for the tests."""

import io
import random

import pixelfox
import pytest
from PIL import Image


def make_picture(width=320, height=240, seed=1, format="JPEG"):
    """A picture like a photograph: soft shapes under grain, other ones for other seeds."""
    rng = random.Random(seed)

    def channel():
        soft = Image.frombytes("L", (9, 6), rng.randbytes(54)).resize((width, height), Image.BICUBIC)
        return Image.blend(soft, Image.frombytes("L", (width, height), rng.randbytes(width * height)), 0.08)

    out = io.BytesIO()
    Image.merge("RGB", [channel() for _ in range(3)]).save(out, format)
    return out.getvalue()


@pytest.fixture(scope="session")
def picture():
    return make_picture()


@pytest.fixture
def photo(tmp_path, picture):
    path = tmp_path / "photo.jpg"
    path.write_bytes(picture)
    return path


@pytest.fixture
def store(tmp_path):
    with pixelfox.open(tmp_path / "gallery", render_avif_enabled=False) as store:
        yield store
