# SPDX-License-Identifier: Apache-2.0
"""Making a store, and not having one."""
import os
import sqlite3

import pytest


def test_init_makes_a_store_and_says_where(bare, tmp_path):
    run = bare("--json", "init", "gallery")
    assert run.object == {"store": str(tmp_path / "gallery"), "pool": "local"}
    assert run.err == ""
    assert (tmp_path / "gallery" / "catalog.sqlite").exists()
    assert bare("--store", "gallery", "list").out == ""


def test_init_takes_an_empty_folder(bare, tmp_path):
    (tmp_path / "gallery").mkdir()
    assert str(tmp_path / "gallery") in bare("init", "gallery").out


def test_init_of_a_store_says_where_it_is(bare, tmp_path):
    bare("init", "gallery")
    run = bare("init", "gallery")
    assert "already" in run.out
    assert bare("--json", "init", "gallery").object == {"store": str(tmp_path / "gallery"),
                                                        "pool": "local"}


def test_init_refuses_a_folder_that_holds_other_things(bare, tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    run = bare("init", ".", code=3)
    assert "thesis.txt" in run.err
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_init_refuses_a_folder_whose_parent_is_not_there(bare, tmp_path):
    assert "mnt" in bare("init", "mnt/gallery", code=3).err
    assert os.listdir(tmp_path) == []


def test_init_refuses_an_empty_name(bare, tmp_path):
    assert "needs a path" in bare("init", "", code=3).err
    assert os.listdir(tmp_path) == []


def test_init_makes_no_store_over_pictures_whose_catalog_is_lost(bare, tmp_path):
    bare("init", "gallery")
    (tmp_path / "gallery/pool/original").mkdir(exist_ok=True)
    for file in (tmp_path / "gallery").glob("catalog.sqlite*"):
        file.unlink()
    for words in (["init", "gallery"], ["--store", "gallery", "list"]):
        assert "holds a store's pictures but no catalog" in bare(*words, code=3).err
    assert not (tmp_path / "gallery/catalog.sqlite").exists()


def test_a_closed_standard_stream_is_no_file_of_the_store(bare):
    bare("init", "gallery")
    for words, closed in ((["put", "-"], 0), (["jobs", "top"], 1)):
        run = bare("--store", "gallery", *words, code=1, preexec_fn=lambda: os.close(closed))
        assert "Bad file descriptor" in run.err


def test_init_without_words_takes_the_store_that_is_named(bare, tmp_path):
    bare("--store", "one", "init")
    bare("init", env={"PIXELFOX_STORE": "two"})
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def test_init_without_any_name_takes_the_current_folder(bare, tmp_path):
    assert bare("--json", "init").object["store"] == str(tmp_path)
    assert bare("list").code == 0


def test_the_environment_names_a_store(bare):
    bare("init", "gallery")
    assert bare("list", env={"PIXELFOX_STORE": "gallery"}).code == 0
    assert bare("--store", "gallery", "list", env={"PIXELFOX_STORE": "nowhere"}).code == 0


ALL_THAT_NEED_A_STORE = [
    ["put", "x"], ["work", "--until-idle"], ["show", "x"], ["list"], ["get", "x", "-o", "y"],
    ["delete", "x"], ["verify"], ["pool", "list"], ["pool", "show", "x"], ["pool", "test", "x"],
    ["pool", "add", "x", "--path", "."], ["pool", "set", "x", "priority=1"], ["pool", "remove", "x"],
    ["pool", "adopt", "x"], ["settings"], ["settings", "get", "worker.threads"],
    ["settings", "set", "worker.threads", "1"], ["jobs"], ["jobs", "show", "x"], ["jobs", "retry", "x"],
    ["jobs", "cancel", "x"], ["jobs", "pause", "sweep"], ["jobs", "resume", "sweep"], ["jobs", "top"],
    ["metrics"], ["events"],
]


@pytest.mark.parametrize("words", ALL_THAT_NEED_A_STORE, ids=" ".join)
def test_where_no_store_is_the_message_names_init(bare, tmp_path, words):
    run = bare("--store", tmp_path / "typo", "--json", *words, code=3)
    assert "pixelfox init" in run.err and "typo" in run.err
    assert run.object["error"]["status"] == "NOT_FOUND"
    assert os.listdir(tmp_path) == []


def test_a_folder_of_other_things_is_no_store(bare, tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    run = bare("--store", tmp_path, "list", code=3)
    assert "pixelfox init" in run.err
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_a_file_is_no_store(bare, photo):
    for path in (photo, photo / "below"):
        run = bare("--store", path, "list", code=3)
        assert "is no folder" in run.err and str(path) in run.err and "pixelfox init" in run.err


def test_where_no_store_is_named_the_current_folder_is_tried(bare):
    run = bare("list", code=3)
    assert "--store" in run.err and "PIXELFOX_STORE" in run.err and "pixelfox init" in run.err


def test_a_store_that_cannot_be_read_ends_with_3(cli):
    catalog = cli.store / "catalog.sqlite"
    catalog.write_bytes(b"not a database at all" * 1000)
    assert cli("list", code=3).err != ""


def wreck(catalog, table):
    """Zeroes over the page on which a table begins."""
    with sqlite3.connect(catalog) as db:
        page, = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        size, = db.execute("PRAGMA page_size").fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with open(catalog, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


def test_a_damaged_catalog_ends_with_3_and_names_the_remedy(cli, photo, pictures):
    cli.put(photo)
    wreck(cli.store / "catalog.sqlite", "image")
    for words in (["list"], ["put", pictures / "square.png"], ["verify"], ["verify", "--repair"],
                  ["delete", "--owner", "default"]):
        run = cli("--json", *words, code=3)
        assert run.objects[-1]["error"]["status"] == "CORRUPT"
        assert "damaged" in run.err and "snapshot" in run.err
    assert len(list((cli.store / "pool").rglob("*.jpg"))) == 1
