/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <string.h>

static void a_pool_is_read_as_it_was_added(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_pool_row row = {
        .id = catalog_id(1),
        .name = lent("archive"),
        .type = PXF_POOL_S3,
        .tier = PXF_TIER_ARCHIVE,
        .state = PXF_POOL_OFFLINE,
        .priority = 0,
        .weight = 7,
        .max_bytes = INT64_MAX,
        .used_bytes = 5, /* not taken from the caller */
        .held_bytes = 5,
        .file_count = 5,
        .is_default = true,
        .is_backup_target = true,
        .path = lent("/srv/a b/ü"),
        .node = lent("s01"),
        .region = lent("eu-central-1"),
        .public_url = lent("https://cdn.example/ü"),
        .created_ms = 1764034086123,
        .version = 9,
    };
    AUTO(fox_pool_row) read = {0};

    assert_ok(WRITE(fox_pool_add_in(tx(c), &row, &err)));
    assert_ok(READ(fox_pool_get_in(tx(c), &row.id, &read, &err)));
    assert_true(fox_id_equals(&read.id, &row.id));
    assert_string_equal(read.name, "archive");
    assert_int_equal(read.type, PXF_POOL_S3);
    assert_int_equal(read.tier, PXF_TIER_ARCHIVE);
    assert_int_equal(read.state, PXF_POOL_OFFLINE);
    assert_int_equal(read.priority, 0);
    assert_int_equal(read.weight, 7);
    assert_int_equal(read.max_bytes, INT64_MAX);
    assert_int_equal(read.used_bytes, 0);
    assert_int_equal(read.held_bytes, 0);
    assert_int_equal(read.file_count, 0);
    assert_true(read.is_default);
    assert_true(read.is_backup_target);
    assert_string_equal(read.path, "/srv/a b/ü");
    assert_string_equal(read.node, "s01");
    assert_string_equal(read.region, "eu-central-1");
    assert_string_equal(read.public_url, "https://cdn.example/ü");
    assert_int_equal(read.created_ms, 1764034086123);
    assert_int_equal(read.version, 1);
}

static void what_a_pool_has_not_stays_null(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "memory", 0);
    AUTO(fox_pool_row) read = {0};

    row.path = NULL;
    assert_ok(WRITE(fox_pool_add_in(tx(c), &row, &err)));
    assert_ok(READ(fox_pool_find_in(tx(c), "memory", &read, &err)));
    assert_null(read.path);
    assert_null(read.node);
    assert_null(read.region);
    assert_null(read.public_url);
    assert_int_equal(read.max_bytes, 0);
    assert_false(read.is_default);
    assert_false(read.is_backup_target);
}

static void names_of_pools_are_compared_as_bytes(void **state)
{
    static const char *const names[] = {"a", "A", "a ", " a", "ä", "a\t"};
    struct catalog *c = *state;
    pxf_error err = {0};

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        add_pool(c, i, names[i], 0);
    }
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct fox_id id = catalog_id(i);
        AUTO(fox_pool_row) read = {0};

        assert_ok(READ(fox_pool_find_in(tx(c), names[i], &read, &err)));
        assert_true(fox_id_equals(&read.id, &id));
    }
}

static void a_taken_name_is_named(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_pool_row row = a_pool(2, "local", 0);

    add_pool(c, 1, "local", 0);
    assert_int_equal(WRITE(fox_pool_add_in(tx(c), &row, &err)), PXF_EXISTS);
    assert_non_null(strstr(err.message, "'local'"));
}

static void a_taken_id_is_named(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_pool_row row = a_pool(1, "other", 0);

    add_pool(c, 1, "local", 0);
    assert_int_equal(WRITE(fox_pool_add_in(tx(c), &row, &err)), PXF_EXISTS);
    assert_non_null(strstr(err.message, "00000001"));
}

