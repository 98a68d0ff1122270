/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_ROOM_H
#define FOX_FLOW_ROOM_H

#include "flow/flow.h"
#include "meta/hold.h"

/* Room in a pool, taken before anything is written: a row that is also the intent. */
struct fox_room {
    struct fox_id hold_id, pool_id;
    struct fox_blob *blob;
    uint64_t bytes;
    int64_t expires_ms; /* 0: never */
};

enum { FOX_ROOM_TRY_LIMIT = FOX_PICK_LIMIT };

/* What room is wanted for. */
struct fox_room_request {
    struct fox_id image_id;
    const char *owner;
    const char *key, *temporary_key; /* NULL: for an image's variants */
    uint64_t bytes;
    uint64_t file_count;
    bool is_lasting; /* until it is let go, not only as long as this process lives */
    /* Pools that failed already and are not tried again. */
    struct fox_id avoid[FOX_ROOM_TRY_LIMIT];
    size_t avoid_count;
};

/* Takes room in the best pool that has it. FULL: no pool has room, or the owner's quota has not
 * (the message says which); UNAVAILABLE: no pool can be reached. */
pxf_status fox_room_take(struct fox_room *ret_room, struct fox_flow *flow,
                         const struct fox_room_request *request, pxf_error *err);

/* Changes how much it holds. LOST; FULL, of origin PXF_ORIGIN_POOL where it is the pool that has
 * not so much. */
pxf_status fox_room_resize(struct fox_room *room, struct fox_flow *flow, uint64_t bytes,
                           pxf_error *err);

/* Keeps the sweep away for another while, where half of the last has passed. LOST if it was swept:
 * nothing may be published. */
pxf_status fox_room_extend(struct fox_room *room, struct fox_flow *flow, pxf_error *err);

/* Gives it back; trouble is left to the sweep. */
void fox_room_give_back(const struct fox_room *room, struct fox_flow *flow);

/* Whose temporary that is: its key begins with the image's id. Zero if it is none of ours. */
struct fox_id fox_room_image_of(const char *temporary_key);

/* The owner's limit that the settings give; 0: none. */
uint64_t fox_room_owner_max_bytes(struct fox_flow *flow);

#endif
