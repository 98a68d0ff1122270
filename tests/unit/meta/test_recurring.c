/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/catalog.h"

#include <pthread.h>
#include <string.h>

#include "meta/recurring.h"

static bool take(struct catalog *c, const char *name, int64_t slot_ms)
{
    bool taken = false;
    pxf_error err = {0};

    assert_ok(WRITE(fox_recurring_take_in(tx(c), name, slot_ms, &taken, &err)));
    return taken;
}

static void a_slot_is_taken_once(void **state)
{
    struct catalog *c = *state;

    assert_true(take(c, "sweep", 1000));
    assert_false(take(c, "sweep", 1000));
    assert_true(take(c, "sweep", 2000));
    assert_false(take(c, "sweep", 2000));
}

static void a_slot_before_the_last_is_not_taken(void **state)
{
    struct catalog *c = *state;

    assert_true(take(c, "sweep", 5000));
    assert_false(take(c, "sweep", 4000));
    assert_true(take(c, "sweep", 60000)); /* one catch-up, however many were missed */
    assert_false(take(c, "sweep", 59000));
}

static void each_name_has_slots_of_its_own(void **state)
{
    struct catalog *c = *state;

    assert_true(take(c, "sweep", 1000));
    assert_true(take(c, "Sweep", 1000));
    assert_true(take(c, "sweep ", 1000));
    assert_true(take(c, "", 1000));
}

static void a_name_that_no_row_holds_is_invalid(void **state)
{
    static char long_name[257];
    struct catalog *c = *state;
    pxf_error err = {0};
    bool taken = true;

    memset(long_name, 'n', sizeof long_name - 1);
    assert_fails(WRITE(fox_recurring_take_in(tx(c), long_name, 1, &taken, &err)), PXF_INVALID);
    assert_fails(WRITE(fox_recurring_take_in(tx(c), NULL, 1, &taken, &err)), PXF_INVALID);
    assert_true(taken);
}

/* Nodes that ask for the same slots. */
enum { NODES = 8, SLOTS = 10 };

struct node {
    struct fox_sql *db;
    int64_t slot_ms;
    bool was_taken;
    unsigned taken_count;
    pxf_error err;
};

static pxf_status take_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct node *node = ctx;

    return fox_recurring_take_in(tx, "sweep", node->slot_ms, &node->was_taken, err);
}

static void *take_slots(void *ctx)
{
    struct node *node = ctx;

    for (int64_t slot = 1; slot <= SLOTS && node->err.status == PXF_OK; slot++) {
        node->slot_ms = slot * 1000;
        if (fox_sql_write(node->db, FOX_RELAXED, take_in, node, &node->err) == PXF_OK) {
            node->taken_count += node->was_taken;
        }
    }
    return NULL;
}

static void of_many_nodes_one_takes_each_slot(void **state)
{
    struct catalog *c = *state;
    struct node nodes[NODES];
    pthread_t threads[NODES];
    unsigned taken_count = 0;

    for (size_t i = 0; i < NODES; i++) {
        nodes[i] = (struct node){.db = catalog_db(c)};
        assert_int_equal(pthread_create(&threads[i], NULL, take_slots, &nodes[i]), 0);
    }
    for (size_t i = 0; i < NODES; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_string_equal(nodes[i].err.message, "");
        taken_count += nodes[i].taken_count;
    }
    /* A slot may be passed over by a faster node's later one, never taken twice. */
    assert_true(taken_count >= 1 && taken_count <= SLOTS);
    assert_false(take(c, "sweep", SLOTS * 1000));
}

CATALOG_SUITE(recurring, cmocka_unit_test(a_slot_is_taken_once),
              cmocka_unit_test(a_slot_before_the_last_is_not_taken),
              cmocka_unit_test(each_name_has_slots_of_its_own),
              cmocka_unit_test(a_name_that_no_row_holds_is_invalid),
              cmocka_unit_test(of_many_nodes_one_takes_each_slot))
