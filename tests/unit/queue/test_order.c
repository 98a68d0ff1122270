/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/order.h"

#include <stdbool.h>
#include <stdlib.h>

#include "support/suite.h"

/* A thing with its place in an order. */
struct item {
    int number;
    bool is_in;
    struct fox_order_node node;
};

enum { ITEM_COUNT = 500, DEPTH_LIMIT = 60 };

static int compare(const void *one, const void *other)
{
    return ((const struct item *)one)->number - ((const struct item *)other)->number;
}

static struct item *new_items(void)
{
    struct item *items = calloc(ITEM_COUNT, sizeof *items);

    assert_non_null(items);
    for (int i = 0; i < ITEM_COUNT; i++) {
        items[i].number = 2 * i;
    }
    return items;
}

/* Numbers from one end to the other, or back. */
static void expect_all(const struct fox_order *order, const struct item *items)
{
    const struct item *item = fox_order_from(order, &(struct item){.number = -1});
    const struct item *last = fox_order_before(order, &(struct item){.number = 2 * ITEM_COUNT});
    size_t count = 0;

    for (int i = 0; i < ITEM_COUNT; i++) {
        if (items[i].is_in) {
            assert_ptr_equal(item, &items[i]);
            item = fox_order_from(order, &(struct item){.number = items[i].number + 1});
            count++;
        }
    }
    assert_null(item);
    for (int i = ITEM_COUNT - 1; i >= 0; i--) {
        if (items[i].is_in) {
            assert_ptr_equal(last, &items[i]);
            last = fox_order_before(order, &items[i]);
        }
    }
    assert_null(last);
    assert_int_equal(order->count, count);
}

static int depth_of(const struct fox_order_node *node)
{
    int left, right;

    if (!node) {
        return 0;
    }
    left = depth_of(node->left);
    right = depth_of(node->right);
    return 1 + (left > right ? left : right);
}

static void an_empty_order_has_nothing(void **state)
{
    const struct fox_order order = {.compare = compare};
    const struct item probe = {.number = 1};

    (void)state;
    assert_null(fox_order_from(&order, &probe));
    assert_null(fox_order_before(&order, &probe));
}

static void what_is_added_stands_in_order(void **state)
{
    struct fox_order order = {.compare = compare};
    struct item *items = new_items();

    (void)state;
    for (int i = 0; i < ITEM_COUNT; i++) {
        struct item *item = &items[(i * 7) % ITEM_COUNT];

        fox_order_add(&order, &item->node, item);
        item->is_in = true;
    }
    expect_all(&order, items);
    free(items);
}

static void adding_in_order_makes_no_list(void **state)
{
    struct fox_order order = {.compare = compare};
    struct item *items = new_items();

    (void)state;
    for (int i = 0; i < ITEM_COUNT; i++) {
        fox_order_add(&order, &items[i].node, &items[i]);
    }
    assert_in_range(depth_of(order.root), 9, DEPTH_LIMIT);
    free(items);
}

static void things_come_and_go(void **state)
{
    struct fox_order order = {.compare = compare};
    struct item *items = new_items();
    unsigned seed = 1;

    (void)state;
    for (int round = 0; round < 20 * ITEM_COUNT; round++) {
        struct item *item = &items[rand_r(&seed) % ITEM_COUNT];

        if (item->is_in) {
            fox_order_remove(&order, item);
        } else {
            fox_order_add(&order, &item->node, item);
        }
        item->is_in = !item->is_in;
        if (round % 500 == 0) {
            expect_all(&order, items);
        }
    }
    expect_all(&order, items);
    free(items);
}

static void removing_what_is_not_there_is_no_error(void **state)
{
    struct fox_order order = {.compare = compare};
    struct item one = {.number = 1}, same = {.number = 1}, other = {.number = 2};

    (void)state;
    fox_order_remove(&order, &one);
    fox_order_add(&order, &one.node, &one);
    fox_order_remove(&order, &same);
    fox_order_remove(&order, &other);
    assert_int_equal(order.count, 1);
    assert_ptr_equal(fox_order_from(&order, &same), &one);
}

SUITE(order, cmocka_unit_test(an_empty_order_has_nothing),
      cmocka_unit_test(what_is_added_stands_in_order),
      cmocka_unit_test(adding_in_order_makes_no_list), cmocka_unit_test(things_come_and_go),
      cmocka_unit_test(removing_what_is_not_there_is_no_error))
