/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "meta/owner.h"

static struct fox_pool_row read_pool(struct catalog *c, unsigned n)
{
    const struct fox_id id = catalog_id(n);
    struct fox_pool_row row = {0}, numbers;
    pxf_error err = {0};

    assert_ok(READ(fox_pool_get_in(tx(c), &id, &row, &err)));
    numbers = row;
    fox_pool_row_let_go(&row);
    return numbers;
}

static void a_hold_takes_room_and_an_unhold_gives_it_back(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_pool(c, 1, "local", 100);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, 60, &err)));
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, 40, &err)));
    assert_int_equal(read_pool(c, 1).held_bytes, 100);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, 0, &err)));
    assert_ok(WRITE(fox_pool_unhold_in(tx(c), &id, 100, &err)));
    assert_int_equal(read_pool(c, 1).held_bytes, 0);
}

static void what_is_used_leaves_no_room_to_hold(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_pool(c, 1, "local", 100);
    assert_ok(WRITE(fox_pool_use_in(tx(c), &id, 70, 3, &err)));
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, 20, &err)));
    assert_int_equal(WRITE(fox_pool_hold_in(tx(c), &id, 11, &err)), PXF_FULL);
    assert_string_equal(err.message, "the pool 'local' has 70 of 100 bytes used and 20 held: no "
                                     "room for 11");
    fox_fail_clear(&err);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, 10, &err)));
    assert_int_equal(read_pool(c, 1).used_bytes, 70);
    assert_int_equal(read_pool(c, 1).held_bytes, 30);
    assert_int_equal(read_pool(c, 1).file_count, 3);
}

static void nothing_of_a_pool_becomes_negative(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_pool(c, 1, "local", 100);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, 10, &err)));
    assert_ok(WRITE(fox_pool_use_in(tx(c), &id, 10, 1, &err)));
    assert_fails(WRITE(fox_pool_unhold_in(tx(c), &id, 11, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_pool_use_in(tx(c), &id, -11, 0, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_pool_use_in(tx(c), &id, 0, -2, &err)), PXF_INTERNAL);
    assert_fails(WRITE(fox_pool_use_in(tx(c), &id, INT64_MIN, 0, &err)), PXF_INTERNAL);
    assert_int_equal(read_pool(c, 1).held_bytes, 10);
    assert_int_equal(read_pool(c, 1).used_bytes, 10);
    assert_int_equal(read_pool(c, 1).file_count, 1);
    assert_ok(WRITE(fox_pool_use_in(tx(c), &id, -10, -1, &err)));
    assert_int_equal(read_pool(c, 1).used_bytes, 0);
}

static void no_sum_of_a_pool_without_a_maximum_runs_over(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);

    add_pool(c, 1, "local", 0);
    assert_ok(WRITE(fox_pool_hold_in(tx(c), &id, INT64_MAX - 5, &err)));
    assert_fails(WRITE(fox_pool_hold_in(tx(c), &id, 6, &err)), PXF_FULL);
    assert_fails(WRITE(fox_pool_hold_in(tx(c), &id, INT64_MAX, &err)), PXF_FULL);
    assert_fails(WRITE(fox_pool_use_in(tx(c), &id, 6, 0, &err)), PXF_INTERNAL);
    assert_ok(WRITE(fox_pool_use_in(tx(c), &id, 5, 0, &err)));
    assert_fails(WRITE(fox_pool_hold_in(tx(c), &id, UINT64_MAX, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_pool_unhold_in(tx(c), &id, UINT64_MAX, &err)), PXF_INVALID);
    assert_int_equal(read_pool(c, 1).held_bytes, INT64_MAX - 5);
    assert_int_equal(read_pool(c, 1).used_bytes, 5);
}

static void the_count_of_a_pool_is_that_of_its_rows(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1), other = catalog_id(2);
    const struct fox_variant_row here = a_variant(1, "webp", "variants/1.webp", &id);
    const struct fox_variant_row there = a_variant(1, "avif", "variants/1.avif", &other);
    struct fox_variant_row skipped = a_variant(1, "thumbnail_small_original", NULL, &id);
    struct fox_usage usage;
    struct place place;
    int64_t count;

    skipped.bytes = 0;
    skipped.skip = FOX_SKIP_SAME_FORMAT;
    add_pool(c, 1, "local", 1000);
    add_pool(c, 2, "other", 1000);
    assert_ok(READ(fox_pool_count_in(tx(c), &id, &usage, &err)));
    assert_int_equal(usage.used_bytes + usage.held_bytes, 0);
    add_image(c, 1, "ada", &id);
    add_image(c, 2, "bob", &id);
    add_image(c, 3, "bob", &other);
    assert_ok(WRITE(fox_variant_put_in(tx(c), &here, &err)));
    assert_ok(WRITE(fox_variant_put_in(tx(c), &there, &err)));
    assert_ok(WRITE(fox_variant_put_in(tx(c), &skipped, &err)));
    place_set(&place, 4, &id, 25);
    assert_ok(WRITE(fox_hold_add_in(tx(c), &place.row, 0, &err)));
    assert_ok(READ(fox_pool_count_in(tx(c), &id, &usage, &err)));
    assert_int_equal(usage.used_bytes, 210);
    assert_int_equal(usage.held_bytes, 25);
    assert_int_equal(usage.file_count, 3);
    assert_ok(READ(fox_pool_image_count_in(tx(c), &id, &count, &err)));
    assert_int_equal(count, 2);
}

