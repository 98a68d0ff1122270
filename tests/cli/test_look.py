# SPDX-License-Identifier: Apache-2.0
"""show, list, get, delete."""
import os
import pty
import stat

import pytest

from test_put import IMAGE_KEYS

VARIANT_KEYS = {"kind", "type", "width_px", "height_px", "bytes", "sha256", "pool", "key", "url",
                "render_ms"}
KINDS = ["webp", "avif", "thumbnail_small_webp", "thumbnail_small_avif", "thumbnail_small_original",
         "thumbnail_medium_webp", "thumbnail_medium_avif", "thumbnail_medium_original"]
NO_IMAGE = "0198c5a2-7c1e-7f33-9d1b-6f0e4c0a9b11"


@pytest.fixture
def ready(cli, pictures):
    cli.camera = cli.json("put", "--wait", pictures / "camera.jpg")[0]
    return cli


def test_show_gives_the_keys_of_the_contract(ready):
    image = ready("--json", "show", ready.camera["id"]).object
    assert set(image) == IMAGE_KEYS | {"variants", "metadata"}
    assert [variant["kind"] for variant in image["variants"]] == KINDS
    assert all(set(variant) == VARIANT_KEYS for variant in image["variants"])
    assert image["metadata"]["camera_model"] == "Maker Model 1"
    assert image["metadata"]["exif"]["Make"] == "Maker"


def test_a_skipped_variant_says_why_and_has_no_key(cli, pictures):
    image_id = cli.json("put", "--wait", pictures / "small.webp")[0]["id"]
    variants = cli("--json", "show", image_id).object["variants"]
    skipped = [variant for variant in variants if "skip_reason" in variant]
    assert skipped == [{"kind": kind, "skip_reason": "same_format"} for kind in KINDS if "original" in kind]
    assert "skipped: same_format" in cli("show", image_id).out


def test_show_for_people_has_paths_that_can_be_pasted(ready):
    text = ready("show", ready.camera["id"]).out
    for kind in KINDS:
        line = next(line for line in text.splitlines() if line.split()[0] == kind)
        assert os.path.isfile(line.split()[-1])


def test_a_failed_image_shows_its_failure(cli, pictures):
    image_id = cli.json("put", "--wait", pictures / "broken.png", code=1)[0]["id"]
    image = cli("--json", "show", image_id).object
    assert set(image["failure"]) == {"status", "rule", "message"}
    assert "failed" in cli("show", image_id).out


@pytest.mark.parametrize("words", [["show"], ["get", "-o", "x"], ["delete"], ["jobs", "show"],
                                   ["jobs", "retry"], ["jobs", "cancel"]], ids=" ".join)
@pytest.mark.parametrize("name, status", [(NO_IMAGE, "NOT_FOUND"), ("nonsense", "INVALID")])
def test_a_name_that_names_nothing_is_told(cli, words, name, status):
    run = cli("--json" if words[0] != "get" else "-q", *words, name, code=1)
    assert name in run.err and run.err.count("\n") == 1
    if words[0] != "get":
        assert (run.object["id"], run.object["error"]["status"]) == (name, status)


def test_list_is_newest_first_and_its_lines_carry_cursors(cli, pictures):
    ids = [cli.put(pictures / f"photo{i}.jpg")[0] for i in range(4)]
    images = cli.json("list")
    assert [image["id"] for image in images] == ids[::-1]
    assert all(set(image) == IMAGE_KEYS | {"cursor"} for image in images)
    pages = cli.json("list", "--limit", "3")
    pages += cli.json("list", "--limit", "3", "--after", pages[-1]["cursor"])
    assert [image["id"] for image in pages] == ids[::-1]


def test_list_is_narrowed_by_owner_and_state(ready, pictures):
    ready.put("--owner", "ada", pictures / "photo0.jpg")
    assert [image["owner"] for image in ready.json("list", "--owner", "ada")] == ["ada"]
    assert [image["state"] for image in ready.json("list", "--state", "ready")] == ["ready"]
    assert ready.json("list", "--owner", "ada", "--state", "ready") == []
    assert len(ready("list").out.splitlines()) == 2


def test_a_cursor_that_is_none_is_wrong_use(cli):
    assert "nonsense" in cli("list", "--after", "nonsense", code=2).err


def test_get_writes_the_original_and_variants(ready, pictures, tmp_path):
    whole = (pictures / "camera.jpg").read_bytes()
    assert ready("get", ready.camera["id"]).bytes == whole
    assert ready("get", ready.camera["id"], "-o", "-").bytes == whole
    ready("get", ready.camera["id"], "-o", "out.jpg")
    assert (tmp_path / "out.jpg").read_bytes() == whole
    assert ready("get", ready.camera["id"], "--variant", "webp").bytes[8:12] == b"WEBP"
    assert b"ftypavif" in ready("get", ready.camera["id"], "--variant", "thumbnail_small_avif").bytes[:16]


def test_get_of_a_skipped_thumbnail_gives_its_twin(cli, pictures):
    image_id = cli.json("put", "--wait", pictures / "small.webp")[0]["id"]
    assert cli("get", image_id, "--variant", "thumbnail_small_original").bytes[8:12] == b"WEBP"


