# SPDX-License-Identifier: Apache-2.0
import hashlib

import pixelfox
import pytest
from PIL import Image


def test_a_picture_gets_its_eight_variants(tmp_path, photo):
    with pixelfox.open(tmp_path / "gallery") as store:
        image = store.put(photo, owner="ada").wait()
        assert image.state == pixelfox.ImageState.READY
        assert [v.kind for v in image.variants] == [
            "webp", "avif", "thumbnail_small_webp", "thumbnail_small_avif", "thumbnail_small_original",
            "thumbnail_medium_webp", "thumbnail_medium_avif", "thumbnail_medium_original"]
        for variant in image.variants:
            assert hashlib.sha256(variant.read()).hexdigest() == variant.sha256
        with Image.open(image.variants[0].path) as seen:
            assert (seen.format, seen.size) == ("WEBP", (320, 240))


def test_what_failed_is_an_exception_of_its_own_and_a_builtin(store):
    with pytest.raises(pixelfox.UnsupportedError) as caught:
        store.put(b"hello", owner="ada")
    assert isinstance(caught.value, ValueError)
    assert caught.value.status == pixelfox.Status.UNSUPPORTED
    assert not caught.value.retryable
