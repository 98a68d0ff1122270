# SPDX-License-Identifier: Apache-2.0
"""Variants without a store."""
import os
import signal
import time

import pytest
from PIL import Image

KEYS = {"path", "kind", "type", "width_px", "height_px", "bytes", "render_ms"}


def test_the_eight_are_made_beside_each_other_named_as_in_a_store(bare, pictures, tmp_path):
    made = bare.json("render", pictures / "camera.jpg", "-o", "out")
    assert all(KEYS <= set(variant) for variant in made)
    assert sorted(os.listdir(tmp_path / "out")) == sorted(
        ["camera.webp", "camera.avif", "camera_small.webp", "camera_small.avif", "camera_small.jpg",
         "camera_medium.webp", "camera_medium.avif", "camera_medium.jpg"])
    for variant in made:
        assert (tmp_path / variant["path"]).stat().st_size == variant["bytes"]
        assert variant["source"] == str(pictures / "camera.jpg")
    assert os.listdir(tmp_path) == ["out"]


def test_without_a_folder_they_stand_in_the_current_one(bare, photo, tmp_path):
    lines = bare("render", photo, "--recipe", "webp,thumbnail_small_original").out.splitlines()
    assert [line.split()[-1] for line in lines] == ["photo0.webp", "photo0_small.jpg"]
    assert sorted(os.listdir(tmp_path)) == ["photo0.webp", "photo0_small.jpg"]


@pytest.mark.parametrize("words, name, size", [
    (["--width", "30"], "camera_w30.webp", (30, 20)),
    (["--height", "20"], "camera_h20.webp", (30, 20)),
    (["--width", "20", "--height", "20"], "camera_w20h20.webp", (20, 13)),
    (["--width", "20", "--height", "20", "--fit", "cover"], "camera_w20h20.webp", (20, 20)),
    (["--width", "20", "--height", "20", "--fit", "crop", "--format", "png"], "camera_w20h20.png", (20, 20)),
    (["--format", "jpeg", "--quality", "50"], "camera_full.jpg", (90, 60)),
    (["--format", "original", "-W", "9"], "camera_w9.jpg", (9, 6)),
    (["--format", "avif", "-W30"], "camera_w30.avif", (30, 20)),
])
def test_a_variant_of_ones_own(bare, pictures, tmp_path, words, name, size):
    made = bare("--json", "render", pictures / "camera.jpg", *words).object
    assert made["path"] == name
    assert (made["width_px"], made["height_px"]) == size
    if not name.endswith("avif"):
        assert Image.open(tmp_path / name).size == size


def test_standard_input_is_rendered(bare, photo):
    made = bare.json("render", "-", "--recipe", "webp", input=photo.read_bytes())
    assert made[0]["path"] == "stdin.webp"


def test_standard_input_that_never_ends_is_left_at_a_signal(bare):
    reading, writing = os.pipe()
    running = bare.start("render", "-", "--recipe", "webp", stdin=reading)
    os.close(reading)
    os.write(writing, b"\xff\xd8\xff")
    time.sleep(0.3)
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 130
    os.close(writing)
    assert running.communicate()[1] == b"pixelfox: -: stopped by a signal\n"


def test_standard_input_that_cannot_be_read_is_told(bare, tmp_path):
    folder = os.open(tmp_path, os.O_RDONLY)
    assert "-: cannot be read: Is a directory" in bare("render", "-", code=1, stdin=folder).err
    os.close(folder)


def test_one_name_twice_is_found_among_thousands(bare):
    run = bare("--quiet", "render", *[f"{i}.jpg" for i in range(20000)], "sub/777.png", code=2)
    assert "777.jpg" in run.err and "sub/777.png" in run.err and "same names" in run.err


def test_the_picture_itself_is_not_written_over(bare, pictures, tmp_path):
    data = (pictures / "small.webp").read_bytes()
    (tmp_path / "small.webp").write_bytes(data)
    run = bare("render", "small.webp", "--recipe", "webp", code=1)
    assert "small.webp" in run.err
    assert (tmp_path / "small.webp").read_bytes() == data


def test_a_failure_is_told_and_the_others_done(bare, photo, tmp_path):
    (tmp_path / "fake.jpg").write_text("a text")
    objects = bare.json("render", "fake.jpg", "missing.jpg", photo, "--recipe", "webp", code=1)
    assert [o.get("error", {}).get("status") for o in objects] == ["UNSUPPORTED", "NOT_FOUND", None]


def test_a_skipped_variant_says_why(bare, pictures):
    objects = bare.json("render", pictures / "small.webp", "-o", "out")
    assert [o["kind"] for o in objects if o.get("skip_reason") == "same_format"] == \
        ["thumbnail_small_original", "thumbnail_medium_original"]


def test_settings_of_quality_hold_for_chosen_kinds_too(bare, photo):
    def sizes(*words):
        objects = bare.json("render", photo, "-o", "out", *words)
        return {o["kind"]: o["bytes"] for o in objects if "bytes" in o}

    coarse = ["--set", "render.webp_quality=20"]
    assert sizes("--recipe", "webp", *coarse)["webp"] == sizes(*coarse)["webp"] < sizes("--recipe", "webp")["webp"]


@pytest.mark.parametrize("words, code, reason", [
    (["--recipe", "thumbnail_smal_webp"], 2, "did you mean 'thumbnail_small_webp'"),
    (["--width", "0"], 2, "1 to 65535"),
    (["--format", "avif", "--quality", "64"], 2, "0 to 63"),
    (["--fit", "crop", "--width", "5"], 2, "height"),
    (["-o", "/proc/nowhere"], 1, "/proc/nowhere"),
    (["--set", "render.helper=/nowhere/helper"], 3, "/nowhere/helper"),
])
def test_wrong_use_of_render(bare, photo, words, code, reason):
    assert reason in bare("render", photo, *words, code=code).err