static void there_is_one_default_pool(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row one = a_pool(1, "one", 0), two = a_pool(2, "two", 0);

    one.is_default = true;
    two.is_default = true;
    assert_ok(WRITE(fox_pool_add_in(tx(c), &one, &err)));
    assert_int_equal(WRITE(fox_pool_add_in(tx(c), &two, &err)), PXF_EXISTS);
    assert_non_null(strstr(err.message, "'one'"));
    fox_fail_clear(&err);
    two.is_default = false;
    assert_ok(WRITE(fox_pool_add_in(tx(c), &two, &err)));
    two.is_default = true;
    assert_int_equal(WRITE(fox_pool_update_in(tx(c), &two, &err)), PXF_EXISTS);
    assert_non_null(strstr(err.message, "'one'"));
    fox_fail_clear(&err);
    assert_ok(WRITE(fox_pool_update_in(tx(c), &one, &err))); /* it stays the default */
    one.is_default = false;
    assert_ok(WRITE(fox_pool_update_in(tx(c), &one, &err)));
    assert_ok(WRITE(fox_pool_update_in(tx(c), &two, &err)));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM pool"
                                                   " WHERE is_default = 1"),
                     1);
}

static void a_pool_that_is_not_there_is_named(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(9);
    const struct fox_usage usage = {0};
    struct fox_pool_row row = a_pool(9, "nine", 0);

    assert_int_equal(READ(fox_pool_find_in(tx(c), "nine", &row, &err)), PXF_NOT_FOUND);
    assert_non_null(strstr(err.message, "'nine'"));
    fox_fail_clear(&err);
    assert_int_equal(READ(fox_pool_get_in(tx(c), &id, &row, &err)), PXF_NOT_FOUND);
    assert_non_null(strstr(err.message, "pool '01980000-0000-7000-8000-000000000009'"));
    fox_fail_clear(&err);
    assert_fails(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_pool_remove_in(tx(c), &id, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_pool_lock_in(tx(c), &id, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_pool_hold_in(tx(c), &id, 1, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_pool_unhold_in(tx(c), &id, 1, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_pool_use_in(tx(c), &id, 1, 1, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_pool_correct_in(tx(c), &id, &usage, &err)), PXF_NOT_FOUND);
}

static void pools_are_listed_by_name(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_pool_list) list = {0};

    assert_ok(READ(fox_pool_list_in(tx(c), &list, &err)));
    assert_int_equal(list.count, 0);
    add_pool(c, 1, "warm", 0);
    add_pool(c, 2, "hot-1", 0);
    add_pool(c, 3, "cold", 0);
    assert_ok(READ(fox_pool_list_in(tx(c), &list, &err)));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.rows[0].name, "cold");
    assert_string_equal(list.rows[1].name, "hot-1");
    assert_string_equal(list.rows[2].name, "warm");
    assert_string_equal(list.rows[2].path, "/srv/pool");
}

static void an_update_writes_what_may_change_and_nothing_else(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "local", 1000);
    AUTO(fox_pool_row) read = {0};

    add_pool(c, 1, "local", 1000);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &row.id, 30, &err)));
    assert_ok(WRITE(fox_pool_use_in(tx(c), &row.id, 70, 2, &err)));
    row.tier = PXF_TIER_COLD;
    row.state = PXF_POOL_DRAINING;
    row.priority = -3;
    row.weight = 9;
    row.max_bytes = 100;
    row.is_default = true;
    row.is_backup_target = true;
    row.region = lent("mars");
    row.public_url = lent("https://x");
    row.created_ms = 4;
    row.version = 1;
    assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
    assert_ok(READ(fox_pool_get_in(tx(c), &row.id, &read, &err)));
    assert_int_equal(read.tier, PXF_TIER_COLD);
    assert_int_equal(read.state, PXF_POOL_DRAINING);
    assert_int_equal(read.priority, -3);
    assert_int_equal(read.weight, 9);
    assert_int_equal(read.max_bytes, 100);
    assert_true(read.is_default);
    assert_true(read.is_backup_target);
    assert_string_equal(read.region, "mars");
    assert_string_equal(read.public_url, "https://x");
    assert_int_equal(read.used_bytes, 70);
    assert_int_equal(read.held_bytes, 30);
    assert_int_equal(read.file_count, 2);
    assert_int_equal(read.created_ms, 1000);
    assert_int_equal(read.version, 2);
}

static void an_update_to_the_own_values_is_one(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "local", 0);

    add_pool(c, 1, "local", 0);
    for (row.version = 1; row.version < 4; row.version++) {
        assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
    }
}

