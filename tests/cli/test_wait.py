# SPDX-License-Identifier: Apache-2.0
"""Waiting for what jobs do: never silently, never longer than was said."""
import signal
import time

import pytest

from test_work import wait_for


@pytest.fixture
def held(cli, pictures):
    """A store with two pictures whose pool is away."""
    cli.ids = cli.put("--owner", "ada", pictures / "photo0.jpg", pictures / "photo1.jpg")
    cli.away = cli.store / "away"
    (cli.store / "pool").rename(cli.away)
    return cli


def test_a_delete_says_what_it_waits_for_and_goes_on_once_it_is_there(held):
    running = held.start("delete", "--wait", *held.ids)
    line = running.stderr.readline().decode()
    while "waits for" not in line:
        assert line, "it never said anything"
        line = running.stderr.readline().decode()
    assert "the files of 2 images" in line and "is not there" in line
    assert running.poll() is None
    held.away.rename(held.store / "pool")
    for job in held.json("jobs", "list", "--kind", "image_delete"):
        assert job["state"] in ("scheduled", "ready", "running", "done")
    assert running.wait(30) == 0
    running.communicate()
    assert held.json("list", "--state", "deleted") == []


def test_a_delete_waits_no_longer_than_was_said(held):
    began = time.monotonic()
    run = held("--json", "delete", "--wait", "--timeout", "1", *held.ids, code=3)
    assert 0.9 < time.monotonic() - began < 10
    hidden, told = run.objects[:2], run.objects[2:]
    assert hidden == [{"id": image_id, "state": "deleted"} for image_id in held.ids]
    assert [o["id"] for o in told] == held.ids
    assert all(o["error"]["status"] == "TIMEOUT" and "is not there" in o["error"]["message"] for o in told)
    assert all(image_id in run.err for image_id in held.ids)


def test_quiet_waits_in_silence_and_tells_the_failure(held):
    run = held("--quiet", "delete", "--wait", "--timeout", "2", "--owner", "ada", code=3)
    assert "waits for" not in run.err
    assert run.err.count("not removed yet") == 2


@pytest.mark.parametrize("held_by, remedy", [("pause", "jobs resume image_delete"), ("cancel", "jobs retry")])
def test_a_delete_that_nobody_works_names_the_remedy(cli, photo, held_by, remedy):
    image_id, = cli.put(photo)
    if held_by == "pause":
        cli("jobs", "pause", "image_delete")
    else:
        cli("delete", image_id)
        cli("jobs", "cancel", cli.json("jobs", "list", "--kind", "image_delete")[0]["id"])
    run = cli("delete", "--wait", "--timeout", "1", image_id, code=3)
    assert remedy in run.err


def test_a_delete_that_waits_is_stopped_by_a_signal(held):
    running = held.start("delete", "--wait", *held.ids)
    wait_for(lambda: len(held.json("list", "--state", "deleted")) == 2)
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) == 130
    running.communicate()


def test_some_that_are_not_removed_in_time_end_with_1(cli, pictures, tmp_path):
    (tmp_path / "disk").mkdir()
    first, = cli.put(pictures / "photo0.jpg")
    cli("pool", "add", "disk", "--path", "disk", "--priority", "1")
    second, = cli.put(pictures / "photo1.jpg")
    (tmp_path / "disk").rename(tmp_path / "away")
    run = cli("--json", "delete", "--wait", "--timeout", "2", first, second, code=1)
    assert [o["id"] for o in run.objects if "error" in o] == [second]


def test_a_put_waits_no_longer_than_was_said_and_keeps_the_picture(cli, photo):
    cli("jobs", "pause", "image_processing")
    run = cli("--json", "put", "--wait", "--timeout", "1", photo, code=1)
    assert (run.object["state"], run.object["error"]["status"]) == ("pending", "TIMEOUT")
    assert "photo0.jpg: stored, but " in run.err
    assert [image["id"] for image in cli.json("list")] == [run.object["id"]]


@pytest.mark.parametrize("command", [["put", "x"], ["delete", "x"]], ids=lambda words: words[0])
@pytest.mark.parametrize("words, reason", [
    (["--timeout", "1"], "--timeout is for --wait"),
    (["--wait", "--timeout", "0"], "1 to "),
    (["--wait", "--timeout", "soon"], "'soon'"),
], ids=" ".join)
def test_a_time_that_is_none_is_wrong_use(bare, command, words, reason):
    assert reason in bare(*command, *words, code=2).err
