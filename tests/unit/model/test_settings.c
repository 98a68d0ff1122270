/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "model/settings.h"

static const struct fox_setting *find(const char *name)
{
    const struct fox_setting *setting = NULL;
    pxf_error err = {0};

    assert_ok(fox_setting_find(name, &setting, &err));
    return setting;
}

/* The names as the enum writes them, so that a row in another's place is seen. */
#define ROW(name_) [FOX_SETTING_##name_] = #name_
static const char *const enum_names[FOX_SETTING_COUNT] = {
    ROW(STORE_CREATE),
    ROW(STORE_SPOOL_PATH),
    ROW(STORE_CLEAN_UP_AGE_MIN),
    ROW(STORE_ORPHAN_SHARE_PCT),
    ROW(STORE_PUBLIC_ORIGINALS),
    ROW(STORE_EVENT_KEEP_DAYS),
    ROW(STORE_NODE),
    ROW(STORE_REGION),
    ROW(INGEST_MAX_BYTES),
    ROW(INGEST_MAX_PIXELS),
    ROW(INGEST_MAX_ALL_PIXELS),
    ROW(INGEST_MAX_FRAMES),
    ROW(INGEST_MAX_SIDE_PX),
    ROW(INGEST_MAX_DEPTH_BITS),
    ROW(INGEST_MAX_OWNER_BYTES),
    ROW(INGEST_TRUNCATED),
    ROW(INGEST_TITLE_MAX_BYTES),
    ROW(RENDER_HELPER),
    ROW(RENDER_WEBP_ENABLED),
    ROW(RENDER_AVIF_ENABLED),
    ROW(RENDER_ORIGINAL_ENABLED),
    ROW(RENDER_WEBP_QUALITY),
    ROW(RENDER_AVIF_CRF),
    ROW(RENDER_ORIGINAL_QUALITY),
    ROW(RENDER_RECIPES),
    ROW(RENDER_PRESET),
    ROW(RENDER_FLATTEN),
    ROW(RENDER_TIMEOUT_S),
    ROW(RENDER_MEMORY_BYTES),
    ROW(RENDER_MAX_HELPERS),
    ROW(RENDER_THREADS),
    ROW(QUEUE_URL),
    ROW(QUEUE_ATTEMPTS),
    ROW(QUEUE_DONE_KEEP_H),
    ROW(WORKER_THREADS),
    ROW(WORKER_LEASE_MS),
    ROW(WORKER_DRAIN_MS),
    ROW(POOL_POLICY),
    ROW(POOL_FILE_MODE),
    ROW(POOL_FOLDER_MODE),
    ROW(POOL_RESERVE_BYTES),
    ROW(POOL_RESERVE_PCT),
    ROW(POOL_HEALTH_MS),
    ROW(LOG_LEVEL),
};

static void each_row_stands_at_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        char name[64];
        size_t size = 0;

        for (const char *from = fox_setting_at(i)->name; *from; from++) {
            name[size++] = (char)(*from == '.' ? '_' : toupper((unsigned char)*from));
        }
        name[size] = '\0';
        assert_string_equal(name, enum_names[i]);
    }
    assert_null(fox_setting_at(FOX_SETTING_COUNT));
}

static void a_name_is_an_area_a_thing_and_a_unit(void **state)
{
    static const char *const areas[] = {"store.",  "ingest.", "render.", "queue.",
                                        "worker.", "pool.",   "log."};

    (void)state;
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        const char *name = fox_setting_at(i)->name;
        size_t matches = 0;

        for (size_t k = 0; k < sizeof areas / sizeof areas[0]; k++) {
            matches += strncmp(name, areas[k], strlen(areas[k])) == 0;
        }
        assert_int_equal(matches, 1);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_."), strlen(name));
        assert_ptr_equal(find(name), fox_setting_at(i));
    }
}

static void each_row_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        const struct fox_setting *setting = fox_setting_at(i);
        const bool is_number = setting->kind == FOX_SETTING_NUMBER;

        assert_non_null(setting->unit);
        assert_non_null(setting->choices);
        assert_int_equal(setting->choices[0] != '\0', setting->kind == FOX_SETTING_CHOICE);
        assert_int_equal(setting->min < setting->max, is_number);
        assert_true(is_number || setting->unit[0] == '\0');
        assert_int_equal(setting->help[strlen(setting->help) - 1], '.');
        assert_true(isupper((unsigned char)setting->help[0]));
        assert_true(fox_setting_kind_name(setting->kind)[0] != '\0');
    }
}

