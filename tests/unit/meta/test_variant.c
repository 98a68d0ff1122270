/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <stdio.h>
#include <string.h>

static const struct fox_id pool = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static void a_variant_is_read_as_it_was_put(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_variant_row row = a_variant(1, "thumbnail_medium_original", "v/1_medium.jpg", &pool);
    AUTO(fox_variant_list) list = {0};

    row.position = -3;
    row.bytes = INT64_MAX;
    row.width_px = UINT32_MAX;
    memset(row.sha256, 0xee, sizeof row.sha256);
    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    assert_ok(READ(fox_variant_list_in(tx(c), &row.image_id, &list, &err)));
    assert_int_equal(list.count, 1);
    assert_true(fox_id_equals(&list.rows[0].image_id, &row.image_id));
    assert_string_equal(list.rows[0].kind, "thumbnail_medium_original");
    assert_int_equal(list.rows[0].position, -3);
    assert_true(fox_id_equals(&list.rows[0].pool_id, &pool));
    assert_string_equal(list.rows[0].key, "v/1_medium.jpg");
    assert_int_equal(list.rows[0].bytes, INT64_MAX);
    assert_int_equal(list.rows[0].format, PXF_FORMAT_WEBP);
    assert_int_equal(list.rows[0].width_px, UINT32_MAX);
    assert_int_equal(list.rows[0].height_px, 150);
    assert_int_equal(list.rows[0].quality, 85);
    assert_memory_equal(list.rows[0].sha256, row.sha256, sizeof row.sha256);
    assert_int_equal(list.rows[0].render_ms, 12);
    assert_int_equal(list.rows[0].created_ms, 2000);
    assert_int_equal(list.rows[0].skip, FOX_SKIP_NONE);
}

static void a_skipped_variant_has_a_reason_and_no_place(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_variant_row row = a_variant(1, "thumbnail_small_original", NULL, &pool);
    AUTO(fox_variant_list) list = {0};

    row.bytes = 0;
    row.skip = FOX_SKIP_SAME_FORMAT;
    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    (void)strcpy(row.kind, "thumbnail_medium_original"); /* two of them have no place */
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    assert_ok(READ(fox_variant_list_in(tx(c), &row.image_id, &list, &err)));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.rows[0].skip, FOX_SKIP_SAME_FORMAT);
    assert_null(list.rows[0].key);
    assert_true(fox_id_is_zero(&list.rows[0].pool_id));
}

static void there_is_one_row_for_an_image_and_a_kind(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_variant_row row = a_variant(1, "webp", "v/1.webp", &pool);
    AUTO(fox_variant_list) list = {0};

    add_image(c, 1, "ada", &pool);
    for (row.bytes = 10; row.bytes < 14; row.bytes++) {
        assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    }
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err))); /* to the own value */
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    assert_ok(READ(fox_variant_list_in(tx(c), &row.image_id, &list, &err)));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.rows[0].bytes, 14);
}

static void variants_come_by_position_then_kind(void **state)
{
    static const struct {
        const char *kind, *key;
        int32_t position;
    } rows[] = {{"card", "c", 9}, {"avif", "a", 2}, {"webp", "w", 1}, {"banner", "b", 9}};
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1), other = catalog_id(2);
    AUTO(fox_variant_list) list = {0};
    AUTO(fox_variant_list) none = {0};

    add_image(c, 1, "ada", &pool);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fox_variant_row row = a_variant(1, rows[i].kind, rows[i].key, &pool);

        row.position = rows[i].position;
        assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    }
    assert_ok(READ(fox_variant_list_in(tx(c), &id, &list, &err)));
    assert_int_equal(list.count, 4);
    assert_string_equal(list.rows[0].kind, "webp");
    assert_string_equal(list.rows[1].kind, "avif");
    assert_string_equal(list.rows[2].kind, "banner");
    assert_string_equal(list.rows[3].kind, "card");
    assert_ok(READ(fox_variant_list_in(tx(c), &other, &none, &err)));
    assert_int_equal(none.count, 0);
}

static void the_variants_of_a_page_are_one_question(void **state)
{
    enum { IMAGES = 9 };
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_id ids[1001];
    AUTO(fox_variant_list) none = {0};

    for (unsigned n = 0; n < IMAGES; n++) {
        char key[32];
        struct fox_variant_row row = a_variant(n, "webp", key, &pool);

        (void)snprintf(key, sizeof key, "v/%u.webp", n);
        add_image(c, n, "ada", &pool);
        assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    }
    for (unsigned n = 0; n < 1001; n++) {
        ids[n] = catalog_id(n);
    }
    for (size_t count = 0; count <= 1000; count = count < 12 ? count + 1 : count * 3) {
        AUTO(fox_variant_list) list = {0};

        assert_ok(READ(fox_variant_list_of_in(tx(c), ids, count, &list, &err)));
        assert_int_equal(list.count, count < IMAGES ? count : IMAGES);
        for (size_t i = 0; i < list.count; i++) {
            assert_true(fox_id_equals(&list.rows[i].image_id, &ids[i]));
        }
    }
    assert_fails(READ(fox_variant_list_of_in(tx(c), ids, 1001, &none, &err)), PXF_INVALID);
}

