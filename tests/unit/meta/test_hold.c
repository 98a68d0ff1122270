/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <pthread.h>
#include <string.h>

#include "meta/owner.h"

static const struct fox_id pool = {{0x01, 0x98, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

/* What pool and owner hold, the same number in both. */
static uint64_t held(struct catalog *c)
{
    struct fox_owner_usage usage;
    AUTO(fox_pool_row) row = {0};
    pxf_error err = {0};

    assert_ok(READ(fox_pool_get_in(tx(c), &pool, &row, &err)));
    assert_ok(READ(fox_owner_get_in(tx(c), "ada", &usage, &err)));
    assert_int_equal(row.held_bytes, usage.held_bytes);
    return row.held_bytes;
}

static void add_hold(struct catalog *c, unsigned n, uint64_t bytes, int64_t expires_ms)
{
    struct place place;
    pxf_error err = {0};

    place_set(&place, n, &pool, bytes);
    place.row.expires_ms = expires_ms;
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
}

static void a_hold_is_read_as_it_was_added(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct place place;
    AUTO(fox_hold_row) read = {0};

    add_pool(c, 1, "local", 100);
    place_set(&place, 7, &pool, 40);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    assert_ok(READ(fox_hold_get_in(tx(c), &place.row.id, &read, &err)));
    assert_true(fox_id_equals(&read.image_id, &place.row.image_id));
    assert_true(fox_id_equals(&read.pool_id, &pool));
    assert_true(fox_id_equals(&read.holder, &place.row.holder));
    assert_string_equal(read.owner, "ada");
    assert_string_equal(read.key, place.key);
    assert_string_equal(read.temporary_key, place.temporary_key);
    assert_int_equal(read.bytes, 40);
    assert_int_equal(read.expires_ms, 5000);
    assert_int_equal(held(c), 40);
}

static void a_hold_for_variants_has_no_keys_and_no_end(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id none = {{0}};
    struct place place;
    AUTO(fox_hold_list) list = {0};
    AUTO(fox_hold_row) read = {0};

    add_pool(c, 1, "local", 100);
    for (unsigned n = 1; n <= 2; n++) { /* NULL keys are no doubles */
        place_set(&place, n, &pool, 40);
        place.row.key = NULL;
        place.row.temporary_key = NULL;
        place.row.holder = (struct fox_id){0};
        place.row.expires_ms = 0;
        assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    }
    assert_ok(READ(fox_hold_get_in(tx(c), &place.row.id, &read, &err)));
    assert_null(read.key);
    assert_null(read.temporary_key);
    assert_true(fox_id_is_zero(&read.holder));
    assert_ok(READ(fox_hold_list_ending_in(tx(c), &none, 10, &list, &err)));
    assert_int_equal(list.count, 0);
    assert_fails(WRITE(fox_hold_remove_expired_in(tx(c), &place.row.id, INT64_MAX, &err)),
                 PXF_CONFLICT);
}

static void a_full_pool_or_owner_leaves_everything_as_it_was(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct place place;

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 60, 5000);
    place_set(&place, 2, &pool, 41);
    assert_int_equal(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)), PXF_FULL);
    assert_non_null(strstr(err.message, "pool 'local'"));
    fox_fail_clear(&err);
    place.row.bytes = 40;
    assert_int_equal(WRITE(fox_hold_add_in(tx(c), &place.row, 99, &err)), PXF_FULL);
    assert_non_null(strstr(err.message, "owner 'ada'"));
    fox_fail_clear(&err);
    assert_int_equal(held(c), 60);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 100, &err)));
    assert_int_equal(held(c), 100);
}

/* After FULL, the next pool in the same operation. */
static pxf_status take_first_with_room(struct fox_sql_tx *tx, struct place *place, pxf_error *err)
{
    for (unsigned n = 1; n <= 2; n++) {
        pxf_error cause = {0};

        place->row.pool_id = catalog_id(n);
        if (fox_hold_add_in(tx, &place->row, 50, &cause) != PXF_FULL) {
            *err = cause;
            return (pxf_status)cause.status;
        }
    }
    return fox_fail(err, PXF_FULL, "no pool has room");
}

