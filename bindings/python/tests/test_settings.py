# SPDX-License-Identifier: Apache-2.0
import logging

import pixelfox
import pytest


def test_settings_are_keywords_of_open(tmp_path):
    with pixelfox.open(tmp_path / "gallery", render_webp_quality=80, ingest_max_bytes="1 MiB",
                       render_avif_enabled=False) as store:
        assert store.settings["render.webp_quality"] == 80
        assert store.settings["ingest.max_bytes"] == 1 << 20
        assert store.settings["render_avif_enabled"] is False


def test_every_setting_of_the_table_has_a_keyword_of_its_own(store):
    table = pixelfox.settings()
    assert len({setting.keyword for setting in table.values()}) == len(table) > 20
    assert set(store.settings) == set(table)
    for name, setting in table.items():
        assert setting.name == name and setting.help
        store.settings[name]


def test_an_unknown_setting_names_the_nearest(tmp_path):
    with pytest.raises(pixelfox.NotFoundError, match="render.webp_quality"):
        pixelfox.open(tmp_path / "gallery", render_webp_qualty=80)


def test_a_value_out_of_bounds_names_them(tmp_path):
    with pytest.raises(pixelfox.InvalidError, match="100"):
        pixelfox.open(tmp_path / "gallery", render_webp_quality=101)
    with pytest.raises(TypeError):
        pixelfox.open(tmp_path / "gallery", render_webp_quality=1.5)


def test_a_live_setting_changes_and_goes_back(tmp_path):
    with pixelfox.open(tmp_path / "gallery") as store:
        store.settings["render.webp_quality"] = 70
        assert store.settings["render_webp_quality"] == 70
        seen = store.settings.version("render.webp_quality")
        store.settings.set("render.webp_quality", 71, version=seen)
        with pytest.raises(pixelfox.ConflictError):
            store.settings.set("render.webp_quality", 72, version=seen)
        del store.settings["render.webp_quality"]
        assert store.settings["render.webp_quality"] == 85
        assert store.settings.version("render.webp_quality") == 0


def test_what_is_no_setting_is_not_in_the_mapping(store):
    assert "render.webp_quality" in store.settings and "render_webp_quality" in store.settings
    assert "render.nothing" not in store.settings


def test_a_logger_and_a_function_get_log_lines(tmp_path, caplog):
    lines = []
    (tmp_path / "gallery").mkdir()
    with pixelfox.open(tmp_path / "gallery", log=lambda level, text: lines.append((level, text))):
        pass
    with caplog.at_level(logging.DEBUG):
        with pixelfox.open(tmp_path / "gallery", log=logging.getLogger("pixelfox")):
            pass
    for level, text in lines:
        assert isinstance(level, pixelfox.Level) and "\n" not in text
    assert all(record.name == "pixelfox" for record in caplog.records)
