/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <string.h>

#include "meta/metadata.h"

static const struct fox_id pool = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};
static const struct fox_image_failure corrupt = {PXF_CORRUPT, "truncated", NULL};

/* The row's numbers; its texts are let go. */
static struct fox_image_row read_image(struct catalog *c, const struct fox_id *id)
{
    struct fox_image_row row = {0}, numbers;
    pxf_error err = {0};

    assert_ok(READ(fox_image_get_in(tx(c), id, &row, &err)));
    numbers = row;
    fox_image_row_let_go(&row);
    return numbers;
}

static void add_in_state(struct catalog *c, unsigned n, pxf_image_state state)
{
    struct picture picture;
    struct fox_id twin;
    pxf_error err = {0};

    picture_set(&picture, n, "ada", &pool);
    picture.row.state = state == PXF_IMAGE_DELETED ? PXF_IMAGE_PENDING : state;
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
    if (state == PXF_IMAGE_DELETED) {
        assert_ok(WRITE(fox_image_hide_in(tx(c), &picture.row.id, 5, &err)));
    }
}

static void only_the_steps_of_a_life_are_taken(void **state)
{
    static const struct {
        pxf_image_state from;
        bool to[PXF_IMAGE_DELETED + 1];
        const char *word;
    } lives[] = {
        {PXF_IMAGE_PENDING, {0, 1, 1, 1, 1, 1}, "pending"},
        {PXF_IMAGE_PROCESSING, {0, 1, 1, 1, 1, 1}, "processing"},
        {PXF_IMAGE_FAILED, {0, 1, 1, 1, 1, 1}, "failed"},
        {PXF_IMAGE_READY, {0, 1, 0, 0, 0, 1}, "is ready"},
        {PXF_IMAGE_DELETED, {0, 0, 0, 0, 0, 1}, "is deleted"},
    };
    struct catalog *c = *state;
    pxf_error err = {0};
    unsigned n = 0;

    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
        for (int to = PXF_IMAGE_PENDING; to <= PXF_IMAGE_DELETED; to++) {
            const struct fox_id id = catalog_id(++n);
            const pxf_image_state wanted = (pxf_image_state)to;

            add_in_state(c, n, lives[i].from);
            assert_int_equal(
                WRITE(fox_image_set_state_in(tx(c), &id, wanted, &corrupt, NULL, 7, &err)),
                lives[i].to[to] ? PXF_OK : PXF_CONFLICT);
            assert_int_equal(read_image(c, &id).state, lives[i].to[to] ? wanted : lives[i].from);
            if (!lives[i].to[to]) {
                assert_non_null(strstr(err.message, lives[i].word));
            }
            fox_fail_clear(&err);
        }
    }
}

static void a_step_says_when_and_who(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    AUTO(fox_image_row) read = {0};

    add_image(c, 1, "ada", &pool);
    assert_ok(
        WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_PROCESSING, NULL, "p01", 2000, &err)));
    assert_int_equal(read_image(c, &id).state_ms, 2000);
    assert_int_equal(read_image(c, &id).ready_ms, 0);
    assert_ok(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_READY, NULL, NULL, 3000, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_int_equal(read.state, PXF_IMAGE_READY);
    assert_int_equal(read.state_ms, 3000);
    assert_int_equal(read.ready_ms, 3000);
    assert_string_equal(read.process_node, "p01");
    assert_int_equal(read.version, 1); /* no change by people */
}