static void the_next_pool_is_tried_in_the_same_operation(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct fox_owner_usage usage;
    struct place place;

    add_pool(c, 1, "small", 10);
    add_pool(c, 2, "large", 100);
    place_set(&place, 1, &pool, 40);
    assert_ok(WRITE(take_first_with_room(tx(c), &place, &err)));
    assert_true(place.row.pool_id.bytes[15] == 2);
    assert_ok(READ(fox_owner_get_in(tx(c), "ada", &usage, &err)));
    assert_int_equal(usage.held_bytes, 40);
    place_set(&place, 2, &pool, 11);
    assert_fails(WRITE(take_first_with_room(tx(c), &place, &err)), PXF_FULL);
    assert_ok(READ(fox_owner_get_in(tx(c), "ada", &usage, &err)));
    assert_int_equal(usage.held_bytes, 40);
    assert_int_equal(catalog_number(catalog_db(c), "SELECT SUM(held_bytes) AS n FROM pool"), 40);
}

static void two_holds_never_have_one_id(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct place place;

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 10, 5000);
    place_set(&place, 1, &pool, 10);
    assert_fails(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)), PXF_EXISTS);
    assert_int_equal(held(c), 10);
    place.row.id = catalog_id(2);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
}

static void a_hold_in_a_pool_that_is_not_there_is_not_found(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    struct place place;

    place_set(&place, 1, &pool, 10);
    assert_fails(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)), PXF_NOT_FOUND);
    place.row.owner = NULL;
    assert_fails(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)), PXF_INVALID);
}

static void a_hold_grows_and_shrinks_with_what_is_held(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    AUTO(fox_hold_row) read = {0};

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 10, 5000);
    assert_ok(WRITE(fox_hold_resize_in(tx(c), &id, 90, 90, &err)));
    assert_int_equal(held(c), 90);
    assert_fails(WRITE(fox_hold_resize_in(tx(c), &id, 101, 0, &err)), PXF_FULL);
    assert_fails(WRITE(fox_hold_resize_in(tx(c), &id, 91, 90, &err)), PXF_FULL);
    assert_fails(WRITE(fox_hold_resize_in(tx(c), &id, UINT64_MAX, 0, &err)), PXF_INVALID);
    assert_int_equal(held(c), 90);
    assert_ok(WRITE(fox_hold_resize_in(tx(c), &id, 90, 1, &err)));
    assert_ok(WRITE(fox_hold_resize_in(tx(c), &id, 0, 1, &err)));
    assert_int_equal(held(c), 0);
    assert_ok(READ(fox_hold_get_in(tx(c), &id, &read, &err)));
    assert_int_equal(read.bytes, 0);
}

static struct fox_pool_row pool_row(struct catalog *c)
{
    struct fox_pool_row row = {0};
    pxf_error err = {0};

    assert_ok(READ(fox_pool_get_in(tx(c), &pool, &row, &err)));
    return row;
}

static void room_that_was_held_is_used_and_the_rest_is_kept(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id one = catalog_id(1), two = catalog_id(2);
    AUTO(fox_hold_row) read = {0};
    AUTO(fox_pool_row) now = {0};
    struct fox_owner_usage usage;

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 60, 5000);
    add_hold(c, 2, 40, 5000);
    assert_ok(WRITE(fox_hold_use_in(tx(c), &one, 30, 20, &err)));
    assert_int_equal(held(c), 60);
    assert_ok(READ(fox_hold_get_in(tx(c), &one, &read, &err)));
    assert_int_equal(read.bytes, 20);
    assert_int_equal(read.expires_ms, 0);
    assert_true(fox_id_is_zero(&read.holder));
    assert_null(read.key);
    assert_null(read.temporary_key);
    assert_ok(WRITE(fox_hold_use_in(tx(c), &two, 40, 0, &err))); /* nothing is left of it */
    assert_fails(WRITE(fox_hold_use_in(tx(c), &two, 40, 0, &err)), PXF_LOST);
    assert_int_equal(held(c), 20);
    now = pool_row(c);
    assert_int_equal(now.used_bytes, 70);
    assert_int_equal(now.file_count, 2);
    assert_ok(READ(fox_owner_get_in(tx(c), "ada", &usage, &err)));
    assert_int_equal(usage.used_bytes, 70);
    assert_int_equal(usage.image_count, 2);
}

static void no_more_is_used_than_was_held(void **state)
{
    static const struct {
        uint64_t bytes, later_bytes;
    } cases[] = {{61, 0}, {60, 1}, {0, 61}, {UINT64_MAX, 2}, {2, UINT64_MAX}};
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    AUTO(fox_pool_row) now = {0};

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 60, 5000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_fails(WRITE(fox_hold_use_in(tx(c), &id, cases[i].bytes, cases[i].later_bytes, &err)),
                     PXF_INVALID);
    }
    assert_int_equal(held(c), 60);
    now = pool_row(c);
    assert_int_equal(now.used_bytes, 0);
}

