# SPDX-License-Identifier: Apache-2.0
"""Standard output: nothing that it did not take is missed, and with --json it carries only JSON."""
import fcntl
import json
import os
import signal
import time

import pytest

from conftest import noise

PRINTING = [["list"], ["show", "ID"], ["pool", "list"], ["pool", "show", "local"], ["pool", "test", "local"],
            ["settings"], ["settings", "get", "worker.threads"], ["jobs"], ["jobs", "top"], ["metrics"],
            ["events"], ["verify"], ["work", "--until-idle"], ["init"], ["delete", "ID"], ["put", "PHOTO"],
            ["render", "PHOTO", "--recipe", "webp"]]
TEXTS = [["help"], ["help", "put"], ["put", "--help"], ["--version"], ["man"], ["completion", "bash"]]


def filled(words, image_id, photo):
    return [{"ID": image_id, "PHOTO": photo}.get(word, word) for word in words]


def to_a_full_disk(cli, *words):
    with open("/dev/full", "wb") as full:
        running = cli.start(*words, stdout=full)
        return running.communicate(timeout=40)[1].decode(), running.returncode


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("words", PRINTING + TEXTS, ids=" ".join)
def test_a_full_disk_fails_every_command_and_is_named(cli, photo, words, as_json):
    words = filled(words, cli.put(photo)[0], photo)
    err, code = to_a_full_disk(cli, *as_json, *words)
    assert code == 1
    assert "pixelfox: standard output: No space left on device\n" in err


def test_the_reason_is_that_of_the_first_failure(cli, pictures, many):
    err, code = to_a_full_disk(cli, "put", pictures / "photo0.jpg", pictures / "photo1.jpg")
    assert (code, "No space left on device" in err) == (1, True)
    cli.put(many)
    err, code = to_a_full_disk(cli, "list")  # more than a buffer: it fails in the middle
    assert (code, err) == (1, "pixelfox: standard output: No space left on device\n")


def test_a_pipe_that_does_not_block_gets_all(cli, many):
    cli.put(many)
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    running = cli.start("--json", "list", stdout=writing)
    os.close(writing)
    time.sleep(0.3)
    with open(reading, "rb") as stream:
        lines = stream.read().splitlines()
    assert (running.communicate(timeout=20)[1], running.returncode) == (b"", 0)
    assert len([json.loads(line) for line in lines]) == 200


def test_a_signal_ends_a_command_whose_output_nobody_takes(cli, many):
    cli.put(many)
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    running = cli.start("--json", "list", stdout=writing)
    os.close(writing)
    time.sleep(0.5)
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 130
    assert running.communicate()[1] == b""
    os.close(reading)


def test_the_version_is_json_too(bare):
    for words in (["--json", "--version"], ["--version", "--json"], ["list", "--version", "--json"]):
        version = bare(*words).object
        assert set(version) == {"pixelfox", "library", "helper", "sqlite"}
        assert version["helper"].startswith(version["library"])
    broken = bare("--json", "--set", "render.helper=/nowhere/helper", "--version").object
    assert "helper" not in broken and broken["error"]["status"] == "UNAVAILABLE"
    assert "not usable: " in bare("--set", "render.helper=/nowhere/helper", "--version").out


@pytest.mark.parametrize("words", [["putt"], ["pool", "lst"], ["backup"], ["list", "--limit", "0"],
                                   ["list", "--xyzzy"], ["put"], ["--set", "x=1", "list"],
                                   ["settings", "get", "x"], ["render", "x", "--recipe", "x"],
                                   ["get", "x"]], ids=" ".join)
def test_wrong_use_stands_in_the_stream(bare, words):
    run = bare("--json", *words, code=2)
    error = run.object["error"]
    assert error["status"] in ("INVALID", "NOT_FOUND")
    assert error["message"] in run.err
    assert run.err.count("\n") == 1


def test_a_bad_environment_variable_stands_in_the_stream(bare):
    run = bare("--json", "list", code=2, env={"PIXELFOX_WORKER_THREADS": "many"})
    assert "PIXELFOX_WORKER_THREADS" in run.object["error"]["message"]


def test_a_failed_picture_of_render_says_its_rule(bare, pictures, tmp_path):
    (tmp_path / "cut.jpg").write_bytes((pictures / "photo0.jpg").read_bytes()[:200])
    (tmp_path / "text.jpg").write_text("a text")
    noise(40, 40, 1).save(tmp_path / "big.png")
    errors = {o["path"]: o["error"] for o in
              bare.json("--set", "ingest.max_pixels=1000", "render", "cut.jpg", "text.jpg", "big.png", code=1)}
    assert errors["cut.jpg"]["rule"] in ("truncated", "corrupt")
    assert errors["text.jpg"]["rule"] in ("unknown_type", "unsupported")
    assert errors["big.png"]["rule"] == "too_many_pixels"
    assert "rule" not in bare("--json", "render", "missing.jpg", code=1).object["error"]


def test_seconds_are_whole_milliseconds(cli, photo):
    cli.put(photo)
    out = cli("--json", "work", "--until-idle").out
    seconds = out.split('"seconds":')[1].split("}")[0]
    assert len(seconds.split(".")[1]) <= 3


def every_value(value):
    if isinstance(value, dict):
        for member in value.values():
            yield from every_value(member)
    elif isinstance(value, list):
        for member in value:
            yield from every_value(member)
    else:
        yield value


def test_no_value_is_the_empty_text(cli, photo):
    image_id = cli("--json", "put", "--title", "", photo).object["id"]
    assert "title" not in cli("--json", "show", image_id).object
    cli("work", "--until-idle")
    for words in (["list"], ["jobs"], ["pool", "list"], ["pool", "show", "local"], ["settings"], ["events"],
                  ["verify"], ["pool", "test", "local"], ["show", image_id], ["jobs", "top"]):
        assert "" not in list(every_value(cli.json(*words)))


@pytest.mark.parametrize("name", [b"\xff\xfe.jpg", b"\xe9" * 200, "ü".encode() * 127])
def test_a_message_about_any_name_is_json_and_one_line(cli, name):
    for words in (["put", name], ["--store", name, "list"], ["pool", "show", name], ["render", name],
                  ["list", "--after", name], [name]):
        run = cli.any("--json", *words)
        assert run.code in (1, 2, 3) and run.object["error"]["message"]
        assert run.err.count("\n") == 1


def test_what_a_message_quotes_cannot_move_a_terminals_cursor(cli):
    for words in (["frob\x1b[2J"], ["list", "--after", "a\x1b[31m"], ["--store", "a\x1b[31m\nb", "list"],
                  ["put", "a\x1b[31m\nb"], ["pool", "show", "a\rb"], ["get", "\x1b]0;x\x07", "-o", "y"]):
        run = cli.any(*words)
        assert run.code in (1, 2, 3)
        assert run.err.count("\n") == 1 and not {"\x1b", "\r", "\x07"} & set(run.err)