static void a_failure_is_kept_until_the_next_step(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_image_failure why = {PXF_LIMIT, "pixels", lent("90 megapixels, 50 allowed")};
    AUTO(fox_image_row) read = {0};

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_FAILED, &why, NULL, 7, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_int_equal(read.failure.status, PXF_LIMIT);
    assert_string_equal(read.failure.rule, "pixels");
    assert_string_equal(read.failure.message, "90 megapixels, 50 allowed");
    fox_image_row_let_go(&read);
    assert_ok(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_PENDING, &why, NULL, 8, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_int_equal(read.failure.status, PXF_OK);
    assert_string_equal(read.failure.rule, "");
    assert_null(read.failure.message);
}

static void a_step_that_is_none_is_invalid(void **state)
{
    static char long_name[65];
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_image_failure none = {0};
    const struct fox_image_failure garbled = {PXF_IO, "", lent("\xff")};

    memset(long_name, 'n', sizeof long_name - 1);
    add_image(c, 1, "ada", &pool);
    assert_fails(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_FAILED, NULL, NULL, 7, &err)),
                 PXF_INVALID);
    assert_fails(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_FAILED, &none, NULL, 7, &err)),
                 PXF_INVALID);
    assert_fails(
        WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_FAILED, &garbled, NULL, 7, &err)),
        PXF_INVALID);
    assert_fails(
        WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_PENDING, NULL, long_name, 7, &err)),
        PXF_INVALID);
    assert_fails(WRITE(fox_image_set_state_in(tx(c), &id, (pxf_image_state)0, NULL, NULL, 7, &err)),
                 PXF_INVALID);
    assert_fails(WRITE(fox_image_set_state_in(tx(c), &id, (pxf_image_state)6, NULL, NULL, 7, &err)),
                 PXF_INVALID);
    assert_int_equal(read_image(c, &id).state, PXF_IMAGE_PENDING);
}

static void hiding_twice_is_no_error_and_keeps_the_first_time(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 7000, &err)));
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 8000, &err)));
    assert_ok(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_DELETED, NULL, NULL, 9000, &err)));
    assert_int_equal(read_image(c, &id).state, PXF_IMAGE_DELETED);
    assert_int_equal(read_image(c, &id).deleted_ms, 7000);
    assert_int_equal(read_image(c, &id).state_ms, 7000);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM image"
                                                   " WHERE dedupe IS NULL"),
                     1);
}

static void an_image_that_is_not_there_is_named(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_image_change change = {.title = "t"};
    struct fox_image_row row;

    assert_int_equal(READ(fox_image_get_in(tx(c), &id, &row, &err)), PXF_NOT_FOUND);
    assert_string_equal(err.message, "no image '01980000-0000-7000-8000-000000000001'");
    fox_fail_clear(&err);
    assert_fails(WRITE(fox_image_set_state_in(tx(c), &id, PXF_IMAGE_READY, NULL, NULL, 7, &err)),
                 PXF_NOT_FOUND);
    assert_fails(WRITE(fox_image_hide_in(tx(c), &id, 7, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_image_update_in(tx(c), &id, &change, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_image_add_access_in(tx(c), &id, 1, 1, 7, &err)), PXF_NOT_FOUND);
    assert_fails(WRITE(fox_image_remove_in(tx(c), &id, &err)), PXF_NOT_FOUND);
}

static void only_a_deleted_image_without_holds_is_removed(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    struct place place;

    add_pool(c, 1, "local", 0);
    add_image(c, 1, "ada", &pool);
    assert_int_equal(WRITE(fox_image_remove_in(tx(c), &id, &err)), PXF_CONFLICT);
    assert_non_null(strstr(err.message, "is pending"));
    fox_fail_clear(&err);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9, &err)));
    place_set(&place, 1, &pool, 0);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    assert_int_equal(WRITE(fox_image_remove_in(tx(c), &id, &err)), PXF_CONFLICT);
    assert_non_null(strstr(err.message, "holds"));
    fox_fail_clear(&err);
    assert_ok(WRITE(fox_hold_remove_of_image_in(tx(c), &id, &err)));
    assert_ok(WRITE(fox_image_remove_in(tx(c), &id, &err)));
    assert_fails(WRITE(fox_image_remove_in(tx(c), &id, &err)), PXF_NOT_FOUND);
}

static void a_removed_image_takes_its_own_rows_with_it(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id first = catalog_id(1);
    const struct fox_exif exif = {.camera_model = "X"};

    for (unsigned n = 1; n <= 2; n++) {
        const struct fox_id id = catalog_id(n);
        const struct fox_variant_row webp =
            a_variant(n, "webp", n == 1 ? "v/1.webp" : "v/2.webp", &pool);

        add_image(c, n, "ada", &pool);
        assert_ok(WRITE(fox_variant_put_in(tx(c), &webp, &err)));
        assert_ok(WRITE(fox_metadata_add_in(tx(c), &id, &exif, &err)));
    }
    assert_ok(WRITE(fox_image_hide_in(tx(c), &first, 9, &err)));
    assert_ok(WRITE(fox_image_remove_in(tx(c), &first, &err)));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM image"), 1);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM variant"), 1);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM metadata"), 1);
}

