/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "meta/outbox.h"

static struct fox_outbox_row a_row(unsigned n, int64_t created_ms)
{
    return (struct fox_outbox_row){
        .id = catalog_id(n), .kind = lent("image_processing"), .created_ms = created_ms};
}

static void a_row_is_read_as_it_was_added(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_outbox_row row = a_row(1, 1000);
    AUTO(fox_outbox_list) list = {0};

    row.payload = lent("{\"a\":\"ü'\"}");
    row.unique_key = lent("image:1");
    row.node = lent("s01");
    row.trace_id = lent("4bf92f");
    row.has_image = true;
    row.image_id = catalog_id(9);
    row.priority = 8191;
    row.due_ms = 1764034086123;
    assert_ok(WRITE(fox_outbox_add_in(tx(c), &row, &err)));
    assert_ok(READ(fox_outbox_list_in(tx(c), 1001, 10, &list, &err)));
    assert_int_equal(list.count, 1);
    assert_true(fox_id_equals(&list.rows[0].id, &row.id));
    assert_string_equal(list.rows[0].kind, "image_processing");
    assert_string_equal(list.rows[0].payload, "{\"a\":\"ü'\"}");
    assert_string_equal(list.rows[0].unique_key, "image:1");
    assert_string_equal(list.rows[0].node, "s01");
    assert_string_equal(list.rows[0].trace_id, "4bf92f");
    assert_true(list.rows[0].has_image);
    assert_true(fox_id_equals(&list.rows[0].image_id, &row.image_id));
    assert_int_equal(list.rows[0].priority, 8191);
    assert_int_equal(list.rows[0].due_ms, 1764034086123);
    assert_int_equal(list.rows[0].created_ms, 1000);
}

static void what_a_row_has_not_stays_null(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_outbox_row row = a_row(1, 1000);
    AUTO(fox_outbox_list) list = {0};

    assert_ok(WRITE(fox_outbox_add_in(tx(c), &row, &err)));
    assert_ok(READ(fox_outbox_list_in(tx(c), INT64_MAX, 10, &list, &err)));
    assert_null(list.rows[0].payload);
    assert_null(list.rows[0].unique_key);
    assert_null(list.rows[0].node);
    assert_null(list.rows[0].trace_id);
    assert_false(list.rows[0].has_image);
}

static void rows_come_oldest_first_and_only_old_ones(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    AUTO(fox_outbox_list) list = {0};

    for (unsigned n = 1; n <= 4; n++) {
        const struct fox_outbox_row row = a_row(n, 5000 - 1000 * (int64_t)n);

        assert_ok(WRITE(fox_outbox_add_in(tx(c), &row, &err)));
    }
    assert_ok(READ(fox_outbox_list_in(tx(c), 4000, 2, &list, &err)));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.rows[0].created_ms, 1000);
    assert_int_equal(list.rows[1].created_ms, 2000);
    fox_outbox_list_let_go(&list);
    assert_ok(READ(fox_outbox_list_in(tx(c), 4000, 9, &list, &err)));
    assert_int_equal(list.count, 3);
}

static void removing_twice_is_no_error(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_outbox_row row = a_row(1, 1000), other = a_row(2, 1000);

    assert_ok(WRITE(fox_outbox_add_in(tx(c), &row, &err)));
    assert_ok(WRITE(fox_outbox_add_in(tx(c), &other, &err)));
    assert_fails(WRITE(fox_outbox_add_in(tx(c), &row, &err)), PXF_EXISTS);
    assert_ok(WRITE(fox_outbox_remove_in(tx(c), &row.id, &err)));
    assert_ok(WRITE(fox_outbox_remove_in(tx(c), &row.id, &err)));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM outbox"), 1);
}

static void a_payload_of_a_mebibyte_is_kept_whole(void **state)
{
    enum { PAYLOAD_BYTES = 1 << 20 };
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_outbox_row row = a_row(1, 1000);
    AUTO(fox_outbox_list) list = {0};

    row.payload = malloc(PAYLOAD_BYTES + 1);
    assert_non_null(row.payload);
    memset(row.payload, 'p', PAYLOAD_BYTES);
    row.payload[PAYLOAD_BYTES] = '\0';
    assert_ok(WRITE(fox_outbox_add_in(tx(c), &row, &err)));
    assert_ok(READ(fox_outbox_list_in(tx(c), 1001, 10, &list, &err)));
    assert_string_equal(list.rows[0].payload, row.payload);
    free(row.payload);
}

static void what_no_row_holds_is_invalid(void **state)
{
    static char long_text[130];
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_outbox_row bad[6];

    memset(long_text, 'a', sizeof long_text - 1);
    for (size_t i = 0; i < 6; i++) {
        bad[i] = a_row(1, 1000);
    }
    bad[0].kind = NULL;
    bad[1].kind = &long_text[129 - 64];
    bad[2].unique_key = long_text;
    bad[3].node = &long_text[129 - 64];
    bad[4].trace_id = &long_text[129 - 64];
    bad[5].payload = lent("\xff");
    for (size_t i = 0; i < 6; i++) {
        assert_fails(WRITE(fox_outbox_add_in(tx(c), &bad[i], &err)), PXF_INVALID);
    }
}

CATALOG_SUITE(outbox, cmocka_unit_test(a_row_is_read_as_it_was_added),
              cmocka_unit_test(what_a_row_has_not_stays_null),
              cmocka_unit_test(rows_come_oldest_first_and_only_old_ones),
              cmocka_unit_test(removing_twice_is_no_error),
              cmocka_unit_test(a_payload_of_a_mebibyte_is_kept_whole),
              cmocka_unit_test(what_no_row_holds_is_invalid))
