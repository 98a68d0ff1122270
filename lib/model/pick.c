/* SPDX-License-Identifier: Apache-2.0 */
#include "model/pick.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "model/quota.h"

enum { PERCENT = 100, MESSAGE_LETTERS = 160 };

static const char *const reason_names[] = {
    [FOX_PICK_FITS] = "fits",
    [FOX_PICK_INACTIVE] = "inactive",
    [FOX_PICK_BACKUP_ONLY] = "backup_only",
    [FOX_PICK_ELSEWHERE] = "elsewhere",
    [FOX_PICK_UNREACHABLE] = "unreachable",
    [FOX_PICK_UNHEALTHY] = "unhealthy",
    [FOX_PICK_FULL] = "full",
    [FOX_PICK_DISK_FULL] = "disk_full",
    [FOX_PICK_NO_INODES] = "no_inodes",
};

enum { REASON_COUNT = sizeof reason_names / sizeof reason_names[0] };

/* A pool on its way into the order. Lower is better. */
struct place {
    uint64_t group; /* tier, region and priority in one number */
    double score;   /* what the policy thinks of it inside its group */
    const struct fox_pool_view *view;
};

const char *fox_pick_reason_name(enum fox_pick_reason reason)
{
    return (unsigned int)reason < REASON_COUNT ? reason_names[reason] : "";
}

static uint64_t less(uint64_t from, uint64_t by)
{
    return from > by ? from - by : 0;
}

static bool is_elsewhere(const struct fox_pool_view *view, const struct fox_pick_request *request)
{
    const bool is_one_nodes = view->type == PXF_POOL_LOCAL || view->type == PXF_POOL_MEMORY;

    return is_one_nodes && view->node[0] != '\0' && strcmp(view->node, request->node) != 0;
}

static uint64_t limit_free_bytes(const struct fox_pool_view *view)
{
    const struct fox_quota quota = {view->used_bytes, view->held_bytes, view->max_bytes};

    return fox_quota_free_bytes(&quota);
}

/* What is held is promised, though most of it is not written yet. */
static bool fits_disk(const struct fox_pool_view *view, const struct fox_pick_request *request)
{
    const uint64_t share = view->disk_bytes / PERCENT * (uint64_t)request->reserve_pct;
    const uint64_t reserve = share > request->reserve_bytes ? share : request->reserve_bytes;

    return view->disk_bytes == 0 ||
           less(less(view->disk_free_bytes, reserve), view->held_bytes) >= request->bytes;
}

enum fox_pick_reason fox_pick_reason(const struct fox_pool_view *view,
                                     const struct fox_pick_request *request)
{
    if (view->state != PXF_POOL_ACTIVE) {
        return FOX_PICK_INACTIVE;
    }
    if (view->is_backup_target) {
        return FOX_PICK_BACKUP_ONLY;
    }
    if (is_elsewhere(view, request)) {
        return FOX_PICK_ELSEWHERE;
    }
    if (!view->is_reachable) {
        return FOX_PICK_UNREACHABLE;
    }
    if (!view->is_healthy) {
        return FOX_PICK_UNHEALTHY;
    }
    if (limit_free_bytes(view) < request->bytes) {
        return FOX_PICK_FULL;
    }
    if (!fits_disk(view, request)) {
        return FOX_PICK_DISK_FULL;
    }
    return view->disk_free_inodes < request->file_count ? FOX_PICK_NO_INODES : FOX_PICK_FITS;
}

double fox_pick_free_share(const struct fox_pool_view *view)
{
    const uint64_t disk_free = less(view->disk_free_bytes, view->held_bytes);
    uint64_t whole = view->max_bytes, left = limit_free_bytes(view);

    if (whole == 0 && view->disk_bytes == 0) {
        return 1;
    }
    if (whole == 0) {
        whole = view->disk_bytes;
    }
    if (view->disk_bytes > 0 && disk_free < left) {
        left = disk_free;
    }
    return (double)left / (double)whole;
}

static uint64_t tier_rank(pxf_tier tier)
{
    switch (tier) {
    case PXF_TIER_HOT:
        return 0;
    case PXF_TIER_WARM:
        return 1;
    case PXF_TIER_COLD:
        return 2;
    case PXF_TIER_ARCHIVE:
        return 3;
    }
    return 3;
}

static bool is_far(const struct fox_pool_view *view, const struct fox_pick_request *request)
{
    return request->region[0] != '\0' && view->region[0] != '\0' &&
           strcmp(view->region, request->region) != 0;
}

/* Sebastiano Vigna's SplitMix64: neighbouring numbers give unlike ones, between 0 and 1. */
static double chance(uint64_t seed, size_t index)
{
    uint64_t mixed = seed + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((mixed ^ (mixed >> 31)) >> 11) + 1) * 0x1p-53;
}

/* What the policy thinks of a pool. The weighted draw: Efraimidis and Spirakis, "Weighted random
 * sampling with a reservoir", 2006. */
static double score_of(const struct fox_pool_view *view, const struct fox_pick_request *request,
                       size_t index)
{
    switch (request->policy) {
    case PXF_PICK_TWO_CHOICES:
        return chance(request->seed, index);
    case PXF_PICK_FILL:
        return 0;
    case PXF_PICK_ROUND_ROBIN:
        return (double)index;
    case PXF_PICK_WEIGHTED:
        return view->weight < 1 ? INFINITY
                                : -logf((float)chance(request->seed, index)) / (float)view->weight;
    case PXF_PICK_LEAST_USED:
        return -fox_pick_free_share(view);
    }
    return 0;
}

