# SPDX-License-Identifier: Apache-2.0
"""verify, pool, settings, jobs, metrics, events: looking after a store."""
import os
import signal
import time

import pytest

from test_work import wait_for

SUMMARY_KEYS = {"images", "files", "bytes", "missing", "orphans", "corrupt", "usage_wrong", "repaired"}
POOL_KEYS = {"name", "type", "tier", "state", "priority", "path", "used_bytes", "held_bytes", "max_bytes",
             "free_bytes", "healthy", "image_count"}
JOB_KEYS = {"id", "kind", "state", "attempts", "crashes", "created_ms", "due_ms", "image"}
MORE_JOB_KEYS = {"priority", "payload", "capabilities", "progress", "history"}


def test_verify_of_a_store_that_is_well_ends_0(cli, photo):
    image = cli.json("put", photo)[0]
    for words in ([], ["--deep"], ["--repair"], ["--deep", "--repair"]):
        summary = cli("--json", "verify", *words).object["summary"]
        assert SUMMARY_KEYS <= set(summary)
        assert (summary["images"], summary["files"], summary["bytes"]) == (1, 1, image["bytes"])
        assert not any(summary[key] for key in SUMMARY_KEYS - {"images", "files", "bytes"})
    assert "0 missing, 0 orphans, 0 corrupt" in cli("verify").out


def test_verify_finds_what_is_missing(cli, photo):
    image = cli.json("put", photo)[0]
    os.remove(cli.store / "pool" / image["key"])
    finding, summary = cli.json("verify", code=1)
    assert (finding["finding"], finding["pool"], finding["key"], finding["image"]) == \
        ("missing", "local", image["key"], image["id"])
    assert (finding["repaired"], summary["summary"]["missing"]) == (False, 1)
    assert image["key"] in cli("verify", code=1).out


def test_verify_deep_finds_what_is_corrupt(cli, photo):
    image = cli.json("put", photo)[0]
    path = cli.store / "pool" / image["key"]
    path.chmod(0o644)
    path.write_bytes(bytes(image["bytes"]))
    cli("verify")
    finding, summary = cli.json("verify", "--deep", code=1)
    assert (finding["finding"], finding["key"]) == ("corrupt", image["key"])
    assert summary["summary"]["corrupt"] == 1


def test_pool_list_gives_the_keys_of_the_contract(cli, photo):
    image = cli.json("put", photo)[0]
    pool = cli("--json", "pool", "list").object
    assert set(pool) == POOL_KEYS
    assert (pool["name"], pool["type"], pool["tier"], pool["state"]) == ("local", "local", "hot", "active")
    assert (pool["used_bytes"], pool["image_count"], pool["healthy"]) == (image["bytes"], 1, True)
    assert "local" in cli("pool").out


def test_pool_show_tells_all(cli):
    pool = cli("--json", "pool", "show", "local").object
    assert POOL_KEYS | {"weight", "is_default", "version"} <= set(pool)
    assert "used_bytes        0" in cli("pool", "show", "local").out


def test_a_pool_is_added_changed_tested_and_removed(cli, tmp_path):
    (tmp_path / "disk").mkdir()
    pool = cli("--json", "pool", "add", "big", "--path", "disk", "--tier", "warm", "--priority", "7",
               "--max-bytes", "2 GiB").object
    assert set(pool) == POOL_KEYS
    assert (pool["path"], pool["tier"], pool["priority"]) == (str(tmp_path / "disk"), "warm", 7)
    assert pool["max_bytes"] == 2 << 30
    assert cli("--json", "pool", "set", "big", "tier=cold", "priority=9").object["tier"] == "cold"
    checks = cli.json("pool", "test", "big")
    assert all(set(check) == {"check", "ok", "message"} and check["ok"] for check in checks)
    assert {"marker", "create", "rename"} <= {check["check"] for check in checks}
    cli("pool", "remove", "big")
    assert [pool["name"] for pool in cli.json("pool", "list")] == ["local"]
    assert (tmp_path / "disk").exists()