static void an_update_writes_what_it_names(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_image_change all = {
        .title = "t'; --", .description = "d", .visibility = PXF_VISIBILITY_PUBLIC, .version = 1};
    const struct fox_image_change title = {.title = "u", .version = 2};
    const struct fox_image_change clear = {.title = "", .description = ""};
    const struct fox_image_change nothing = {0};
    AUTO(fox_image_row) read = {0};

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_update_in(tx(c), &id, &all, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.title, "t'; --");
    assert_string_equal(read.description, "d");
    assert_int_equal(read.visibility, PXF_VISIBILITY_PUBLIC);
    assert_int_equal(read.version, 2);
    fox_image_row_let_go(&read);
    assert_ok(WRITE(fox_image_update_in(tx(c), &id, &title, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.title, "u");
    assert_string_equal(read.description, "d");
    fox_image_row_let_go(&read);
    assert_ok(WRITE(fox_image_update_in(tx(c), &id, &clear, &err)));
    assert_ok(WRITE(fox_image_update_in(tx(c), &id, &nothing, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_null(read.title);
    assert_null(read.description);
    assert_int_equal(read.visibility, PXF_VISIBILITY_PUBLIC);
    assert_int_equal(read.version, 5);
    assert_string_equal(read.owner, "ada");
}

static void an_update_of_an_old_version_or_a_deleted_image_conflicts(void **state)
{
    static char long_text[65537];
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_image_change change = {.title = "same", .version = 1};
    const struct fox_image_change garbled = {.description = "\xff"};
    const struct fox_image_change too_long = {.title = long_text};
    const struct fox_image_change any = {.title = "same"};

    memset(long_text, 'a', sizeof long_text - 1);
    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_update_in(tx(c), &id, &change, &err)));
    assert_int_equal(WRITE(fox_image_update_in(tx(c), &id, &change, &err)), PXF_CONFLICT);
    assert_non_null(strstr(err.message, "version 1"));
    fox_fail_clear(&err);
    assert_ok(WRITE(fox_image_update_in(tx(c), &id, &any, &err))); /* to the own value */
    assert_fails(WRITE(fox_image_update_in(tx(c), &id, &garbled, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_image_update_in(tx(c), &id, &too_long, &err)), PXF_INVALID);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9, &err)));
    assert_int_equal(WRITE(fox_image_update_in(tx(c), &id, &any, &err)), PXF_CONFLICT);
    assert_non_null(strstr(err.message, "deleted"));
}

static void looking_counts_and_moves_the_last_access_forward(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_image(c, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_add_access_in(tx(c), &id, 3, 0, 5000, &err)));
    assert_ok(WRITE(fox_image_add_access_in(tx(c), &id, 2, 1, 4000, &err)));
    assert_ok(WRITE(fox_image_add_access_in(tx(c), &id, 0, 0, 5000, &err)));
    assert_int_equal(read_image(c, &id).view_count, 5);
    assert_int_equal(read_image(c, &id).download_count, 1);
    assert_int_equal(read_image(c, &id).accessed_ms, 5000);
    assert_int_equal(read_image(c, &id).version, 1);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9, &err)));
    assert_ok(WRITE(fox_image_add_access_in(tx(c), &id, 1, 1, 6000, &err)));
}

CATALOG_SUITE(image_state, cmocka_unit_test(only_the_steps_of_a_life_are_taken),
              cmocka_unit_test(a_step_says_when_and_who),
              cmocka_unit_test(a_failure_is_kept_until_the_next_step),
              cmocka_unit_test(a_step_that_is_none_is_invalid),
              cmocka_unit_test(hiding_twice_is_no_error_and_keeps_the_first_time),
              cmocka_unit_test(an_image_that_is_not_there_is_named),
              cmocka_unit_test(only_a_deleted_image_without_holds_is_removed),
              cmocka_unit_test(a_removed_image_takes_its_own_rows_with_it),
              cmocka_unit_test(an_update_writes_what_it_names),
              cmocka_unit_test(an_update_of_an_old_version_or_a_deleted_image_conflicts),
              cmocka_unit_test(looking_counts_and_moves_the_last_access_forward))