static void an_update_of_an_old_version_conflicts(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "local", 0);
    AUTO(fox_pool_row) read = {0};

    add_pool(c, 1, "local", 0);
    row.version = 1;
    assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
    row.priority = 1;
    assert_int_equal(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_CONFLICT);
    assert_non_null(strstr(err.message, "'local'"));
    fox_fail_clear(&err);
    row.version = 0; /* any */
    assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
    assert_ok(READ(fox_pool_get_in(tx(c), &row.id, &read, &err)));
    assert_int_equal(read.version, 3);
    assert_int_equal(read.priority, 1);
}

static void a_maximum_below_what_is_taken_is_refused(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "local", 1000);

    add_pool(c, 1, "local", 1000);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &row.id, 30, &err)));
    assert_ok(WRITE(fox_pool_use_in(tx(c), &row.id, 70, 1, &err)));
    row.max_bytes = 99;
    assert_int_equal(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_INVALID);
    assert_non_null(strstr(err.message, "max_bytes"));
    fox_fail_clear(&err);
    row.max_bytes = 100;
    assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
    row.max_bytes = 0;
    assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
}

/* What refers to a pool, each alone. */
static void refer_by_image(struct catalog *c, const struct fox_id *pool)
{
    add_image(c, 1, "ada", pool);
}

static void refer_by_variant(struct catalog *c, const struct fox_id *pool)
{
    const struct fox_id other = catalog_id(8);
    const struct fox_variant_row row = a_variant(1, "webp", "variants/1.webp", pool);
    pxf_error err = {0};

    add_image(c, 1, "ada", &other);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
}

static void refer_by_hold(struct catalog *c, const struct fox_id *pool)
{
    struct place place;
    pxf_error err = {0};

    place_set(&place, 1, pool, 0);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
}

static void refer_by_file(struct catalog *c, const struct fox_id *pool)
{
    pxf_error err = {0};

    assert_ok(WRITE(fox_pool_use_in(tx(c), pool, 0, 1, &err)));
}

static const struct {
    void (*refer)(struct catalog *c, const struct fox_id *pool);
    const char *words; /* of the refusal to remove; NULL: a row would show it */
} references[] = {
    {refer_by_image, "1 images, 0 variants and 0 holds"},
    {refer_by_variant, "0 images, 1 variants and 0 holds"},
    {refer_by_hold, "0 images, 0 variants and 1 holds"},
    {refer_by_file, NULL},
};

enum { REFERENCE_COUNT = sizeof references / sizeof references[0] };

static void empty_again(struct catalog *c)
{
    catalog_run_text(catalog_db(c), "DELETE FROM image");
    catalog_run_text(catalog_db(c), "DELETE FROM variant");
    catalog_run_text(catalog_db(c), "DELETE FROM hold");
    catalog_run_text(catalog_db(c), "DELETE FROM pool");
}

static void the_place_of_a_pool_in_use_is_fixed(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    for (size_t i = 0; i < REFERENCE_COUNT; i++) {
        struct fox_pool_row row = a_pool(1, "local", 0);

        add_pool(c, 1, "local", 0);
        references[i].refer(c, &row.id);
        row.path = lent("/elsewhere");
        assert_int_equal(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_INVALID);
        assert_non_null(strstr(err.message, "path"));
        fox_fail_clear(&err);
        row.path = lent("/srv/pool");
        row.node = lent("s02");
        assert_int_equal(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_INVALID);
        assert_non_null(strstr(err.message, "node"));
        fox_fail_clear(&err);
        row.node = NULL;
        row.type = PXF_POOL_NFS;
        assert_int_equal(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_INVALID);
        assert_non_null(strstr(err.message, "type"));
        fox_fail_clear(&err);
        row.type = PXF_POOL_LOCAL;
        assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
        empty_again(c);
    }
}

static void the_place_of_an_unused_pool_changes(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "local", 0);
    AUTO(fox_pool_row) read = {0};

    add_pool(c, 1, "local", 0);
    row.path = NULL;
    row.node = lent("s02");
    row.type = PXF_POOL_MEMORY;
    assert_ok(WRITE(fox_pool_update_in(tx(c), &row, &err)));
    assert_ok(READ(fox_pool_get_in(tx(c), &row.id, &read, &err)));
    assert_null(read.path);
    assert_string_equal(read.node, "s02");
    assert_int_equal(read.type, PXF_POOL_MEMORY);
}

