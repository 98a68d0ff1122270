/* SPDX-License-Identifier: Apache-2.0 */
#include "pools.h"

#include <stdio.h>
#include <string.h>

struct fox_pool_view pool_named(const char *name)
{
    return (struct fox_pool_view){
        .name = name,
        .node = "",
        .region = "",
        .tier = PXF_TIER_HOT,
        .state = PXF_POOL_ACTIVE,
        .type = PXF_POOL_LOCAL,
        .priority = 100,
        .weight = 1,
        .max_bytes = 100 * GIB,
        .disk_bytes = 200 * GIB,
        .disk_free_bytes = 200 * GIB,
        .disk_free_inodes = 1000000,
        .is_healthy = true,
        .is_reachable = true,
    };
}

void name_pools(struct fox_pool_view *views, size_t count)
{
    static char names[1000][8];

    for (size_t i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof names[i], "p%03zu", i % 1000);
        views[i] = pool_named(names[i]);
    }
}

struct fox_pick_request common_request(void)
{
    return (struct fox_pick_request){
        .bytes = GIB,
        .file_count = 9,
        .node = "s01",
        .region = "",
        .policy = PXF_PICK_LEAST_USED,
    };
}

const char *order_of(const struct fox_pool_view *views, size_t count,
                     const struct fox_pick_request *wanted)
{
    static char text[512];
    size_t order[FOX_PICK_LIMIT], order_count = 99;

    fox_pick_order(views, count, wanted, order, &order_count);
    text[0] = '\0';
    for (size_t i = 0; i < order_count; i++) {
        (void)strcat(strcat(text, i > 0 ? " " : ""), views[order[i]].name);
    }
    return text;
}