static void a_correction_makes_a_pool_what_was_counted(void **state)
{
    struct catalog *c = *state;
    pxf_error err = {0};
    const struct fox_id id = catalog_id(1);
    const struct fox_usage usage = {.used_bytes = 3, .held_bytes = 2, .file_count = 1};

    add_pool(c, 1, "local", 100);
    assert_ok(WRITE(fox_pool_lock_in(tx(c), &id, &err)));
    assert_ok(WRITE(fox_pool_correct_in(tx(c), &id, &usage, &err)));
    assert_ok(WRITE(fox_pool_correct_in(tx(c), &id, &usage, &err)));
    assert_int_equal(read_pool(c, 1).used_bytes, 3);
    assert_int_equal(read_pool(c, 1).held_bytes, 2);
    assert_int_equal(read_pool(c, 1).file_count, 1);
    assert_int_equal(read_pool(c, 1).version, 1);
}

/* Threads that add and remove holds of any size. */
enum { THREADS = 8, ROUNDS = 40, KEPT = 6, POOL_BYTES = 2000, OWNER_BYTES = 1500 };

struct holder {
    struct fox_sql *db;
    unsigned number, full_count;
    uint64_t seed;
    struct place places[KEPT];
    bool is_held[KEPT];
    pxf_error err;
};

static uint64_t draw(struct holder *holder)
{
    holder->seed = holder->seed * 6364136223846793005U + 1442695040888963407U;
    return holder->seed >> 33;
}

static pxf_status add_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct place *place = ctx;

    return fox_hold_add_in(tx, &place->row, OWNER_BYTES, err);
}

static pxf_status resize_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct place *place = ctx;

    return fox_hold_resize_in(tx, &place->row.id, place->row.bytes, OWNER_BYTES, err);
}

static pxf_status remove_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct place *place = ctx;

    return fox_hold_remove_in(tx, &place->row.id, err);
}

/* That a pool or an owner is full is expected; anything else ends the thread. */
static bool does(struct holder *holder, fox_sql_fn fn, void *ctx)
{
    const pxf_status status = fox_sql_write(holder->db, FOX_RELAXED, fn, ctx, &holder->err);

    if (status == PXF_FULL) {
        holder->full_count++;
        fox_fail_clear(&holder->err);
    }
    return status == PXF_OK;
}

static void take_turn(struct holder *holder, unsigned slot)
{
    const struct fox_id pool = catalog_id(1);
    struct place *place = &holder->places[slot];

    if (!holder->is_held[slot]) {
        place_set(place, 1000 + holder->number * KEPT + slot, &pool, draw(holder) % 400);
        holder->is_held[slot] = does(holder, add_in, place);
        return;
    }
    if (draw(holder) % 2 == 0) {
        place->row.bytes = draw(holder) % 400;
        (void)does(holder, resize_in, place);
        return;
    }
    holder->is_held[slot] = !does(holder, remove_in, place);
}

static void *hold_and_let_go(void *ctx)
{
    struct holder *holder = ctx;

    for (unsigned i = 0; i < ROUNDS && holder->err.status == PXF_OK; i++) {
        take_turn(holder, (unsigned)(draw(holder) % KEPT));
    }
    return NULL;
}