static void a_pool_in_use_follows_its_folder(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_pool_row row = a_pool(1, "local", 0);
    const struct fox_id other = catalog_id(99);
    AUTO(fox_pool_row) read = {0};

    add_pool(c, 1, "local", 0);
    references[0].refer(c, &row.id);
    assert_ok(WRITE(fox_pool_place_in(tx(c), &row.id, "pool", &err)));
    assert_ok(READ(fox_pool_get_in(tx(c), &row.id, &read, &err)));
    assert_string_equal(read.path, "pool");
    assert_int_equal(read.version, 2);
    assert_fails(WRITE(fox_pool_place_in(tx(c), &other, "pool", &err)), PXF_NOT_FOUND);
}

static void the_name_of_a_pool_is_fixed(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_pool_row row = a_pool(1, "other", 0);

    add_pool(c, 1, "local", 0);
    assert_int_equal(WRITE(fox_pool_update_in(tx(c), &row, &err)), PXF_INVALID);
    assert_non_null(strstr(err.message, "name"));
}

static void a_pool_in_use_is_not_removed(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    for (size_t i = 0; i < REFERENCE_COUNT && references[i].words; i++) {
        add_pool(c, 1, "local", 0);
        references[i].refer(c, &id);
        assert_int_equal(WRITE(fox_pool_remove_in(tx(c), &id, &err)), PXF_CONFLICT);
        assert_non_null(strstr(err.message, references[i].words));
        fox_fail_clear(&err);
        empty_again(c);
    }
}

static void a_removed_pool_is_gone_and_its_name_free(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    struct fox_pool_row row;

    add_pool(c, 1, "local", 0);
    assert_ok(WRITE(fox_pool_remove_in(tx(c), &id, &err)));
    assert_fails(READ(fox_pool_get_in(tx(c), &id, &row, &err)), PXF_NOT_FOUND);
    add_pool(c, 2, "local", 0);
}

static void what_no_column_holds_is_invalid(void **state)
{
    static char long_text[70000];
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_pool_row good = a_pool(1, "local", 0);
    struct fox_pool_row bad[8];

    memset(long_text, 'a', sizeof long_text - 1);
    for (size_t i = 0; i < 8; i++) {
        bad[i] = good;
    }
    bad[0].name = NULL;
    bad[1].name = &long_text[sizeof long_text - 1 - 64];
    bad[2].path = &long_text[sizeof long_text - 1 - 4097];
    bad[3].node = &long_text[sizeof long_text - 1 - 64];
    bad[4].region = long_text;
    bad[5].public_url = lent("https://\xff");
    bad[6].max_bytes = (uint64_t)INT64_MAX + 1;
    bad[7].max_bytes = UINT64_MAX;
    for (size_t i = 0; i < 8; i++) {
        assert_fails(WRITE(fox_pool_add_in(tx(c), &bad[i], &err)), PXF_INVALID);
    }
    assert_ok(WRITE(fox_pool_add_in(tx(c), &good, &err)));
    for (size_t i = 0; i < 8; i++) {
        assert_fails(WRITE(fox_pool_update_in(tx(c), &bad[i], &err)), PXF_INVALID);
    }
}

CATALOG_SUITE(pool, cmocka_unit_test(a_pool_is_read_as_it_was_added),
              cmocka_unit_test(what_a_pool_has_not_stays_null),
              cmocka_unit_test(names_of_pools_are_compared_as_bytes),
              cmocka_unit_test(a_taken_name_is_named), cmocka_unit_test(a_taken_id_is_named),
              cmocka_unit_test(there_is_one_default_pool),
              cmocka_unit_test(a_pool_that_is_not_there_is_named),
              cmocka_unit_test(pools_are_listed_by_name),
              cmocka_unit_test(an_update_writes_what_may_change_and_nothing_else),
              cmocka_unit_test(an_update_to_the_own_values_is_one),
              cmocka_unit_test(an_update_of_an_old_version_conflicts),
              cmocka_unit_test(a_maximum_below_what_is_taken_is_refused),
              cmocka_unit_test(the_place_of_a_pool_in_use_is_fixed),
              cmocka_unit_test(the_place_of_an_unused_pool_changes),
              cmocka_unit_test(a_pool_in_use_follows_its_folder),
              cmocka_unit_test(the_name_of_a_pool_is_fixed),
              cmocka_unit_test(a_pool_in_use_is_not_removed),
              cmocka_unit_test(a_removed_pool_is_gone_and_its_name_free),
              cmocka_unit_test(what_no_column_holds_is_invalid))