static void each_default_is_allowed_and_canonical(void **state)
{
    (void)state;
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        const struct fox_setting *setting = fox_setting_at(i);
        AUTO(fox_str) canonical = {0};
        pxf_error err = {0};

        assert_ok(fox_setting_check(setting, setting->standard, &canonical, &err));
        assert_string_equal(fox_str_text(&canonical), setting->standard);
    }
}

static void the_defaults_are_those_of_the_documents(void **state)
{
    static const char *const rows[][2] = {
        {"store.create", "if_empty"},      {"ingest.max_bytes", "104857600"},
        {"ingest.max_pixels", "50000000"}, {"ingest.max_frames", "1000"},
        {"ingest.max_owner_bytes", "0"},   {"ingest.truncated", "refuse"},
        {"ingest.title_max_bytes", "255"}, {"render.webp_enabled", "true"},
        {"render.avif_enabled", "true"},   {"render.original_enabled", "true"},
        {"render.webp_quality", "85"},     {"render.avif_crf", "35"},
        {"render.original_quality", "90"}, {"render.preset", "balanced"},
        {"queue.url", "sqlite:"},          {"queue.attempts", "5"},
        {"queue.done_keep_h", "24"},       {"worker.threads", "5"},
        {"worker.lease_ms", "15000"},      {"worker.drain_ms", "8000"},
        {"pool.policy", "two_choices"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(find(rows[i][0])->standard, rows[i][1]);
    }
    assert_int_equal(find("worker.threads")->min, 1);
    assert_int_equal(find("worker.threads")->max, 256);
    assert_false(find("store.create")->is_live);
    assert_true(find("ingest.max_bytes")->is_live);
}

static void an_unknown_name_is_told_the_nearest(void **state)
{
    static const char *const rows[][2] = {
        {"worker.thread", "worker.threads"},           {"ingest.maxbytes", "ingest.max_bytes"},
        {"render.webp_qualty", "render.webp_quality"}, {"pool.polcy", "pool.policy"},
        {"render.orig", "render.original_enabled"},    {"ingets.max_bytes", "ingest.max_bytes"},
    };
    const struct fox_setting *setting = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pxf_error err = {0};
        char meant[80];

        (void)snprintf(meant, sizeof meant, "did you mean '%s'?", rows[i][1]);
        assert_int_equal(fox_setting_find(rows[i][0], &setting, &err), PXF_NOT_FOUND);
        assert_non_null(strstr(err.message, rows[i][0]));
        assert_non_null(strstr(err.message, meant));
        assert_null(setting);
    }
}

static void a_name_like_no_other_is_told_nothing_wrong(void **state)
{
    const struct fox_setting *setting = NULL;
    pxf_error err = {0};

    (void)state;
    assert_int_equal(fox_setting_find("banana", &setting, &err), PXF_NOT_FOUND);
    assert_string_equal(err.message, "there is no setting 'banana'");
}

static void a_name_kept_for_later_says_so(void **state)
{
    static const char *const names[] = {"backup.enabled",   "backup.delay_min",
                                        "s3.bucket",        "backup.check_interval_min",
                                        "secrets.key_file", "backup.retry_interval_min"};
    const struct fox_setting *setting = NULL;
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_fails(fox_setting_find(names[i], &setting, &err), PXF_UNSUPPORTED);
        assert_null(setting);
    }
}

SUITE(settings, cmocka_unit_test(each_row_stands_at_its_number),
      cmocka_unit_test(a_name_is_an_area_a_thing_and_a_unit), cmocka_unit_test(each_row_is_whole),
      cmocka_unit_test(each_default_is_allowed_and_canonical),
      cmocka_unit_test(the_defaults_are_those_of_the_documents),
      cmocka_unit_test(an_unknown_name_is_told_the_nearest),
      cmocka_unit_test(a_name_like_no_other_is_told_nothing_wrong),
      cmocka_unit_test(a_name_kept_for_later_says_so))
