/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#include "model/settings.h"

static const struct fox_setting *find(const char *name)
{
    const struct fox_setting *setting = NULL;
    pxf_error err = {0};

    assert_ok(fox_setting_find(name, &setting, &err));
    return setting;
}

struct value {
    const char *name, *text;
    const char *canonical; /* NULL: INVALID */
};

static void assert_values(const struct value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(fox_str) canonical = {0};
        pxf_error err = {0};
        const pxf_status status =
            fox_setting_check(find(values[i].name), values[i].text, &canonical, &err);

        if (!values[i].canonical) {
            if (status != PXF_INVALID) {
                fail_msg("%s = '%s' is taken as '%s'", values[i].name, values[i].text,
                         fox_str_text(&canonical));
            }
            assert_non_null(strstr(err.message, values[i].name));
            assert_int_equal(canonical.size, 0);
            continue;
        }
        if (status != PXF_OK) {
            fail_msg("%s = '%s': %s", values[i].name, values[i].text, err.message);
        }
        assert_string_equal(fox_str_text(&canonical), values[i].canonical);
    }
}

static void a_number_is_read_as_people_write_it(void **state)
{
    static const struct value values[] = {
        {"worker.threads", "1", "1"},
        {"worker.threads", "256", "256"},
        {"worker.threads", "007", "7"},
        {"worker.threads", "0", NULL},
        {"worker.threads", "257", NULL},
        {"worker.threads", "", NULL},
        {"worker.threads", "-1", NULL},
        {"worker.threads", "+1", NULL},
        {"worker.threads", " 1", NULL},
        {"worker.threads", "1 ", "1"},
        {"worker.threads", "1.5", NULL},
        {"worker.threads", "0x10", NULL},
        {"worker.threads", "five", NULL},
        {"worker.threads", "5k", NULL},
        {"worker.threads", "18446744073709551617", NULL},
        {"worker.lease_ms", "15000 ms", "15000"},
        {"worker.lease_ms", "15000ms", "15000"},
        {"worker.lease_ms", "15 s", NULL},
        {"ingest.max_side_px", "4000px", "4000"},
    };

    (void)state;
    assert_values(values, sizeof values / sizeof values[0]);
}

static void a_size_may_have_a_suffix(void **state)
{
    static const struct value values[] = {
        {"ingest.max_bytes", "100 MiB", "104857600"},
        {"ingest.max_bytes", "100MiB", "104857600"},
        {"ingest.max_bytes", "100m", "104857600"},
        {"ingest.max_bytes", "4k", "4096"},
        {"ingest.max_bytes", "4 KIB", "4096"},
        {"ingest.max_bytes", "2G", "2147483648"},
        {"ingest.max_bytes", "2GiB", "2147483648"},
        {"ingest.max_bytes", "1T", "1099511627776"},
        {"ingest.max_bytes", "12 bytes", "12"},
        {"ingest.max_bytes", "12 B", "12"},
        {"ingest.max_bytes", "2TiB", NULL},
        {"ingest.max_bytes", "100 MB", NULL},
        {"ingest.max_bytes", "100 M iB", NULL},
        {"ingest.max_bytes", "9223372036854775807T", NULL},
        {"ingest.max_bytes", "9223372036854775808", NULL},
        {"ingest.max_bytes", "MiB", NULL},
        {"ingest.max_pixels", "50 MP", "50000000"},
        {"ingest.max_pixels", "50MiB", NULL},
        {"ingest.max_owner_bytes", "0", "0"},
    };

    (void)state;
    assert_values(values, sizeof values / sizeof values[0]);
}

static void a_flag_is_one_of_eight_words(void **state)
{
    static const struct value values[] = {
        {"render.webp_enabled", "true", "true"}, {"render.webp_enabled", "false", "false"},
        {"render.webp_enabled", "yes", "true"},  {"render.webp_enabled", "No", "false"},
        {"render.webp_enabled", "ON", "true"},   {"render.webp_enabled", "off", "false"},
        {"render.webp_enabled", "1", "true"},    {"render.webp_enabled", "0", "false"},
        {"render.webp_enabled", "", NULL},       {"render.webp_enabled", "2", NULL},
        {"render.webp_enabled", "tru", NULL},    {"render.webp_enabled", "true ", NULL},
    };

    (void)state;
    assert_values(values, sizeof values / sizeof values[0]);
}

static void a_choice_is_one_of_its_words(void **state)
{
    static const struct value values[] = {
        {"render.preset", "fast", "fast"},
        {"render.preset", "small", "small"},
        {"render.preset", "", NULL},
        {"render.preset", "fas", NULL},
        {"render.preset", "faster", NULL},
        {"render.preset", "fast|balanced", NULL},
        {"render.preset", "|", NULL},
        {"pool.policy", "fill", "fill"},
        {"pool.policy", "round_robin", "round_robin"},
        {"log.level", "warn", "warn"},
    };

    (void)state;
    assert_values(values, sizeof values / sizeof values[0]);
}

