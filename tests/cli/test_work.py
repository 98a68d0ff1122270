# SPDX-License-Identifier: Apache-2.0
"""Workers, signals, and what they leave."""
import json
import os
import signal
import stat
import time

import pytest

SUMMARY_KEYS = {"done", "failed", "retrying", "delayed", "seconds"}


def test_until_idle_makes_the_variants_and_gives_the_keys_of_the_contract(cli, pictures):
    cli.put(pictures / "photo0.jpg", pictures / "square.png")
    summary = cli("--json", "work", "--until-idle").object["summary"]
    assert set(summary) == SUMMARY_KEYS
    assert summary["done"] >= 2
    assert (summary["failed"], summary["retrying"]) == (0, 0)
    assert isinstance(summary["seconds"], float)
    assert [image["state"] for image in cli.json("list")] == ["ready", "ready"]


def test_without_jobs_it_ends_at_once(cli):
    cli("work", "--until-idle")
    assert cli("--json", "work", "--until-idle").object["summary"]["done"] == 0


def test_words_for_people_say_the_same(cli, photo):
    cli.put(photo)
    assert " done, 0 failed, 0 retrying, " in cli("work", "-u", "--threads", "1").out


def test_a_job_that_fails_for_good_ends_with_1_and_is_told(cli, pictures):
    image_id, = cli.put(pictures / "broken.png")
    run = cli("--json", "work", "--until-idle", code=1)
    assert run.object["summary"]["failed"] == 1
    assert image_id in run.err
    assert cli("--json", "show", image_id).object["state"] == "failed"


def test_what_failed_before_is_not_told_again(cli, pictures):
    cli.put(pictures / "broken.png")
    cli("work", "--until-idle", code=1)
    run = cli("work", "--until-idle")
    assert run.err == ""


def test_only_the_kinds_that_are_named_are_worked(cli, photo):
    cli.put(photo)
    cli("work", "--until-idle", "--kinds", "image_delete,sweep")
    assert cli.json("list")[0]["state"] == "pending"
    cli("work", "--until-idle", "--kinds", "image_processing")
    assert cli.json("list")[0]["state"] == "ready"


def test_a_kind_that_nobody_knows_is_wrong_use(cli):
    assert "did you mean 'image_processing'" in cli("work", "--kinds", "image_procesing", code=2).err


def test_without_a_helper_it_ends_with_3(cli):
    run = cli("--set", "render.helper=/nowhere/helper", "work", "--until-idle", code=3)
    assert "/nowhere/helper" in run.err
    cli("--set", "render.helper=/nowhere/helper", "work", "--until-idle", "--kinds", "sweep")


def test_a_paused_kind_is_no_work(cli, photo):
    cli.put(photo)
    cli("jobs", "pause", "image_processing")
    cli("work", "--until-idle")
    assert cli.json("list")[0]["state"] == "pending"


@pytest.fixture
def stuck(cli, photo, tmp_path):
    """A store with a job whose helper never answers."""
    helper = tmp_path / "helper"
    helper.write_text("#!/bin/sh\nexec sleep 60\n")
    helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
    cli.image_id, = cli.put(photo)
    cli.settings = ["--set", f"render.helper={helper}"]
    return cli


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def is_processing(cli):
    return lambda: cli("--json", "show", cli.image_id).object["state"] == "processing"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_with_a_deadline_and_ends_0(stuck, number):
    running = stuck.start(*stuck.settings, "--set", "worker.drain_ms=200", "--json", "work")
    wait_for(is_processing(stuck))
    running.send_signal(number)
    out = running.communicate(timeout=20)[0]
    assert running.returncode == 0
    assert json.loads(out)["summary"]["failed"] == 0
    job = stuck.json("jobs", "list", "--kind", "image_processing")[0]
    assert (job["state"], job["attempts"]) in [("ready", 0), ("stranded", 0), ("scheduled", 0)]


def test_a_second_signal_leaves_at_once(stuck):
    running = stuck.start(*stuck.settings, "--set", "worker.drain_ms=600000", "work")
    wait_for(is_processing(stuck))
    running.send_signal(signal.SIGTERM)
    with pytest.raises(Exception):
        running.wait(0.5)
    running.send_signal(signal.SIGTERM)
    assert running.wait(5) == 130
    running.communicate()


def test_a_worker_that_has_nothing_to_do_ends_at_a_signal(cli):
    running = cli.start("work")
    wait_for(lambda: cli.json("jobs", "list", "--kind", "sweep", "--state", "done"))
    running.send_signal(signal.SIGTERM)
    assert b" done, 0 failed" in running.communicate(timeout=20)[0]
    assert running.returncode == 0


def test_a_worker_takes_what_another_process_puts(cli, photo):
    running = cli.start("work")
    try:
        image_id, = cli.put(photo)
        wait_for(lambda: cli("--json", "show", image_id).object["state"] == "ready")
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=20)
    assert running.returncode == 0


def test_a_put_that_waits_is_stopped_and_tells_what_is_stored(stuck, pictures):
    running = stuck.start(*stuck.settings, "--json", "put", "--wait", pictures / "photo1.jpg")
    wait_for(lambda: len(stuck.json("list")) == 2)
    time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    out = running.communicate(timeout=20)[0]
    assert running.returncode == 130
    assert json.loads(out)["id"] in [image["id"] for image in stuck.json("list")]


def test_a_put_that_reads_a_pipe_is_stopped(cli):
    reading, writing = os.pipe()
    running = cli.start("put", "-", stdin=reading)
    os.close(reading)
    os.write(writing, b"\xff\xd8\xff")
    wait_for(lambda: os.path.exists(f"/proc/{running.pid}/fd") and
             any("catalog" in os.readlink(f"/proc/{running.pid}/fd/{fd}")
                 for fd in os.listdir(f"/proc/{running.pid}/fd")))
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=20)
    os.close(writing)
    assert running.returncode == 130
    assert cli.json("list") == []
