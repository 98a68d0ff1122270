/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <stdlib.h>
#include <string.h>

#include "meta/owner.h"

static struct fox_owner_usage usage_of(struct catalog *c, const char *owner)
{
    struct fox_owner_usage usage;
    pxf_error err = {0};

    memset(&usage, 0xff, sizeof usage);
    assert_ok(READ(fox_owner_get_in(tx(c), owner, &usage, &err)));
    return usage;
}

static void an_owner_nobody_knows_has_nothing(void **state)
{
    struct catalog *c = *state;
    const struct fox_owner_usage usage = usage_of(c, "ada");

    assert_int_equal(usage.used_bytes, 0);
    assert_int_equal(usage.held_bytes, 0);
    assert_int_equal(usage.image_count, 0);
    assert_int_equal(usage.max_bytes, 0);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM owner"), 0);
}

static void holding_makes_the_row_and_counts(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_ok(WRITE(fox_owner_hold_in(tx(c), "ada", 60, 100, &err)));
    assert_ok(WRITE(fox_owner_hold_in(tx(c), "ada", 40, 100, &err)));
    assert_int_equal(usage_of(c, "ada").held_bytes, 100);
    assert_int_equal(WRITE(fox_owner_hold_in(tx(c), "ada", 1, 100, &err)), PXF_FULL);
    assert_string_equal(err.message,
                        "the owner 'ada' has 0 of 100 bytes used and 100 held: no room for 1");
    fox_fail_clear(&err);
    assert_ok(WRITE(fox_owner_unhold_in(tx(c), "ada", 70, &err)));
    assert_ok(WRITE(fox_owner_use_in(tx(c), "ada", 70, 1, &err)));
    assert_int_equal(usage_of(c, "ada").held_bytes, 30);
    assert_int_equal(usage_of(c, "ada").used_bytes, 70);
    assert_int_equal(usage_of(c, "ada").image_count, 1);
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 1, 100, &err)), PXF_FULL);
}

static void the_first_hold_may_be_too_much(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 101, 100, &err)), PXF_FULL);
    assert_int_equal(usage_of(c, "ada").held_bytes, 0);
}

static void without_any_maximum_only_the_numbers_end(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_ok(WRITE(fox_owner_hold_in(tx(c), "ada", INT64_MAX - 5, 0, &err)));
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 6, 0, &err)), PXF_FULL);
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 6, UINT64_MAX, &err)), PXF_FULL);
    assert_ok(WRITE(fox_owner_hold_in(tx(c), "ada", 5, UINT64_MAX, &err)));
    assert_fails(WRITE(fox_owner_use_in(tx(c), "ada", 1, 0, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", UINT64_MAX, 0, &err)), PXF_INVALID);
}

static void an_own_maximum_goes_before_the_default(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_ok(WRITE(fox_owner_set_max_in(tx(c), "ada", 50, &err)));
    assert_int_equal(usage_of(c, "ada").max_bytes, 50);
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 51, 100, &err)), PXF_FULL);
    assert_ok(WRITE(fox_owner_set_max_in(tx(c), "ada", 500, &err)));
    assert_ok(WRITE(fox_owner_hold_in(tx(c), "ada", 300, 100, &err)));
    assert_ok(WRITE(fox_owner_set_max_in(tx(c), "ada", 0, &err)));
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 1, 100, &err)), PXF_FULL);
    assert_fails(WRITE(fox_owner_set_max_in(tx(c), "ada", UINT64_MAX, &err)), PXF_INVALID);
}

static void a_lowered_maximum_only_stops_what_comes(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_ok(WRITE(fox_owner_use_in(tx(c), "ada", 80, 1, &err)));
    assert_ok(WRITE(fox_owner_set_max_in(tx(c), "ada", 50, &err)));
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 1, 0, &err)), PXF_FULL);
    assert_fails(WRITE(fox_owner_hold_in(tx(c), "ada", 0, 0, &err)), PXF_FULL);
    assert_ok(WRITE(fox_owner_use_in(tx(c), "ada", -40, 0, &err)));
    assert_ok(WRITE(fox_owner_hold_in(tx(c), "ada", 10, 0, &err)));
}