static void a_text_follows_its_own_rule(void **state)
{
    static const struct value values[] = {
        {"render.flatten", "#ffffff", "#ffffff"},
        {"render.flatten", "FF8000", "#ff8000"},
        {"render.flatten", "#fa0", "#ffaa00"},
        {"render.flatten", "white", NULL},
        {"render.flatten", "#ffff", NULL},
        {"render.flatten", "", NULL},
        {"render.flatten", "#gggggg", NULL},
        {"pool.file_mode", "0640", "0640"},
        {"pool.file_mode", "640", "0640"},
        {"pool.file_mode", "0400", NULL},
        {"pool.file_mode", "0888", NULL},
        {"pool.file_mode", "04644", NULL},
        {"pool.file_mode", "", NULL},
        {"pool.file_mode", "rw-r--r--", NULL},
        {"pool.file_mode", "0000000640", NULL},
        {"pool.folder_mode", "0750", "0750"},
        {"pool.folder_mode", "2775", "2775"},
        {"pool.folder_mode", "1777", NULL},
        {"pool.folder_mode", "0644", NULL},
        {"render.helper", "", ""},
        {"render.helper", "/usr/libexec/pixelfox-helper", "/usr/libexec/pixelfox-helper"},
        {"render.helper", "pixelfox-helper", NULL},
        {"store.spool_path", "../spool", NULL},
        {"store.node", "s01.example.org", "s01.example.org"},
        {"store.node", "a b", NULL},
        {"queue.url", "sqlite:", "sqlite:"},
        {"queue.url", "memory:", "memory:"},
        {"queue.url", "", NULL},
        {"queue.url", "sqlite:other.db", NULL},
    };

    (void)state;
    assert_values(values, sizeof values / sizeof values[0]);
}

static void a_queue_in_redis_is_told_apart_from_a_typo(void **state)
{
    AUTO(fox_str) canonical = {0};
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_setting_check(find("queue.url"), "redis://localhost:6379/0", &canonical, &err),
                 PXF_UNSUPPORTED);
}

static void a_value_is_clean_text_of_bounded_size(void **state)
{
    char text[FOX_SETTING_VALUE_BYTES + 1];
    AUTO(fox_str) canonical = {0};
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_setting_check(find("render.helper"), "/a\nb", &canonical, &err), PXF_INVALID);
    assert_fails(fox_setting_check(find("render.helper"), "/\xff", &canonical, &err), PXF_INVALID);
    memset(text, '/', sizeof text);
    text[FOX_SETTING_VALUE_BYTES] = '\0';
    assert_fails(fox_setting_check(find("render.helper"), text, &canonical, &err), PXF_INVALID);
    text[FOX_SETTING_VALUE_BYTES - 1] = '\0';
    assert_ok(fox_setting_check(find("render.helper"), text, &canonical, &err));
}

static void a_refusal_names_bounds_and_unit_or_choices(void **state)
{
    static const struct {
        const char *name, *text, *message;
    } rows[] = {
        {"worker.lease_ms", "1", "worker.lease_ms is a number from 1000 to 600000 ms, not '1'"},
        {"worker.threads", "many", "worker.threads is a number from 1 to 256, not 'many'"},
        {"render.preset", "best", "render.preset is one of fast|balanced|small, not 'best'"},
        {"render.avif_enabled", "maybe", "render.avif_enabled is true or false, not 'maybe'"},
        {"pool.file_mode", "9",
         "pool.file_mode: a mode is octal and at least 0600, at most 0777, not '9'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_str) canonical = {0};
        pxf_error err = {0};

        assert_int_equal(fox_setting_check(find(rows[i].name), rows[i].text, &canonical, &err),
                         PXF_INVALID);
        assert_string_equal(err.message, rows[i].message);
    }
}

static void each_bound_is_allowed_and_what_lies_beyond_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        const struct fox_setting *setting = fox_setting_at(i);
        const int64_t numbers[] = {setting->min, setting->max, setting->max + 1, setting->min - 1};

        for (size_t k = 0; k < 4 && setting->kind == FOX_SETTING_NUMBER; k++) {
            AUTO(fox_str) canonical = {0};
            char text[32];

            (void)snprintf(text, sizeof text, "%lld", (long long)numbers[k]);
            assert_int_equal(fox_setting_check(setting, text, &canonical, NULL),
                             k < 2 ? PXF_OK : PXF_INVALID);
        }
    }
}

SUITE(setting_check, cmocka_unit_test(a_number_is_read_as_people_write_it),
      cmocka_unit_test(a_size_may_have_a_suffix), cmocka_unit_test(a_flag_is_one_of_eight_words),
      cmocka_unit_test(a_choice_is_one_of_its_words), cmocka_unit_test(a_text_follows_its_own_rule),
      cmocka_unit_test(a_queue_in_redis_is_told_apart_from_a_typo),
      cmocka_unit_test(a_value_is_clean_text_of_bounded_size),
      cmocka_unit_test(a_refusal_names_bounds_and_unit_or_choices),
      cmocka_unit_test(each_bound_is_allowed_and_what_lies_beyond_is_not))