static bool precedes_alike(const struct fox_pool_view *one, const struct fox_pool_view *other)
{
    if (one->is_default != other->is_default) {
        return one->is_default;
    }
    return strcmp(one->name, other->name) < 0;
}

static bool precedes(const struct place *one, const struct place *other)
{
    if (one->group != other->group) {
        return one->group < other->group;
    }
    if (one->score < other->score || one->score > other->score) {
        return one->score < other->score;
    }
    return precedes_alike(one->view, other->view);
}

/* The best so far, sorted. */
struct best {
    struct place places[FOX_PICK_LIMIT];
    size_t count;
};

static void enter(struct best *best, const struct place *place)
{
    size_t at = best->count < FOX_PICK_LIMIT ? best->count++ : FOX_PICK_LIMIT - 1;

    for (; at > 0 && precedes(place, &best->places[at - 1]); at--) {
        best->places[at] = best->places[at - 1];
    }
    best->places[at] = *place;
}

/* Each pool meets the better of what stands before it once: the larger free share goes first, which
 * makes the first one the better of two taken at random. */
static void choose_of_two(struct best *best)
{
    for (size_t i = 0; i + 1 < best->count; i++) {
        struct place *one = &best->places[i], *other = one + 1;
        const double share = fox_pick_free_share(one->view);
        const double other_share = fox_pick_free_share(other->view);
        const bool is_tie = !(share < other_share) && !(share > other_share);
        const bool is_better = is_tie ? other->view->is_default : other_share > share;

        if (one->group == other->group && is_better) {
            const struct place kept = *one;

            *one = *other;
            *other = kept;
        }
    }
}

static uint64_t group_of(const struct fox_pool_view *view, const struct fox_pick_request *request)
{
    const uint64_t rank = 2 * tier_rank(view->tier) + is_far(view, request);

    return rank << 32 | (uint32_t)((int64_t)view->priority - INT32_MIN);
}

/* Whose turn it is in round robin: the pools of the best group, counted. */
struct round {
    uint64_t group;
    size_t member_count, seen_count;
};

static struct round find_round(const struct fox_pool_view *views, size_t count,
                               const struct fox_pick_request *request)
{
    struct round round = {.group = UINT64_MAX};

    for (size_t i = 0; i < count && request->policy == PXF_PICK_ROUND_ROBIN; i++) {
        const uint64_t group = group_of(&views[i], request);

        if (group > round.group || fox_pick_reason(&views[i], request) != FOX_PICK_FITS) {
            continue;
        }
        if (group < round.group) {
            round = (struct round){.group = group};
        }
        round.member_count++;
    }
    return round;
}

/* The next member's turn, counted from the one that `sequence` falls on. */
static double turn_of(struct round *round, uint64_t sequence)
{
    const size_t ahead = (size_t)(sequence % round->member_count);

    return (double)((round->seen_count++ + round->member_count - ahead) % round->member_count);
}

/* Cheapest questions first: most of many pools are no candidates. */
static void consider(struct best *best, struct round *round, const struct fox_pool_view *view,
                     size_t index, const struct fox_pick_request *request)
{
    struct place place = {.group = group_of(view, request), .view = view};

    if (best->count == FOX_PICK_LIMIT && place.group > best->places[best->count - 1].group) {
        return;
    }
    if (fox_pick_reason(view, request) != FOX_PICK_FITS) {
        return;
    }
    place.score = place.group == round->group ? turn_of(round, request->sequence)
                                              : score_of(view, request, index);
    if (best->count < FOX_PICK_LIMIT || precedes(&place, &best->places[best->count - 1])) {
        enter(best, &place);
    }
}

void fox_pick_order(const struct fox_pool_view *views, size_t count,
                    const struct fox_pick_request *request, size_t *ret_order, size_t *ret_count)
{
    struct round round = find_round(views, count, request);
    struct best best = {.count = 0};

    for (size_t i = 0; i < count; i++) {
        consider(&best, &round, &views[i], i, request);
    }
    if (request->policy == PXF_PICK_TWO_CHOICES) {
        choose_of_two(&best);
    }
    for (size_t i = 0; i < best.count; i++) {
        ret_order[i] = (size_t)(best.places[i].view - views);
    }
    *ret_count = best.count;
}

static bool lacks_room(enum fox_pick_reason reason)
{
    switch (reason) {
    case FOX_PICK_FITS: /* no longer, else there would be no failure */
    case FOX_PICK_FULL:
    case FOX_PICK_DISK_FULL:
    case FOX_PICK_NO_INODES:
        return true;
    case FOX_PICK_INACTIVE:
    case FOX_PICK_BACKUP_ONLY:
    case FOX_PICK_ELSEWHERE:
    case FOX_PICK_UNREACHABLE:
    case FOX_PICK_UNHEALTHY:
        return false;
    }
    return false;
}

pxf_status fox_pick_fail(const struct fox_pool_view *views, size_t count,
                         const struct fox_pick_request *request, pxf_error *err)
{
    AUTO(fox_str) why = {.limit = MESSAGE_LETTERS};
    pxf_status status = PXF_UNAVAILABLE;

    for (size_t i = 0; i < count; i++) {
        const enum fox_pick_reason reason = fox_pick_reason(&views[i], request);

        status = lacks_room(reason) ? PXF_FULL : status;
        fox_str_add(&why, "%s'%s' %s", i > 0 ? ", " : ": ", views[i].name,
                    reason == FOX_PICK_FITS ? "just filled" : fox_pick_reason_name(reason));
    }
    return fox_fail_from(err, status, PXF_ORIGIN_POOL, 0, "no pool takes %" PRIu64 " bytes%s%s",
                         request->bytes, fox_str_text(&why), why.failed ? ", …" : "");
}