@pytest.mark.parametrize("words, code, reason", [
    (["add", "local", "--path", "."], 1, "'local'"),
    (["add", "x", "--path", "nowhere"], 1, "'nowhere'"),
    (["show", "locla"], 1, "did you mean 'local'"),
    (["test", "locla"], 1, "'locla'"),
    (["remove", "locla"], 1, "did you mean 'local'"),
    (["set", "locla", "priority=1"], 1, "did you mean 'local'"),
    (["set", "local", "prority=1"], 2, "did you mean 'priority'"),
    (["set", "local", "priority=high"], 2, "'high'"),
    (["set", "local", "priority"], 2, "KEY=VALUE"),
    (["set", "local", "used_bytes=0"], 2, "'used_bytes'"),
    (["add", "x", "--path", ".", "--max-bytes", "much"], 2, "'much'"),
])
def test_a_pool_that_cannot_be_is_told(cli, words, code, reason):
    assert reason in cli("pool", *words, code=code).err


def test_a_pool_in_use_is_not_removed(cli, photo):
    cli.put(photo)
    assert "local" in cli("pool", "remove", "local", code=1).err


def test_a_pool_whose_disk_is_away_fails_its_test(cli):
    (cli.store / "pool").rename(cli.store / "away")
    checks = cli.json("pool", "test", "local", code=1)
    assert [check["ok"] for check in checks] == [False]
    assert cli("--json", "pool", "list").object["healthy"] is False


def test_a_new_empty_disk_is_adopted(cli, photo):
    image = cli.json("put", photo)[0]
    (cli.store / "pool").rename(cli.store / "away")
    (cli.store / "pool").mkdir()
    run = cli("--json", "pool", "test", "local", code=1)
    assert "adopt" in run.out
    cli("pool", "adopt", "local")
    cli("pool", "test", "local")
    assert [o["finding"] for o in cli.json("verify", code=1) if "finding" in o][0] == "missing"
    assert image["key"]


def test_settings_have_the_keys_of_the_contract(cli):
    settings = {setting["name"]: setting for setting in cli.json("settings", "list")}
    quality = settings["render.webp_quality"]
    assert {"name", "value", "default", "min", "max", "help", "version"} <= set(quality)
    assert (quality["value"], quality["min"], quality["max"], quality["version"]) == ("85", 1, 100, 0)
    assert settings["ingest.max_bytes"]["unit"] == "bytes"
    assert settings["render.preset"]["choices"].split("|")
    assert all(setting.get("value") != "" for setting in settings.values())


def test_a_setting_is_changed_for_all_processes_and_put_back(cli):
    assert cli("settings", "set", "render.webp_quality", "80").out == "80\n"
    setting = cli("--json", "settings", "get", "render.webp_quality").object
    assert (setting["value"], setting["version"] > 0) == ("80", True)
    assert "80  (changed)" in cli("settings").out
    cli("settings", "set", "render.webp_quality", "--default")
    assert cli("settings", "get", "render.webp_quality", "worker.threads").out == "85\n5\n"


def test_a_value_out_of_bounds_names_them(cli):
    assert "1 to 100" in cli("settings", "set", "render.webp_quality", "101", code=2).err


def test_jobs_have_the_keys_of_the_contract(cli, photo):
    image_id, = cli.put(photo)
    job = cli("--json", "jobs", "list").object
    assert set(job) == JOB_KEYS | {"cursor"}
    assert (job["kind"], job["image"]) == ("image_processing", image_id)
    shown = cli("--json", "jobs", "show", job["id"]).object
    assert JOB_KEYS | MORE_JOB_KEYS <= set(shown)
    assert shown["history"] == []
    cli("work", "--until-idle")
    attempt, = cli("--json", "jobs", "show", job["id"]).object["history"]
    assert attempt["started_ms"] <= attempt["ended_ms"]
    assert job["id"] in cli("jobs").out and "1 attempt" not in cli("jobs", "show", job["id"]).err