static void nothing_of_an_owner_becomes_negative(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};

    assert_fails(WRITE(fox_owner_unhold_in(tx(c), "ada", 1, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_owner_use_in(tx(c), "ada", -1, 0, &err)), PXF_INTERNAL);
    assert_ok(WRITE(fox_owner_use_in(tx(c), "ada", 10, 1, &err)));
    assert_fails(WRITE(fox_owner_use_in(tx(c), "ada", -11, 0, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_owner_use_in(tx(c), "ada", 0, -2, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_owner_unhold_in(tx(c), "ada", 1, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_owner_unhold_in(tx(c), "ada", UINT64_MAX, &err)), PXF_INVALID);
    assert_ok(WRITE(fox_owner_use_in(tx(c), "ada", -10, -1, &err)));
    assert_int_equal(usage_of(c, "ada").used_bytes, 0);
}

static void owners_are_compared_as_bytes_and_come_in_their_order(void **state)
{
    static const char *const owners[] = {"", "Ada", "ada", "ada ", "ada  ", "adb", "ä"};
    enum { COUNT = sizeof owners / sizeof owners[0] };
    struct catalog *c = *state;
    pxf_error err = {0};
    char *owner = NULL, *next = NULL;

    assert_ok(READ(fox_owner_next_in(tx(c), NULL, &next, &err)));
    assert_null(next);
    for (int i = COUNT; i-- > 0;) {
        assert_ok(WRITE(fox_owner_use_in(tx(c), owners[i], i + 1, 1, &err)));
    }
    for (int i = 0; i < COUNT; i++) {
        assert_ok(READ(fox_owner_next_in(tx(c), owner, &next, &err)));
        assert_non_null(next);
        assert_string_equal(next, owners[i]);
        assert_int_equal(usage_of(c, next).used_bytes, i + 1);
        free(owner);
        owner = next;
    }
    assert_ok(READ(fox_owner_next_in(tx(c), owner, &next, &err)));
    assert_null(next);
    free(owner);
}

static void the_count_of_an_owner_is_that_of_its_rows(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id pool = catalog_id(1), hidden = catalog_id(2);
    const struct fox_variant_row mine = a_variant(1, "webp", "variants/1.webp", &pool);
    const struct fox_variant_row other = a_variant(3, "webp", "variants/3.webp", &pool);
    struct fox_owner_usage usage;
    struct place place;

    add_pool(c, 1, "local", 1000);
    add_image(c, 1, "ada", &pool);
    add_image(c, 2, "ada", &pool);
    add_image(c, 3, "ada ", &pool);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &mine, &err)));
    assert_ok(WRITE(fox_variant_put_in(tx(c), &other, &err)));
    assert_ok(WRITE(fox_image_hide_in(tx(c), &hidden, 9, &err))); /* its files are still there */
    place_set(&place, 4, &pool, 25);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    assert_ok(READ(fox_owner_count_in(tx(c), "ada", &usage, &err)));
    assert_int_equal(usage.used_bytes, 210);
    assert_int_equal(usage.held_bytes, 25);
    assert_int_equal(usage.image_count, 2);
    assert_int_equal(usage.max_bytes, 0);
    assert_ok(READ(fox_owner_count_in(tx(c), "nobody", &usage, &err)));
    assert_int_equal(usage.used_bytes + usage.held_bytes, 0);
}

static void a_correction_leaves_the_maximum(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_owner_usage usage = {
        .used_bytes = 5, .held_bytes = 4, .image_count = 3, .max_bytes = 2};

    assert_ok(WRITE(fox_owner_lock_in(tx(c), "ada", &err)));
    assert_ok(WRITE(fox_owner_lock_in(tx(c), "ada", &err)));
    assert_ok(WRITE(fox_owner_set_max_in(tx(c), "ada", 99, &err)));
    assert_ok(WRITE(fox_owner_correct_in(tx(c), "ada", &usage, &err)));
    assert_int_equal(usage_of(c, "ada").used_bytes, 5);
    assert_int_equal(usage_of(c, "ada").held_bytes, 4);
    assert_int_equal(usage_of(c, "ada").image_count, 3);
    assert_int_equal(usage_of(c, "ada").max_bytes, 99);
}

static void an_owner_too_long_for_a_row_is_invalid(void **state)
{
    static char owner[257];
    struct catalog *c = *state;
    pxf_error err = {0};

    memset(owner, 'o', 256);
    assert_fails(WRITE(fox_owner_hold_in(tx(c), owner, 1, 0, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_owner_use_in(tx(c), owner, 1, 1, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_owner_set_max_in(tx(c), owner, 1, &err)), PXF_INVALID);
    owner[255] = '\0';
    assert_ok(WRITE(fox_owner_hold_in(tx(c), owner, 1, 0, &err)));
    assert_int_equal(usage_of(c, owner).held_bytes, 1);
}

CATALOG_SUITE(owner, cmocka_unit_test(an_owner_nobody_knows_has_nothing),
              cmocka_unit_test(holding_makes_the_row_and_counts),
              cmocka_unit_test(the_first_hold_may_be_too_much),
              cmocka_unit_test(without_any_maximum_only_the_numbers_end),
              cmocka_unit_test(an_own_maximum_goes_before_the_default),
              cmocka_unit_test(a_lowered_maximum_only_stops_what_comes),
              cmocka_unit_test(nothing_of_an_owner_becomes_negative),
              cmocka_unit_test(owners_are_compared_as_bytes_and_come_in_their_order),
              cmocka_unit_test(the_count_of_an_owner_is_that_of_its_rows),
              cmocka_unit_test(a_correction_leaves_the_maximum),
              cmocka_unit_test(an_owner_too_long_for_a_row_is_invalid))
