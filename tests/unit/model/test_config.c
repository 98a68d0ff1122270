/* SPDX-License-Identifier: Apache-2.0 */
#include "support/suite.h"

#include "model/config.h"

static void what_is_not_set_has_its_default(void **state)
{
    const struct fox_config config = {{NULL}};

    (void)state;
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        assert_false(fox_config_is_set(&config, (enum fox_setting_id)i));
        assert_string_equal(fox_config_text(&config, (enum fox_setting_id)i),
                            fox_setting_at(i)->standard);
    }
    assert_int_equal(fox_config_number(&config, FOX_SETTING_INGEST_MAX_BYTES), 100 << 20);
    assert_true(fox_config_flag(&config, FOX_SETTING_RENDER_WEBP_ENABLED));
    assert_int_equal(fox_config_choice(&config, FOX_SETTING_RENDER_PRESET), 1);
    assert_int_equal(fox_config_number(&config, FOX_SETTING_POOL_FILE_MODE), 0644);
}

static void a_value_is_kept_in_its_canonical_form(void **state)
{
    AUTO(fox_config) config = {{NULL}};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_config_set(&config, "ingest.max_bytes", "2 GiB", &err));
    assert_ok(fox_config_set(&config, "render.webp_enabled", "no", &err));
    assert_ok(fox_config_set(&config, "pool.folder_mode", "2770", &err));
    assert_true(fox_config_is_set(&config, FOX_SETTING_INGEST_MAX_BYTES));
    assert_string_equal(fox_config_text(&config, FOX_SETTING_INGEST_MAX_BYTES), "2147483648");
    assert_int_equal(fox_config_number(&config, FOX_SETTING_INGEST_MAX_BYTES), INT64_C(2147483648));
    assert_false(fox_config_flag(&config, FOX_SETTING_RENDER_WEBP_ENABLED));
    assert_int_equal(fox_config_number(&config, FOX_SETTING_POOL_FOLDER_MODE), 02770);
}

static void a_value_that_is_refused_leaves_the_old_one(void **state)
{
    AUTO(fox_config) config = {{NULL}};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_config_set(&config, "worker.threads", "7", &err));
    assert_fails(fox_config_set(&config, "worker.threads", "7000", &err), PXF_INVALID);
    assert_fails(fox_config_set(&config, "worker.thread", "8", &err), PXF_NOT_FOUND);
    assert_fails(fox_config_set(&config, "backup.enabled", "true", &err), PXF_UNSUPPORTED);
    assert_int_equal(fox_config_number(&config, FOX_SETTING_WORKER_THREADS), 7);
}

static void nothing_is_the_default_again(void **state)
{
    AUTO(fox_config) config = {{NULL}};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_config_set(&config, "worker.threads", "7", &err));
    assert_ok(fox_config_set(&config, "worker.threads", NULL, &err));
    assert_ok(fox_config_set(&config, "worker.threads", NULL, &err));
    assert_false(fox_config_is_set(&config, FOX_SETTING_WORKER_THREADS));
    assert_int_equal(fox_config_number(&config, FOX_SETTING_WORKER_THREADS), 5);
}

static void a_choice_is_the_number_of_its_word(void **state)
{
    static const char *const policies[] = {"two_choices", "fill", "round_robin", "weighted",
                                           "least_used"};
    AUTO(fox_config) config = {{NULL}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        assert_ok(fox_config_set(&config, "pool.policy", policies[i], &err));
        assert_int_equal(fox_config_choice(&config, FOX_SETTING_POOL_POLICY), i);
    }
}

static void a_colour_is_three_bytes(void **state)
{
    AUTO(fox_config) config = {{NULL}};
    pxf_error err = {0};
    uint8_t rgb[3] = {0};

    (void)state;
    fox_config_colour(&config, FOX_SETTING_RENDER_FLATTEN, rgb);
    assert_int_equal(rgb[0], 255);
    assert_ok(fox_config_set(&config, "render.flatten", "#102", &err));
    fox_config_colour(&config, FOX_SETTING_RENDER_FLATTEN, rgb);
    assert_int_equal(rgb[0], 0x11);
    assert_int_equal(rgb[1], 0x00);
    assert_int_equal(rgb[2], 0x22);
}

static void of_two_the_later_wins_where_it_says_something(void **state)
{
    AUTO(fox_config) store = {{NULL}};
    AUTO(fox_config) run = {{NULL}};
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_config_set(&store, "worker.threads", "7", &err));
    assert_ok(fox_config_set(&store, "worker.lease_ms", "20000", &err));
    assert_ok(fox_config_set(&run, "worker.threads", "9", &err));
    assert_ok(fox_config_merge(&store, &run, &err));
    assert_int_equal(fox_config_number(&store, FOX_SETTING_WORKER_THREADS), 9);
    assert_int_equal(fox_config_number(&store, FOX_SETTING_WORKER_LEASE_MS), 20000);
    assert_int_equal(fox_config_number(&run, FOX_SETTING_WORKER_THREADS), 9);
    assert_false(fox_config_is_set(&run, FOX_SETTING_WORKER_LEASE_MS));
}

static void a_heartbeat_is_heard_three_times_in_a_lease(void **state)
{
    static const struct {
        const char *lease_ms, *heartbeat_ms;
        int64_t heard_ms;
    } rows[] = {
        {"15000", "5000", 5000},
        {"15000", "1000", 1000},
        {"3000", "5000", 1000},
        {"1000", "100", 100},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(fox_config) config = {{NULL}};
        pxf_error err = {0};

        assert_ok(fox_config_set(&config, "worker.lease_ms", rows[i].lease_ms, &err));
        assert_ok(fox_config_set(&config, "worker.heartbeat_ms", rows[i].heartbeat_ms, &err));
        assert_int_equal(fox_config_heartbeat_ms(&config), rows[i].heard_ms);
    }
}

SUITE(config, cmocka_unit_test(what_is_not_set_has_its_default),
      cmocka_unit_test(a_value_is_kept_in_its_canonical_form),
      cmocka_unit_test(a_value_that_is_refused_leaves_the_old_one),
      cmocka_unit_test(nothing_is_the_default_again),
      cmocka_unit_test(a_choice_is_the_number_of_its_word),
      cmocka_unit_test(a_colour_is_three_bytes),
      cmocka_unit_test(of_two_the_later_wins_where_it_says_something),
      cmocka_unit_test(a_heartbeat_is_heard_three_times_in_a_lease))
