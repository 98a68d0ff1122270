/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct fox_id pool = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

static void an_image_is_read_as_it_was_added(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct picture picture;
    struct fox_id twin;
    AUTO(fox_image_row) read = {0};

    picture_set(&picture, 1, "ada", &pool);
    picture.row.title = lent("Käse 'n' \"Brot\" 🧀");
    picture.row.description = lent("two\nlines");
    picture.row.visibility = PXF_VISIBILITY_UNLISTED;
    picture.row.uploader_address = lent("2001:db8::1");
    picture.row.bytes = INT64_MAX;
    picture.row.width_px = UINT32_MAX;
    picture.row.frame_count = 12;
    picture.row.has_alpha = true;
    picture.row.state = PXF_IMAGE_FAILED;
    picture.row.failure =
        (struct fox_image_failure){PXF_CORRUPT, "truncated", lent("the file ends early")};
    picture.row.switches = UINT32_MAX;
    picture.row.created_ms = 1764034086123;
    picture.row.accessed_ms = 1;
    picture.row.ready_ms = 2;
    picture.row.view_count = 3;
    picture.row.download_count = 4;
    picture.row.upload_node = lent("s01");
    picture.row.process_node = lent("p01");
    picture.row.trace_id = lent("4bf92f3577b34da6");
    picture.row.version = 9; /* not taken from the caller, nor these two */
    picture.row.state_ms = 9;
    picture.row.deleted_ms = 9;
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &picture.row.id, &read, &err)));
    assert_true(fox_id_equals(&read.id, &picture.row.id));
    assert_string_equal(read.owner, "ada");
    assert_string_equal(read.title, picture.row.title);
    assert_string_equal(read.description, "two\nlines");
    assert_int_equal(read.visibility, PXF_VISIBILITY_UNLISTED);
    assert_string_equal(read.uploader_address, "2001:db8::1");
    assert_string_equal(read.share_key, picture.share_key);
    assert_true(fox_id_equals(&read.pool_id, &pool));
    assert_string_equal(read.key, picture.key);
    assert_int_equal(read.bytes, INT64_MAX);
    assert_int_equal(read.format, PXF_FORMAT_JPEG);
    assert_int_equal(read.width_px, UINT32_MAX);
    assert_int_equal(read.height_px, 480);
    assert_int_equal(read.frame_count, 12);
    assert_true(read.has_alpha);
    assert_memory_equal(read.sha256, picture.row.sha256, FOX_HASH_BYTES);
    assert_int_equal(read.state, PXF_IMAGE_FAILED);
    assert_int_equal(read.state_ms, 1764034086123);
    assert_int_equal(read.failure.status, PXF_CORRUPT);
    assert_string_equal(read.failure.rule, "truncated");
    assert_string_equal(read.failure.message, "the file ends early");
    assert_int_equal(read.switches, UINT32_MAX);
    assert_int_equal(read.created_ms, 1764034086123);
    assert_int_equal(read.accessed_ms, 1);
    assert_int_equal(read.ready_ms, 2);
    assert_int_equal(read.deleted_ms, 0);
    assert_int_equal(read.view_count, 3);
    assert_int_equal(read.download_count, 4);
    assert_string_equal(read.upload_node, "s01");
    assert_string_equal(read.process_node, "p01");
    assert_string_equal(read.trace_id, "4bf92f3577b34da6");
    assert_int_equal(read.version, 1);
}

static void what_an_image_has_not_stays_null(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    AUTO(fox_image_row) read = {0};

    add_image(c, 1, "", &pool); /* nobody's */
    assert_ok(READ(fox_image_get_in(tx(c), &id, &read, &err)));
    assert_string_equal(read.owner, "");
    assert_null(read.title);
    assert_null(read.description);
    assert_null(read.uploader_address);
    assert_null(read.failure.message);
    assert_string_equal(read.failure.rule, "");
    assert_null(read.upload_node);
    assert_null(read.process_node);
    assert_null(read.trace_id);
}

static void texts_of_many_letters_are_kept_whole(void **state)
{
    enum { LETTERS = 5000, FOUR_BYTE_LETTERS = 16383 };
    struct catalog *c = *state;
    pxf_error err = {0};
    char title[LETTERS * 2 + 1], description[FOUR_BYTE_LETTERS * 4 + 1];
    struct picture picture;
    struct fox_id twin;
    AUTO(fox_image_row) read = {0};

    for (size_t i = 0; i < LETTERS; i++) {
        memcpy(title + 2 * i, "ß", 3);
    }
    for (size_t i = 0; i < FOUR_BYTE_LETTERS; i++) {
        memcpy(description + 4 * i, "🧀", 5);
    }
    picture_set(&picture, 1, "ada", &pool);
    picture.row.title = title;
    picture.row.description = description;
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
    assert_ok(READ(fox_image_get_in(tx(c), &picture.row.id, &read, &err)));
    assert_string_equal(read.title, title);
    assert_string_equal(read.description, description);
}