def test_get_leaves_a_whole_file_or_none(ready, tmp_path):
    image_id = ready.camera["id"]
    (tmp_path / "out").write_text("old")
    ready("get", image_id, "--variant", "nonsense", "-o", "out", code=1)
    assert (tmp_path / "out").read_text() == "old"
    os.remove(ready.store / "pool" / ready.camera["key"])
    ready("get", image_id, "-o", "out", code=1)
    assert (tmp_path / "out").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["out", "store"]


def test_get_obeys_the_umask_and_follows_links(ready, tmp_path):
    os.symlink("target", tmp_path / "link")
    (tmp_path / "target").write_text("old")
    ready("get", ready.camera["id"], "-o", "link", preexec_fn=lambda: os.umask(0o027))
    assert os.path.islink(tmp_path / "link")
    assert (tmp_path / "target").stat().st_size == ready.camera["bytes"]
    assert stat.S_IMODE((tmp_path / "target").stat().st_mode) == 0o640


def test_get_into_a_folder_takes_the_keys_name(ready, tmp_path):
    (tmp_path / "folder").mkdir()
    told = ready("--json", "get", ready.camera["id"], "--variant", "thumbnail_small_webp", "-o",
                 "folder").object
    assert told["path"] == f"folder/{ready.camera['id']}_small.webp"
    assert os.path.isfile(tmp_path / told["path"])


def test_get_writes_into_what_is_no_file(ready):
    ready("get", ready.camera["id"], "-o", "/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert "No space left" in ready("get", ready.camera["id"], "-o", "/dev/full", code=1).err


def test_get_with_json_needs_a_file(ready):
    assert "-o FILE" in ready("--json", "get", ready.camera["id"], code=2).err
    assert "-o FILE" in ready("--json", "get", ready.camera["id"], "-o", "-", code=2).err


def test_get_writes_nothing_to_a_terminal(ready):
    mine, theirs = pty.openpty()
    running = ready.start("get", ready.camera["id"], stdout=theirs)
    err = running.communicate(timeout=20)[1]
    os.close(theirs)
    os.close(mine)
    assert running.returncode == 2 and b"-o FILE" in err


@pytest.mark.parametrize("kind, words", [("wepb", "did you mean 'webp'"), ("nonsense", "no variant")])
def test_a_variant_that_is_not_there_is_told(ready, kind, words):
    assert words in ready("get", ready.camera["id"], "--variant", kind, "-o", "x", code=1).err


def test_a_pending_image_has_no_variants(cli, photo):
    image_id, = cli.put(photo)
    assert "pending" in cli("get", image_id, "--variant", "webp", "-o", "x", code=1).err


def test_delete_hides_at_once_and_a_job_removes_the_files(ready):
    image_id = ready.camera["id"]
    assert ready("--json", "delete", image_id).object == {"id": image_id, "state": "deleted"}
    assert ready.json("list") == []
    assert ready.json("list", "--state", "deleted")[0]["id"] == image_id
    ready("work", "--until-idle")
    assert ready.json("list", "--state", "deleted") == []
    assert not (ready.store / "pool" / ready.camera["key"]).exists()


def test_delete_waits_until_the_files_are_gone(ready, pictures):
    other, = ready.put(pictures / "photo0.jpg")
    run = ready("delete", "--wait", ready.camera["id"], other)
    assert run.out == f"{ready.camera['id']}  deleted\n{other}  deleted\n"
    assert not (ready.store / "pool" / ready.camera["key"]).exists()
    ready("show", other, code=1)


def test_delete_of_an_owner_takes_all_of_it_and_nothing_else(cli, pictures):
    ids = cli.put("--owner", "ada", pictures / "photo0.jpg", pictures / "photo1.jpg")
    other, = cli.put("--owner", "bob", pictures / "photo0.jpg")
    deleted = cli.json("delete", "--owner", "ada", "--wait")
    assert sorted(image["id"] for image in deleted) == sorted(ids)
    assert all(set(image) == {"id", "state"} for image in deleted)
    assert [image["id"] for image in cli.json("list")] == [other]
    assert cli.json("delete", "--owner", "ada") == []


def test_delete_does_the_others_if_one_fails(cli, photo):
    image_id, = cli.put(photo)
    objects = cli.json("delete", NO_IMAGE, image_id, code=1)
    assert objects[0]["error"]["status"] == "NOT_FOUND"
    assert objects[1] == {"id": image_id, "state": "deleted"}


@pytest.mark.parametrize("words", [["list"], ["--json", "list"], ["events"], ["--json", "events"],
                                   ["jobs"], ["settings"], ["metrics"], ["man"], ["pool"], ["get"]],
                         ids=" ".join)
def test_a_reader_that_left_ends_it_quietly(ready, words):
    words = words + [ready.camera["id"]] if words == ["get"] else words
    reading, writing = os.pipe()
    os.close(reading)
    running = ready.start(*words, stdout=writing)
    os.close(writing)
    assert (running.communicate(timeout=20)[1], running.returncode) == (b"", 0)


def test_a_reader_that_left_does_not_stop_a_put(cli, many):
    reading, writing = os.pipe()
    os.close(reading)
    running = cli.start("-q", "put", many / "000.png", many / "001.png", many / "002.png",
                        stdout=writing)
    os.close(writing)
    assert (running.communicate(timeout=20)[1], running.returncode) == (b"", 0)
    assert len(cli.json("list")) == 3