/* Runs them all to their end; tells how often there was no room. */
static unsigned run_holders(struct catalog *c)
{
    struct holder *holders = calloc(THREADS, sizeof *holders);
    pthread_t threads[THREADS];
    unsigned full_count = 0;

    assert_non_null(holders);
    for (unsigned i = 0; i < THREADS; i++) {
        holders[i] = (struct holder){.db = catalog_db(c), .number = i, .seed = 77 + i};
        assert_int_equal(pthread_create(&threads[i], NULL, hold_and_let_go, &holders[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_string_equal(holders[i].err.message, "");
        full_count += holders[i].full_count;
    }
    free(holders);
    return full_count;
}

/* What pool and owner hold is what a count gives, and no more than they may. */
static void assert_rows_agree(struct catalog *c)
{
    const struct fox_id id = catalog_id(1);
    struct fox_owner_usage owner, owner_count;
    struct fox_usage usage;
    pxf_error err = {0};

    assert_ok(READ(fox_pool_count_in(tx(c), &id, &usage, &err)));
    assert_int_equal(read_pool(c, 1).held_bytes, usage.held_bytes);
    assert_true(usage.held_bytes <= POOL_BYTES);
    assert_ok(READ(fox_owner_get_in(tx(c), "ada", &owner, &err)));
    assert_ok(READ(fox_owner_count_in(tx(c), "ada", &owner_count, &err)));
    assert_int_equal(owner.held_bytes, owner_count.held_bytes);
    assert_true(owner.held_bytes <= OWNER_BYTES);
}

static void holds_of_many_threads_never_pass_a_maximum(void **state)
{
    struct catalog *c = *state;

    add_pool(c, 1, "local", POOL_BYTES);
    assert_true(run_holders(c) > 0);
    assert_rows_agree(c);
}

/* An audit that goes on while holds come and go must leave what the rows say. */
struct auditor {
    struct fox_sql *db;
    atomic_bool is_over;
    unsigned count;
    pxf_error err;
};

static pxf_status audit_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_id id = catalog_id(1);
    struct fox_owner_usage owner;
    struct fox_usage usage;

    (void)ctx;
    TRY(fox_pool_lock_in(tx, &id, err));
    TRY(fox_pool_count_in(tx, &id, &usage, err));
    TRY(fox_pool_correct_in(tx, &id, &usage, err));
    TRY(fox_owner_lock_in(tx, "ada", err));
    TRY(fox_owner_count_in(tx, "ada", &owner, err));
    if (usage.held_bytes > POOL_BYTES || owner.held_bytes > OWNER_BYTES) {
        return fox_fail(err, PXF_INTERNAL, "more is held than there may be");
    }
    return fox_owner_correct_in(tx, "ada", &owner, err);
}

static void *audit(void *ctx)
{
    struct auditor *auditor = ctx;

    while (!atomic_load(&auditor->is_over) && auditor->err.status == PXF_OK) {
        (void)fox_sql_write(auditor->db, FOX_RELAXED, audit_in, NULL, &auditor->err);
        auditor->count++;
    }
    return NULL;
}

static void an_audit_among_them_loses_nothing(void **state)
{
    struct catalog *c = *state;
    struct auditor auditor = {.db = catalog_db(c)};
    pthread_t thread;

    add_pool(c, 1, "local", POOL_BYTES);
    assert_int_equal(pthread_create(&thread, NULL, audit, &auditor), 0);
    run_holders(c);
    atomic_store(&auditor.is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_string_equal(auditor.err.message, "");
    assert_true(auditor.count > 0);
    assert_rows_agree(c);
}

/* One adds holds, one removes the pool: whoever comes first, no hold is left in no pool. */
static pxf_status remove_pool_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    return fox_pool_remove_in(tx, ctx, err);
}

static void *hold_once(void *ctx)
{
    struct holder *holder = ctx;

    (void)does(holder, add_in, &holder->places[0]);
    return NULL;
}

static void a_pool_is_never_removed_from_under_a_hold(void **state)
{
    struct catalog *c = *state;
    const struct fox_id pool = catalog_id(1);
    struct holder holder = {.db = catalog_db(c)};

    for (unsigned i = 0; i < 25; i++) {
        struct fox_id id = pool;
        pxf_error err = {0};
        pxf_status removed;
        pthread_t thread;

        add_pool(c, 1, "local", 0);
        place_set(&holder.places[0], 1, &pool, 10);
        fox_fail_clear(&holder.err);
        assert_int_equal(pthread_create(&thread, NULL, hold_once, &holder), 0);
        removed = fox_sql_write(catalog_db(c), FOX_RELAXED, remove_pool_in, &id, &err);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(removed, holder.err.status == PXF_OK ? PXF_CONFLICT : PXF_OK);
        assert_true(holder.err.status == PXF_OK || holder.err.status == PXF_NOT_FOUND);
        assert_int_equal(catalog_number(catalog_db(c),
                                        "SELECT COUNT(*) AS n FROM hold"
                                        " WHERE pool_id NOT IN (SELECT id FROM pool)"),
                         0);
        catalog_run_text(catalog_db(c), "DELETE FROM hold");
        catalog_run_text(catalog_db(c), "DELETE FROM pool");
    }
}

CATALOG_SUITE(room, cmocka_unit_test(a_hold_takes_room_and_an_unhold_gives_it_back),
              cmocka_unit_test(what_is_used_leaves_no_room_to_hold),
              cmocka_unit_test(nothing_of_a_pool_becomes_negative),
              cmocka_unit_test(no_sum_of_a_pool_without_a_maximum_runs_over),
              cmocka_unit_test(the_count_of_a_pool_is_that_of_its_rows),
              cmocka_unit_test(a_correction_makes_a_pool_what_was_counted),
              cmocka_unit_test(holds_of_many_threads_never_pass_a_maximum),
              cmocka_unit_test(an_audit_among_them_loses_nothing),
              cmocka_unit_test(a_pool_is_never_removed_from_under_a_hold))