static void an_owner_has_the_same_bytes_once(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id first = catalog_id(1);
    struct picture one, two;
    struct fox_id twin = {0};

    picture_set(&one, 1, "ada", &pool);
    picture_set(&two, 2, "ada", &pool);
    memcpy(two.row.sha256, one.row.sha256, FOX_HASH_BYTES);
    assert_ok(WRITE(fox_image_add_in(tx(c), &one.row, &twin, &err)));
    assert_true(fox_id_is_zero(&twin));
    assert_int_equal(WRITE(fox_image_add_in(tx(c), &two.row, &twin, &err)), PXF_EXISTS);
    assert_non_null(strstr(err.message, "01980000-0000-7000-8000-000000000001"));
    fox_fail_clear(&err);
    assert_true(fox_id_equals(&twin, &first));
    twin = (struct fox_id){0};
    assert_ok(READ(fox_image_find_twin_in(tx(c), "ada", one.row.sha256, &twin, &err)));
    assert_true(fox_id_equals(&twin, &first));
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM image"), 1);
}

static void other_owners_may_have_the_same_bytes(void **state)
{
    static const char *const owners[] = {"ada", "ada ", "Ada", "ad", "", "ä", "ada\t"};
    struct catalog *c = *state;
    pxf_error err = {0};
    struct picture picture;
    struct fox_id twin;

    for (unsigned i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        picture_set(&picture, i, owners[i], &pool);
        memset(picture.row.sha256, 'a', FOX_HASH_BYTES);
        assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
    }
    for (unsigned i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        const struct fox_id id = catalog_id(i);

        assert_ok(READ(fox_image_find_twin_in(tx(c), owners[i], picture.row.sha256, &twin, &err)));
        assert_true(fox_id_equals(&twin, &id));
    }
    assert_fails(READ(fox_image_find_twin_in(tx(c), "bob", picture.row.sha256, &twin, &err)),
                 PXF_NOT_FOUND);
}

static void a_hidden_image_is_no_twin(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    struct picture picture;
    struct fox_id twin;

    add_image(c, 1, "ada", &pool);
    picture_set(&picture, 1, "ada", &pool);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9000, &err)));
    assert_fails(READ(fox_image_find_twin_in(tx(c), "ada", picture.row.sha256, &twin, &err)),
                 PXF_NOT_FOUND);
    picture_set(&picture, 2, "ada", &pool);
    picture.row.sha256[0] = 1;
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
}

static void an_id_a_share_key_or_a_place_is_one_images(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct picture one, two;
    struct fox_id twin = {0};

    add_image(c, 1, "ada", &pool);
    picture_set(&one, 1, "ada", &pool);
    picture_set(&two, 2, "ada", &pool);
    two.row.id = one.row.id;
    assert_fails(WRITE(fox_image_add_in(tx(c), &two.row, &twin, &err)), PXF_CONFLICT);
    two.row.id = catalog_id(2);
    two.row.share_key = one.share_key;
    assert_fails(WRITE(fox_image_add_in(tx(c), &two.row, &twin, &err)), PXF_CONFLICT);
    two.row.share_key = two.share_key;
    two.row.key = one.key;
    assert_fails(WRITE(fox_image_add_in(tx(c), &two.row, &twin, &err)), PXF_CONFLICT);
    assert_true(fox_id_is_zero(&twin));
    two.row.pool_id = catalog_id(9); /* the same key elsewhere is another place */
    assert_ok(WRITE(fox_image_add_in(tx(c), &two.row, &twin, &err)));
}

