/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/order.h"

/* Sebastiano Vigna's SplitMix64 (2015): weights need to be spread, not secret. */
static uint64_t next_weight(struct fox_order *order)
{
    uint64_t mix = order->seed += UINT64_C(0x9e3779b97f4a7c15);

    mix = (mix ^ mix >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mix = (mix ^ mix >> 27) * UINT64_C(0x94d049bb133111eb);
    return mix ^ mix >> 31;
}

/* Parts a tree into what stands before `thing` and what does not. */
static void split(const struct fox_order *order, struct fox_order_node *tree, const void *thing,
                  struct fox_order_node **left, struct fox_order_node **right)
{
    while (tree) {
        if (order->compare(tree->thing, thing) < 0) {
            *left = tree;
            left = &tree->right;
            tree = tree->right;
        } else {
            *right = tree;
            right = &tree->left;
            tree = tree->left;
        }
    }
    *left = NULL;
    *right = NULL;
}

/* Joins two trees, all of `left` standing before all of `right`, at `*at`. */
static void join(struct fox_order_node *left, struct fox_order_node *right,
                 struct fox_order_node **at)
{
    while (left && right) {
        if (left->weight > right->weight) {
            *at = left;
            at = &left->right;
            left = left->right;
        } else {
            *at = right;
            at = &right->left;
            right = right->left;
        }
    }
    *at = left ? left : right;
}

void fox_order_add(struct fox_order *order, struct fox_order_node *node, void *thing)
{
    struct fox_order_node **at = &order->root;

    *node = (struct fox_order_node){.weight = next_weight(order), .thing = thing};
    while (*at && (*at)->weight > node->weight) {
        at = order->compare((*at)->thing, thing) < 0 ? &(*at)->right : &(*at)->left;
    }
    split(order, *at, thing, &node->left, &node->right);
    *at = node;
    order->count++;
}

void fox_order_remove(struct fox_order *order, const void *thing)
{
    struct fox_order_node **at = &order->root;

    while (*at && (*at)->thing != thing) {
        at = order->compare((*at)->thing, thing) < 0 ? &(*at)->right : &(*at)->left;
    }
    if (*at) {
        join((*at)->left, (*at)->right, at);
        order->count--;
    }
}

void *fox_order_from(const struct fox_order *order, const void *probe)
{
    struct fox_order_node *node = order->root;
    void *found = NULL;

    while (node) {
        if (order->compare(node->thing, probe) < 0) {
            node = node->right;
        } else {
            found = node->thing;
            node = node->left;
        }
    }
    return found;
}

void *fox_order_before(const struct fox_order *order, const void *probe)
{
    struct fox_order_node *node = order->root;
    void *found = NULL;

    while (node) {
        if (order->compare(node->thing, probe) < 0) {
            found = node->thing;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return found;
}
