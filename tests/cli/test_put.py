# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal
import subprocess
import tempfile

import pytest

from conftest import PROGRAM, Cli, environment
from test_work import wait_for

IMAGE_KEYS = {"id", "owner", "title", "state", "type", "width_px", "height_px", "frame_count", "bytes",
              "sha256", "pool", "key", "url", "created_ms"}


def test_put_gives_the_keys_of_the_contract(cli, photo):
    image = cli("--json", "put", "--owner", "ada", photo).object
    assert set(image) == IMAGE_KEYS | {"duplicate", "path"}
    assert (image["owner"], image["title"], image["state"]) == ("ada", "photo0.jpg", "pending")
    assert (image["type"], image["width_px"], image["height_px"]) == ("image/jpeg", 64, 48)
    assert (image["bytes"], image["frame_count"]) == (photo.stat().st_size, 1)
    assert (image["duplicate"], image["path"], image["pool"]) == (False, str(photo), "local")
    assert (cli.store / "pool" / image["key"]).read_bytes() == photo.read_bytes()


def test_words_for_people_name_id_and_path(cli, photo):
    image_id, path = cli("put", photo).out.split()
    assert path == str(photo)
    assert cli("show", image_id).code == 0


def test_the_same_bytes_of_an_owner_are_put_once(cli, photo):
    first = cli("--json", "put", photo).object
    again = cli("--json", "put", photo).object
    other = cli("--json", "put", "--owner", "bob", photo).object
    assert (again["id"], again["duplicate"]) == (first["id"], True)
    assert (other["id"] != first["id"], other["duplicate"]) == (True, False)
    assert "(was there)" in cli("put", photo).out


def test_a_title_takes_the_place_of_the_name(cli, photo):
    assert cli("--json", "put", "--title", "At the sea", photo).object["title"] == "At the sea"


def test_standard_input_is_put(cli, photo):
    image = cli("--json", "put", "--title", "piped", "-", input=photo.read_bytes()).object
    assert (image["title"], image["path"], image["bytes"]) == ("piped", "-", photo.stat().st_size)


def test_standard_input_without_a_title_has_none(cli, photo):
    image = cli("--json", "put", "-", input=photo.read_bytes()).object
    assert set(image) == IMAGE_KEYS - {"title"} | {"duplicate", "path"}


def test_empty_standard_input_is_no_picture(cli):
    assert cli("--json", "put", "-", code=1, input=b"").object["error"]["status"] == "CORRUPT"