def test_jobs_are_listed_by_state_and_kind_page_by_page(cli, pictures):
    cli.put(pictures / "photo0.jpg", pictures / "photo1.jpg", pictures / "photo2.jpg")
    cli("work", "--until-idle")
    assert cli.json("jobs", "list", "--state", "dead") == []
    pages = cli.json("jobs", "list", "--kind", "image_processing", "--limit", "2")
    pages += cli.json("jobs", "list", "--kind", "image_processing", "--after", pages[-1]["cursor"])
    assert len({job["id"] for job in pages}) == len(pages) == 3
    assert "did you mean 'sweep'" in cli("jobs", "--kind", "sweeep", code=2).err


def test_a_dead_job_is_told_and_tried_again(cli, pictures):
    image_id, = cli.put(pictures / "broken.png")
    cli("work", "--until-idle", code=1)
    job = cli("--json", "jobs", "list", "--state", "dead").object
    assert job["error"]
    assert cli("--json", "jobs", "retry", job["id"]).object["state"] in ("ready", "stranded")
    assert cli("--json", "show", image_id).object["state"] == "pending"
    cli("work", "--until-idle", code=1)
    assert [again["id"] for again in cli.json("jobs", "retry", "--dead")] == [job["id"]]


def test_a_job_is_cancelled_once(cli, photo):
    image_id, = cli.put(photo)
    job_id = cli("--json", "jobs", "list").object["id"]
    assert cli("--json", "jobs", "cancel", job_id).object["state"] == "cancelled"
    assert cli("--json", "show", image_id).object["state"] == "failed"
    assert cli("--json", "jobs", "retry", job_id).object["id"] == job_id
    cli("work", "--until-idle")
    assert cli("--json", "jobs", "cancel", job_id, code=1).object["error"]["status"] == "CONFLICT"


def test_a_kind_is_paused_and_resumed(cli, photo):
    assert cli("--json", "jobs", "pause", "image_processing").object["state"] == "paused"
    cli.put(photo)
    assert cli("--json", "jobs", "list").object["state"] == "paused"
    cli("jobs", "resume", "image_processing")
    cli("work", "--until-idle")
    assert cli.json("list")[0]["state"] == "ready"
    assert "did you mean 'image_delete'" in cli("jobs", "pause", "image_delte", code=2).err


def test_top_counts_jobs_once_where_no_terminal_is(cli, photo):
    cli.put(photo)
    counts = {row["kind"]: row for row in cli.json("jobs", "top")}
    assert sum(v for k, v in counts["image_processing"].items() if k != "kind") == 1
    lines = cli("jobs", "top").out.splitlines()
    assert "stranded" in lines[0] and lines[1].split()[0] == "image_processing"


def test_metrics_are_text_also_with_json(cli, photo):
    cli.put(photo)
    for run in (cli("metrics"), cli("--json", "metrics")):
        assert "# TYPE pixelfox_" in run.out
        assert run.err == ""


def test_events_have_the_keys_of_the_contract(cli, photo):
    image_id, = cli.put(photo)
    cli("work", "--until-idle")
    events = cli.json("events")
    assert all({"cursor", "kind", "at_ms"} <= set(event) <=
               {"cursor", "kind", "at_ms", "image", "pool", "message"} for event in events)
    kinds = [event["kind"] for event in events if event.get("image") == image_id]
    assert kinds == ["image_uploaded", "image_processed"]
    assert cli.json("events", "--after", events[0]["cursor"]) == events[1:]
    assert "image_processed" in cli("events").out
    assert "nonsense" in cli("events", "--after", "nonsense", code=2).err


def test_events_are_followed_until_a_signal(cli, photo):
    running = cli.start("--json", "events", "--follow")
    image_id, = cli.put(photo)
    assert image_id.encode() in running.stdout.readline()
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    running.communicate()


def test_a_follower_whose_reader_left_ends_by_itself(cli):
    reading, writing = os.pipe()
    running = cli.start("events", "--follow", stdout=writing)
    os.close(writing)
    time.sleep(0.2)
    os.close(reading)
    wait_for(lambda: running.poll() is not None, 10)
    assert (running.returncode, running.communicate()[1]) == (0, b"")
