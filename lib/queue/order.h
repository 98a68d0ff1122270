/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_QUEUE_ORDER_H
#define FOX_QUEUE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Things kept in order, found in logarithmic time: a treap (Aragon and Seidel, 1989) whose nodes
 * lie in the things themselves, so that adding never fails. Its own. */

struct fox_order_node {
    struct fox_order_node *left, *right;
    uint64_t weight;
    void *thing;
};

/* Below, at or above 0, as strcmp. No two things of an order compare equal. */
typedef int (*fox_order_fn)(const void *one, const void *other);

struct fox_order {
    fox_order_fn compare;
    struct fox_order_node *root;
    size_t count;
    uint64_t seed; /* of the weights */
};

/* `node` lies in `thing` and stays there until it is removed; its content is of no matter. */
void fox_order_add(struct fox_order *order, struct fox_order_node *node, void *thing);

/* What the thing is ordered by has not changed since it was added. */
void fox_order_remove(struct fox_order *order, const void *thing);

/* The first thing that does not stand before `probe`, and the last that does; or NULL. */
void *fox_order_from(const struct fox_order *order, const void *probe);
void *fox_order_before(const struct fox_order *order, const void *probe);

#endif