static void two_variants_never_have_one_place(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_variant_row webp = a_variant(1, "webp", "v/1.webp", &pool);
    struct fox_variant_row small = a_variant(1, "thumbnail_small_webp", "v/1.webp", &pool);

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &webp, &err)));
    assert_fails(WRITE(fox_variant_put_in(tx(c), &small, &err)), PXF_EXISTS);
    small.key = lent("v/1_small.webp");
    assert_ok(WRITE(fox_variant_put_in(tx(c), &small, &err)));
    small.key = lent("v/1.webp");
    assert_fails(WRITE(fox_variant_put_in(tx(c), &small, &err)), PXF_EXISTS);
}

static void nothing_is_added_to_an_image_that_goes(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_variant_row row = a_variant(1, "webp", "v/1.webp", &pool);

    assert_fails(WRITE(fox_variant_put_in(tx(c), &row, &err)), PXF_NOT_FOUND);
    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9, &err)));
    assert_int_equal(WRITE(fox_variant_put_in(tx(c), &row, &err)), PXF_CONFLICT);
    assert_non_null(strstr(err.message, "deleted"));
}

static void what_no_variant_can_be_is_invalid(void **state)
{
    static char long_key[1026];
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_variant_row bad[5];

    memset(long_key, 'k', sizeof long_key - 1);
    add_image(c, 1, "ada", &pool);
    for (size_t i = 0; i < 5; i++) {
        bad[i] = a_variant(1, "webp", "v/1.webp", &pool);
    }
    bad[0].key = NULL;
    bad[1].skip = FOX_SKIP_DISABLED;
    bad[2].key = NULL;
    bad[2].skip = FOX_SKIP_DISABLED; /* and yet it has bytes */
    bad[3].key = long_key;
    bad[4].bytes = UINT64_MAX;
    for (size_t i = 0; i < 5; i++) {
        assert_fails(WRITE(fox_variant_put_in(tx(c), &bad[i], &err)), PXF_INVALID);
    }
}

static void removing_twice_is_no_error(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_variant_row webp = a_variant(1, "webp", "v/1.webp", &pool);
    const struct fox_variant_row avif = a_variant(1, "avif", "v/1.avif", &pool);

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &webp, &err)));
    assert_ok(WRITE(fox_variant_put_in(tx(c), &avif, &err)));
    assert_ok(WRITE(fox_variant_remove_in(tx(c), &webp.image_id, "webp", &err)));
    assert_ok(WRITE(fox_variant_remove_in(tx(c), &webp.image_id, "webp", &err)));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM variant"), 1);
}

static void a_key_is_known_where_a_row_names_it(void **state)
{
    static const struct {
        unsigned pool;
        const char *key;
        bool is_known;
    } cases[] = {
        {1, "original/2026/11/25/1.jpg", true},
        {2, "original/2026/11/25/1.jpg", false},
        {1, "original/2026/11/25/1.JPG", false},
        {1, "original/2026/11/25/1.jpg ", false},
        {1, "v/1.webp", false},
        {2, "v/1.webp", true},
        {1, "", false},
    };
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id other = catalog_id(2);
    const struct fox_variant_row row = a_variant(1, "webp", "v/1.webp", &other);
    bool is_known;

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &row, &err)));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_id id = catalog_id(cases[i].pool);

        assert_ok(READ(fox_key_is_known_in(tx(c), &id, cases[i].key, &is_known, &err)));
        assert_int_equal(is_known, cases[i].is_known);
    }
}

CATALOG_SUITE(variant, cmocka_unit_test(a_variant_is_read_as_it_was_put),
              cmocka_unit_test(a_skipped_variant_has_a_reason_and_no_place),
              cmocka_unit_test(there_is_one_row_for_an_image_and_a_kind),
              cmocka_unit_test(variants_come_by_position_then_kind),
              cmocka_unit_test(the_variants_of_a_page_are_one_question),
              cmocka_unit_test(two_variants_never_have_one_place),
              cmocka_unit_test(nothing_is_added_to_an_image_that_goes),
              cmocka_unit_test(what_no_variant_can_be_is_invalid),
              cmocka_unit_test(removing_twice_is_no_error),
              cmocka_unit_test(a_key_is_known_where_a_row_names_it))