def test_a_named_pipe_is_put(cli, photo, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    running = cli.start("--json", "put", "pipe")
    (tmp_path / "pipe").write_bytes(photo.read_bytes())
    assert running.communicate(timeout=20)[0].startswith(b'{"id":')
    assert running.returncode == 0


def test_a_named_pipe_that_nobody_writes_to_is_left_at_a_signal(cli, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    running = cli.start("--json", "put", "pipe")
    wait_for(lambda: any("/pipe" in os.readlink(f"/proc/{running.pid}/fd/{fd}")
                         for fd in os.listdir(f"/proc/{running.pid}/fd")))
    running.send_signal(signal.SIGINT)
    assert running.wait(10) == 130
    assert running.communicate() == (b"", b"")


@pytest.fixture
def album(tmp_path, pictures):
    """A folder as people have them."""
    album = tmp_path / "album"
    (album / "deep" / "er").mkdir(parents=True)
    (album / ".trash").mkdir()
    for source, target in (("photo0.jpg", "a.jpg"), ("photo1.jpg", "deep/b.JPG"),
                           ("square.png", "deep/er/no extension"), ("photo2.jpg", ".trash/gone.jpg"),
                           ("photo3.jpg", ".hidden.jpg")):
        shutil.copy(pictures / source, album / target)
    (album / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    return album


def test_a_folder_is_put_with_all_that_is_in_it(cli, album):
    paths = [image["path"] for image in cli.json("put", "album")]
    assert paths == ["album/.hidden.jpg", "album/a.jpg", "album/deep/b.JPG",
                     "album/deep/er/no extension"]


def test_other_files_in_a_folder_are_told_and_the_pictures_put(cli, album):
    (album / "notes.txt").write_text("a text")
    (album / "fake.jpg").write_text("a text too")
    (album / "empty.jpg").write_bytes(b"")
    objects = cli.json("put", "album", code=1)
    failed = {o["path"]: o["error"]["status"] for o in objects if "error" in o}
    assert failed == {"album/notes.txt": "UNSUPPORTED", "album/fake.jpg": "UNSUPPORTED",
                      "album/empty.jpg": "CORRUPT"}
    assert len(objects) == 7
    assert all(o["error"]["message"] for o in objects if "error" in o)


def test_each_failure_is_told_on_standard_error(cli, album):
    (album / "notes.txt").write_text("a text")
    run = cli("put", "album", "missing.jpg", code=1)
    assert "pixelfox: album/notes.txt: " in run.err
    assert "pixelfox: missing.jpg: " in run.err
    assert len(run.out.splitlines()) == 4
    assert "4 stored, 2 failed" in run.err


def test_links_to_folders_are_not_followed_and_loops_are_safe(cli, album, tmp_path):
    os.symlink("..", album / "deep" / "loop")
    os.symlink("loop2", album / "loop2")
    os.symlink("a.jpg", album / "link.jpg")
    objects = cli.json("put", "album", code=1)
    assert [o["path"] for o in objects if "error" in o] == ["album/loop2"]
    linked = [o for o in objects if o["path"] == "album/link.jpg"]
    assert linked[0]["duplicate"] or [o for o in objects if o["path"] == "album/a.jpg"][0]["duplicate"]
    assert len(objects) == 6


def test_a_link_that_is_named_is_followed(cli, album, tmp_path):
    os.symlink("album", tmp_path / "link")
    assert len(cli.json("put", "link")) == 4


def test_what_is_neither_file_nor_folder_is_refused(cli, album):
    os.mkfifo(album / "pipe")
    objects = cli.json("put", "album", "/dev/null", code=1)
    assert [o["path"] for o in objects if "error" in o] == ["album/pipe", "/dev/null"]


@pytest.mark.parametrize("name", ["empty", "only hidden"])
def test_a_folder_without_pictures_is_told(cli, tmp_path, name):
    (tmp_path / name).mkdir()
    if name != "empty":
        (tmp_path / name / ".DS_Store").write_text("x")
    told = cli("--json", "put", name, code=1).object
    assert told["path"] == name and "no picture" in told["error"]["message"]


def test_a_missing_path_is_told(cli):
    told = cli("--json", "put", "nowhere.jpg", code=1).object
    assert (told["path"], told["error"]["status"]) == ("nowhere.jpg", "NOT_FOUND")


@pytest.mark.parametrize("name", ["", "a", "be"])
def test_a_message_always_names_the_path(cli, name):
    assert f"pixelfox: {name or chr(39) * 2}: cannot be put: " in cli("put", name, code=1).err


def test_a_stores_own_folder_is_not_put(cli, photo, tmp_path):
    (tmp_path / "a.jpg").write_bytes(photo.read_bytes())
    assert [o["path"] for o in cli.json("put", ".")] == ["./a.jpg"]
    assert "store" in cli("put", "store", code=1).err
    assert "store" in cli("put", "store/pool", code=1).err


HOSTILE = [b"a\nb.jpg", b"\xe9\xff.jpg", b"it's.jpg", b"$(touch x).jpg", b"--wait", b"a\x1b[31mb.jpg",
           b"*.jpg", b" ", "übergröße \u202e.jpg".encode()]


@pytest.mark.parametrize("name", HOSTILE, ids=[repr(name) for name in HOSTILE])
def test_a_hostile_name_is_put_and_told_so_that_it_can_be_pasted(cli, photo, tmp_path, name):
    folder = os.fsencode(tmp_path)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(photo.read_bytes())
    line = cli("put", "--", name).bytes
    assert line.count(b"\n") == 1 and b"\x1b" not in line
    pasted = subprocess.run(["bash", "-c", b"printf %s " + line.split(b"  ", 1)[1].strip(b"\n")],
                            capture_output=True, cwd=tmp_path, timeout=20)
    assert pasted.stdout == name
    assert cli("--json", "put", "--", name).object["duplicate"] is True


def test_a_path_that_is_not_utf8_keeps_the_stream_json(cli, photo, tmp_path):
    with open(os.path.join(os.fsencode(tmp_path), b"\xe9.jpg"), "wb") as file:
        file.write(photo.read_bytes())
    good, bad = cli.json("put", b"\xe9.jpg", b"none\xff", code=1)
    assert (good["path"], good["path_quoted"]) == ("\ufffd.jpg", "$'\\351.jpg'")
    assert (bad["path"], bad["path_quoted"]) == ("none\ufffd", "$'none\\377'")


def test_200_pictures_by_4_jobs_come_in_their_order(cli, many):
    images = cli.json("put", "--jobs", "4", many)
    assert [os.path.basename(image["path"]) for image in images] == [f"{i:03}.png" for i in range(200)]
    assert len({image["id"] for image in images}) == 200
    assert len(cli.json("list")) == 200


def test_two_processes_put_the_same_folder_at_once(cli, many):
    running = [cli.start("--json", "put", "--jobs", "2", many) for _ in range(2)]
    outs = [one.communicate(timeout=50)[0] for one in running]
    assert [one.returncode for one in running] == [0, 0]
    assert outs[0].count(b"\n") == outs[1].count(b"\n") == 200
    assert outs[0].count(b'"duplicate":true') + outs[1].count(b'"duplicate":true') == 200
    assert len(cli.json("list")) == 200
    cli("verify")


def test_wait_works_until_the_variants_are_there(cli, pictures):
    images = cli.json("put", "--wait", pictures / "photo0.jpg", pictures / "square.png")
    assert [image["state"] for image in images] == ["ready", "ready"]
    assert cli("put", "--wait", pictures / "small.webp").out.endswith("  ready\n")


def test_wait_tells_a_picture_that_has_no_variants(cli, pictures):
    run = cli("--json", "put", "--wait", pictures / "broken.png", code=1)
    assert run.object["state"] == "failed"
    assert set(run.object["failure"]) == {"status", "rule", "message"}
    assert run.object["failure"]["rule"] == "corrupt"
    assert "broken.png" in run.err


def test_without_a_helper_wait_says_so(cli, photo):
    run = cli("--set", "render.helper=/nowhere/pixelfox-helper", "put", "--wait", photo, code=3)
    assert "/nowhere/pixelfox-helper" in run.err
    assert cli.json("list") == []


def test_a_pool_that_is_away_ends_with_3(cli, photo):
    (cli.store / "pool").rename(cli.store / "pool.away")
    run = cli("--json", "put", photo, code=3)
    assert run.object["error"]["status"] == "UNAVAILABLE"


def test_a_full_pool_is_a_failure_of_each(cli, photo):
    cli("pool", "set", "local", "max_bytes=1")
    assert cli("--json", "put", photo, code=1).object["error"]["status"] == "FULL"


def test_quiet_says_nothing_but_errors(cli, photo, pictures, tmp_path):
    assert cli("--quiet", "put", photo, pictures / "square.png").err == ""
    assert cli("--quiet", "put", photo, "missing", code=1).err.count("\n") == 1


def test_output_to_a_full_disk_is_told(cli, photo):
    with open("/dev/full", "wb") as full:
        running = cli.start("--json", "put", photo, stdout=full)
        err = running.communicate(timeout=20)[1]
    assert running.returncode == 1 and b"standard output" in err
    assert len(cli.json("list")) == 1


@pytest.mark.parametrize("closed, code", [("<&-", 0), ("2>&-", 0), (">&-", 1), ("<&- >&- 2>&-", 1)])
def test_a_closed_standard_stream_is_no_other_file(cli, photo, closed, code):
    done = subprocess.run(["bash", "-c", f'"$@" {closed}', "bash", *cli.command("put", photo)],
                          capture_output=True, cwd=cli.cwd, env=environment(), timeout=20)
    assert done.returncode == code
    assert len(cli.json("list")) == 1
    cli("verify", "--deep")


def test_a_closed_standard_input_is_no_picture(cli):
    done = subprocess.run(["bash", "-c", '"$@" <&-', "bash", *cli.command("put", "-")],
                          capture_output=True, cwd=cli.cwd, env=environment(), timeout=20)
    assert done.returncode == 1 and b"Bad file descriptor" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="takes root to become somebody else")
def test_what_may_not_be_read_is_told(photo):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        for name in ("mine.jpg", "free.jpg"):
            shutil.copy(photo, os.path.join(folder, name))
        os.chmod(os.path.join(folder, "mine.jpg"), 0o600)
        os.mkdir(os.path.join(folder, "closed"), 0o700)
        somebody = {"user": 65534, "group": 65534, "extra_groups": []}
        nobody = Cli(store=os.path.join(folder, "store"), cwd=folder)
        try:
            nobody("init", **somebody)
        except PermissionError:
            pytest.skip(f"nobody else may run {PROGRAM}")
        run = nobody("--json", "put", "mine.jpg", "closed", "free.jpg", code=1, **somebody)
        told = {o["path"]: o.get("error", {}).get("status") for o in run.objects}
        assert told == {"mine.jpg": "DENIED", "closed": "DENIED", "free.jpg": None}