static void what_no_image_can_be_is_invalid(void **state)
{
    enum { BAD_COUNT = 12 };
    static char long_text[65537], long_owner[257], long_key[1026], long_name[65];
    struct catalog *c = *state;
    pxf_error err = {0};
    struct picture bad[BAD_COUNT];
    struct fox_id twin;

    memset(long_text, 'a', sizeof long_text - 1);
    memset(long_owner, 'a', sizeof long_owner - 1);
    memset(long_key, 'a', sizeof long_key - 1);
    memset(long_name, 'a', sizeof long_name - 1);
    for (unsigned i = 0; i < BAD_COUNT; i++) {
        picture_set(&bad[i], i, "ada", &pool);
        bad[i].row.share_key = bad[i].share_key;
        bad[i].row.key = bad[i].key;
    }
    bad[0].row.owner = NULL;
    bad[1].row.owner = long_owner;
    bad[2].row.share_key = NULL;
    bad[3].row.share_key = long_name;
    bad[4].row.key = NULL;
    bad[5].row.key = long_key;
    bad[6].row.title = long_text;
    bad[7].row.description = lent("\xc3(");
    bad[8].row.trace_id = long_name;
    bad[9].row.failure.message = long_text;
    bad[10].row.bytes = UINT64_MAX;
    bad[11].row.state = PXF_IMAGE_DELETED;
    for (unsigned i = 0; i < BAD_COUNT; i++) {
        assert_fails(WRITE(fox_image_add_in(tx(c), &bad[i].row, &twin, &err)), PXF_INVALID);
    }
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM image"), 0);
}

static void an_image_is_found_by_its_share_key(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(2);
    AUTO(fox_image_row) read = {0};
    struct fox_image_row none;

    add_image(c, 1, "ada", &pool);
    add_image(c, 2, "bob", &pool);
    assert_ok(READ(fox_image_find_shared_in(tx(c), "share00000000002", &read, &err)));
    assert_true(fox_id_equals(&read.id, &id));
    assert_fails(READ(fox_image_find_shared_in(tx(c), "SHARE00000000002", &none, &err)),
                 PXF_NOT_FOUND);
    assert_fails(READ(fox_image_find_shared_in(tx(c), "share00000000002 ", &none, &err)),
                 PXF_NOT_FOUND);
    assert_ok(WRITE(fox_image_hide_in(tx(c), &id, 9, &err)));
    assert_fails(READ(fox_image_find_shared_in(tx(c), "share00000000002", &none, &err)),
                 PXF_NOT_FOUND);
}

/* Many callers put the same picture at the same time. */
enum { THREADS = 20 };

struct putter {
    struct fox_sql *db;
    pthread_barrier_t *start;
    struct picture picture;
    struct fox_id twin;
    pxf_status status;
};

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct putter *putter = ctx;

    return fox_image_add_in(tx, &putter->picture.row, &putter->twin, err);
}

static void *put(void *ctx)
{
    struct putter *putter = ctx;
    pxf_error err = {0};

    (void)pthread_barrier_wait(putter->start);
    putter->status = fox_sql_write(putter->db, FOX_DURABLE, add_in, putter, &err);
    return NULL;
}

static void of_twenty_putters_one_adds_and_the_others_get_its_id(void **state)
{
    struct catalog *c = *state;
    struct putter *putters = calloc(THREADS, sizeof *putters);
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    unsigned winner = THREADS;

    assert_non_null(putters);
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        putters[i].db = catalog_db(c);
        putters[i].start = &start;
        picture_set(&putters[i].picture, i, "ada", &pool);
        memset(putters[i].picture.row.sha256, 'x', FOX_HASH_BYTES);
        assert_int_equal(pthread_create(&threads[i], NULL, put, &putters[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        if (putters[i].status == PXF_OK) {
            assert_int_equal(winner, THREADS);
            winner = i;
        }
    }
    assert_true(winner < THREADS);
    for (unsigned i = 0; i < THREADS; i++) {
        if (i != winner) {
            assert_int_equal(putters[i].status, PXF_EXISTS);
            assert_true(fox_id_equals(&putters[i].twin, &putters[winner].picture.row.id));
        }
    }
    assert_int_equal(catalog_number(catalog_db(c), "SELECT COUNT(*) AS n FROM image"), 1);
    (void)pthread_barrier_destroy(&start);
    free(putters);
}

CATALOG_SUITE(image, cmocka_unit_test(an_image_is_read_as_it_was_added),
              cmocka_unit_test(what_an_image_has_not_stays_null),
              cmocka_unit_test(texts_of_many_letters_are_kept_whole),
              cmocka_unit_test(an_owner_has_the_same_bytes_once),
              cmocka_unit_test(other_owners_may_have_the_same_bytes),
              cmocka_unit_test(a_hidden_image_is_no_twin),
              cmocka_unit_test(an_id_a_share_key_or_a_place_is_one_images),
              cmocka_unit_test(what_no_image_can_be_is_invalid),
              cmocka_unit_test(an_image_is_found_by_its_share_key),
              cmocka_unit_test(of_twenty_putters_one_adds_and_the_others_get_its_id))