static void what_is_gone_is_lost(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    struct fox_hold_row row;

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 10, 5000);
    assert_ok(WRITE(fox_hold_remove_in(tx(c), &id, &err)));
    assert_int_equal(held(c), 0);
    assert_int_equal(WRITE(fox_hold_remove_in(tx(c), &id, &err)), PXF_LOST);
    assert_non_null(strstr(err.message, "01980000-0000-7000-8000-000000000001"));
    fox_fail_clear(&err);
    assert_fails(WRITE(fox_hold_extend_in(tx(c), &id, 6000, &err)), PXF_LOST);
    assert_fails(WRITE(fox_hold_resize_in(tx(c), &id, 5, 0, &err)), PXF_LOST);
    assert_fails(WRITE(fox_hold_remove_expired_in(tx(c), &id, 6000, &err)), PXF_LOST);
    assert_fails(READ(fox_hold_get_in(tx(c), &id, &row, &err)), PXF_NOT_FOUND);
    assert_int_equal(held(c), 0);
}

static void a_prolonged_hold_is_not_swept(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 10, 3000);
    assert_ok(WRITE(fox_hold_extend_in(tx(c), &id, 9000, &err)));
    assert_ok(WRITE(fox_hold_extend_in(tx(c), &id, 9000, &err))); /* to what it is */
    assert_fails(WRITE(fox_hold_remove_expired_in(tx(c), &id, 9000, &err)), PXF_CONFLICT);
    assert_int_equal(held(c), 10);
    assert_ok(WRITE(fox_hold_remove_expired_in(tx(c), &id, 9001, &err)));
    assert_int_equal(held(c), 0);
}

static void a_hold_that_ended_is_taken_over_under_another_id(void **state)
{
    struct catalog *c = *state;
    const struct fox_hold_claim claim = {
        .id = {{0x01, 0x99, 0x77}}, .holder = {{0x42}}, .expires_ms = 1};
    AUTO(fox_hold_row) row = {0};
    struct place place;
    bool is_named;
    pxf_error err = {0};

    add_pool(c, 1, "local", 1000);
    place_set(&place, 7, &pool, 40);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    assert_fails(WRITE(fox_hold_take_over_in(tx(c), &place.row.id, 5000, &claim, &err)),
                 PXF_CONFLICT);
    assert_ok(WRITE(fox_hold_take_over_in(tx(c), &place.row.id, 5001, &claim, &err)));
    assert_fails(WRITE(fox_hold_extend_in(tx(c), &place.row.id, 9000, &err)), PXF_LOST);
    assert_fails(WRITE(fox_hold_remove_in(tx(c), &place.row.id, &err)), PXF_LOST);
    assert_fails(WRITE(fox_hold_take_over_in(tx(c), &place.row.id, 9000, &claim, &err)), PXF_LOST);
    assert_ok(READ(fox_hold_get_in(tx(c), &claim.id, &row, &err)));
    assert_true(fox_id_equals(&row.holder, &claim.holder));
    assert_int_equal(row.expires_ms, 1);
    assert_string_equal(row.key, place.key);
    assert_ok(READ(fox_hold_names_in(tx(c), &place.row.image_id, &pool, place.temporary_key,
                                     &is_named, &err)));
    assert_true(is_named);
    assert_int_equal(held(c), 40);
    assert_ok(WRITE(fox_hold_remove_in(tx(c), &claim.id, &err)));
    assert_int_equal(held(c), 0);
}

static void holds_that_can_end_are_walked_by_their_ids(void **state)
{
    struct catalog *c = *state;
    struct fox_id after = {{0}};
    size_t count = 0;
    pxf_error err = {0};

    add_pool(c, 1, "local", 1000);
    for (unsigned i = 0; i < 5; i++) {
        add_hold(c, i + 1, 10, i == 2 ? 0 : 5000 - (int64_t)i);
    }
    for (;;) {
        AUTO(fox_hold_list) list = {0};

        assert_ok(READ(fox_hold_list_ending_in(tx(c), &after, 2, &list, &err)));
        if (list.count == 0) {
            break;
        }
        for (size_t i = 0; i < list.count; i++) {
            assert_true(memcmp(&after, &list.rows[i].id, sizeof after) < 0);
            after = list.rows[i].id;
            count++;
        }
    }
    assert_int_equal(count, 4);
}

static void all_holds_of_an_image_go_at_once(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id image_id = catalog_id(50);
    struct place place;

    add_pool(c, 1, "local", 1000);
    for (unsigned n = 1; n <= 5; n++) {
        place_set(&place, n, &pool, n);
        place.row.image_id = n == 3 ? catalog_id(51) : image_id;
        assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    }
    assert_int_equal(held(c), 15);
    assert_ok(WRITE(fox_hold_remove_of_image_in(tx(c), &image_id, &err)));
    assert_int_equal(held(c), 3);
    assert_ok(WRITE(fox_hold_remove_of_image_in(tx(c), &image_id, &err)));
    assert_int_equal(held(c), 3);
}

static void a_temporary_key_has_its_hold_in_its_pool_only(void **state)
{
    const struct {
        unsigned image, pool;
        const char *temporary_key;
        bool is_named;
    } cases[] = {
        {1, 1, ".tmp/1", true},  {1, 1, ".tmp/1 ", false}, {1, 1, ".TMP/1", false},
        {1, 2, ".tmp/1", false}, {2, 1, ".tmp/1", false},  {2, 1, ".tmp/2", false},
    };
    struct catalog *c = *state;
    pxf_error err = {0};

    add_pool(c, 1, "local", 100);
    add_hold(c, 1, 10, 3000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_id image_id = catalog_id(cases[i].image),
                            pool_id = catalog_id(cases[i].pool);
        bool names = !cases[i].is_named;

        assert_ok(READ(
            fox_hold_names_in(tx(c), &image_id, &pool_id, cases[i].temporary_key, &names, &err)));
        assert_int_equal(names, cases[i].is_named);
    }
}

/* Its holder and sweeps let go of one hold at the same time. */
enum { REMOVERS = 6, HOLDS = 15 };

struct remover {
    struct fox_sql *db;
    pthread_barrier_t *start;
    struct fox_id id;
    unsigned removed_count, lost_count;
};

static pxf_status remove_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_hold_remove_in(tx, ctx, err);
}

static void *remove_all(void *ctx)
{
    struct remover *remover = ctx;

    for (unsigned n = 1; n <= HOLDS; n++) {
        pxf_error err = {0};
        pxf_status status;

        remover->id = catalog_id(n);
        (void)pthread_barrier_wait(remover->start);
        status = fox_sql_write(remover->db, FOX_RELAXED, remove_in, &remover->id, &err);
        remover->removed_count += status == PXF_OK;
        remover->lost_count += status == PXF_LOST;
    }
    return NULL;
}

static void of_many_removers_one_gives_the_room_back(void **state)
{
    struct catalog *c = *state;
    struct remover removers[REMOVERS];
    pthread_t threads[REMOVERS];
    pthread_barrier_t start;
    unsigned removed_count = 0, lost_count = 0;

    add_pool(c, 1, "local", 0);
    for (unsigned n = 1; n <= HOLDS; n++) {
        add_hold(c, n, 10, 5000);
    }
    add_hold(c, 100, 1000, 5000); /* room that a second giving back would take from */
    assert_int_equal(pthread_barrier_init(&start, NULL, REMOVERS), 0);
    for (unsigned i = 0; i < REMOVERS; i++) {
        removers[i] = (struct remover){.db = catalog_db(c), .start = &start};
        assert_int_equal(pthread_create(&threads[i], NULL, remove_all, &removers[i]), 0);
    }
    for (unsigned i = 0; i < REMOVERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        removed_count += removers[i].removed_count;
        lost_count += removers[i].lost_count;
    }
    (void)pthread_barrier_destroy(&start);
    assert_int_equal(removed_count, HOLDS);
    assert_int_equal(lost_count, HOLDS * (REMOVERS - 1));
    assert_int_equal(held(c), 1000);
}

CATALOG_SUITE(hold, cmocka_unit_test(a_hold_is_read_as_it_was_added),
              cmocka_unit_test(a_hold_for_variants_has_no_keys_and_no_end),
              cmocka_unit_test(a_full_pool_or_owner_leaves_everything_as_it_was),
              cmocka_unit_test(the_next_pool_is_tried_in_the_same_operation),
              cmocka_unit_test(two_holds_never_have_one_id),
              cmocka_unit_test(a_hold_in_a_pool_that_is_not_there_is_not_found),
              cmocka_unit_test(a_hold_grows_and_shrinks_with_what_is_held),
              cmocka_unit_test(what_is_gone_is_lost),
              cmocka_unit_test(room_that_was_held_is_used_and_the_rest_is_kept),
              cmocka_unit_test(no_more_is_used_than_was_held),
              cmocka_unit_test(a_prolonged_hold_is_not_swept),
              cmocka_unit_test(a_hold_that_ended_is_taken_over_under_another_id),
              cmocka_unit_test(holds_that_can_end_are_walked_by_their_ids),
              cmocka_unit_test(all_holds_of_an_image_go_at_once),
              cmocka_unit_test(a_temporary_key_has_its_hold_in_its_pool_only),
              cmocka_unit_test(of_many_removers_one_gives_the_room_back))
