/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_POOL_H
#define PIXELFOX_POOL_H

/** @file pool.h
 * Places that hold pictures, and the choice among them. */

#include <stddef.h>

#include <pixelfox/cancel.h>
#include <pixelfox/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a pool was when it was read, or shall be. Its fields: `name` `type` (local, nfs) `tier`
 * (hot, warm, cold, archive) `state` (active, read_only, draining, offline) `priority` (lower is
 * better) `weight` `max_bytes` (0: only the disk limits it) `path` `node` `region` `public_url`
 * `is_default`; to read only: `used_bytes` `held_bytes` `free_bytes` `is_healthy` `image_count`
 * `version` `unhealthy_reason`. What is set changes the handle alone, until pxf_pool_add() or
 * pxf_pool_update() writes it; the rest stays as it was read. One at a time.
 *
 * `node` (setting `store.node`): the only host that has the folder; none: all have it. `region`:
 * the pools of one's own region (setting `store.region`) come first. `public_url`: what stands
 * before the keys in addresses, with a scheme or from the root, unchecked; none: "/files/NAME".
 * `is_default`: the one of two that are otherwise alike; at most one pool is. `weight`: its share
 * where the policy is weighted. */
typedef struct pxf_pool pxf_pool;

/** A pool that is nowhere yet, with the defaults: local, hot, active, priority 100, weight 1.
 * @param name [a-z][a-z0-9-]{0,62}
 * @return yours; NULL on failure (INVALID, NO_MEMORY). */
PXF_API pxf_pool *pxf_pool_new(const char *name, pxf_error *err);

/** Sets a field from its text, sizes as settings have them ("500 GiB"), switches "true" or "false".
 * NULL and "" take `path`, `node`, `region` and `public_url` away.
 * @return INVALID naming the rule, also for a field that is only read; NOT_FOUND with the nearest
 * field; UNSUPPORTED for the type s3. */
PXF_API pxf_status pxf_pool_set_text(pxf_pool *pool, const char *field, const char *value,
                                     pxf_error *err);

/** Sets a field that is a number, in bytes where the name says so: `priority` and `weight` 0 to
 * 2147483647, `max_bytes` from 0. As pxf_pool_set_text(). */
PXF_API pxf_status pxf_pool_set_number(pxf_pool *pool, const char *field, int64_t value,
                                       pxf_error *err);

/** Sets a field that is a switch. As pxf_pool_set_text(). */
PXF_API pxf_status pxf_pool_set_flag(pxf_pool *pool, const char *field, bool value, pxf_error *err);

/** Adds it to the store: probes the folder (create, sync, rename, remove), writes its marker, then
 * the row. The folder must exist and be empty, but for what a pool of this store left there, and
 * neither lie in another pool's or hold one, nor be or hold the store's; a relative path is looked
 * up now. The handle stays as it was: find it to change it later.
 * @return EXISTS for a taken name, or if another pool is the default; INVALID for a field;
 * NOT_FOUND for the folder; DENIED, UNAVAILABLE with user, group, path and the missing permission;
 * CONFLICT for a folder that is another pool's or holds anything. */
PXF_API pxf_status pxf_pool_add(pxf_store *store, const pxf_pool *pool, pxf_error *err);

/** Reads one, and looks at its disk. Yours; NULL on failure (NOT_FOUND names the nearest). */
PXF_API pxf_pool *pxf_pool_find(pxf_store *store, const char *name, pxf_error *err);

/** The pool whose name comes after `after`; NULL for the first. Yours, as pxf_pool_find(); NULL at
 * the end, with the error OK, or on failure. */
PXF_API pxf_pool *pxf_pool_next(pxf_store *store, const char *after, pxf_error *err);

/** Writes the fields of a pool that pxf_pool_find() or pxf_pool_next() gave. Type and node
 * cannot change once the pool holds anything. A new path is looked up now: it follows a pool's
 * folder to where that was moved, which its marker proves; a pool that holds nothing takes any
 * folder that pxf_pool_add() takes. To make another pool the default, first take it from the one
 * that is.
 * @return INVALID naming field and rule; CONFLICT if the pool changed since it was read, be it by
 * an update of this same handle: read it again; EXISTS if another pool is the default; NOT_FOUND
 * for a pool that is not in the store. */
PXF_API pxf_status pxf_pool_update(pxf_store *store, const pxf_pool *pool, pxf_error *err);

/** Removes it from the catalog; its folder stays. CONFLICT while images, variants or puts under way
 * refer to it; NOT_FOUND. */
PXF_API pxf_status pxf_pool_remove(pxf_store *store, const char *name, pxf_error *err);

/** What the test of a pool says, check by check; needs no store. One at a time. */
typedef struct pxf_check pxf_check;

/** Tests a pool with a file of its own: marker, create, sync, lock, rename, remove, room. What
 * cannot go on ends with the check that failed.
 * @return yours, before its first check; NULL on failure (NOT_FOUND). */
PXF_API pxf_check *pxf_pool_test(pxf_store *store, const char *name, pxf_cancel *cancel,
                                 pxf_error *err);

/** Steps to the next check; false at the end. */
PXF_API bool pxf_check_next(pxf_check *check);

/** One word: "marker", "create", "sync", "lock", "rename", "remove", "room"; NULL before the first
 * step. Lent until the check is freed. */
PXF_API const char *pxf_check_name(const pxf_check *check);

/** Whether it went well. */
PXF_API bool pxf_check_is_ok(const pxf_check *check);

/** What was seen, in words; NULL before the first step. Lent until the check is freed. */
PXF_API const char *pxf_check_message(const pxf_check *check);

/** Frees it; NULL is fine. */
PXF_API void pxf_check_free(pxf_check *check);

/** Takes a folder that lost its marker (a new, empty disk) as this pool's, or takes it over from
 * where this store lay before it was moved: writes the marker anew. A copy of the store that
 * lies there still has the pool no longer. What the catalog misses is then found by
 * pxf_store_verify(). Again is no error.
 * @return CONFLICT for a folder that is another pool's or store's, or whose marker is damaged;
 * NOT_FOUND; INVALID for a pool in memory;
 * DENIED, UNAVAILABLE as pxf_pool_add(). */
PXF_API pxf_status pxf_pool_adopt(pxf_store *store, const char *name, pxf_error *err);

/** The choice for new bytes among given pools, without a store: hot before warm before the rest,
 * inside a tier by priority, then by the policy; only pools with room, active and healthy. A pool
 * from a store counts as it was read; one from pxf_pool_new() is empty, healthy, and has a disk
 * without end. Regions and nodes do not count, and nothing is taken.
 * @param pools `pool_count` handles, lent for the call; NULL for none
 * @param bytes that shall be stored, variants included
 * @param seed chance, or the turn, where the policy wants it; the same seed gives the same choice
 * @return an index; -1 on failure: with a reason for each pool FULL if room is all that some pool
 * lacks, else UNAVAILABLE; INVALID for another policy. Any thread. */
PXF_API int pxf_pool_pick(const pxf_pool *const *pools, size_t pool_count, uint64_t bytes,
                          pxf_pick_policy policy, uint64_t seed, pxf_error *err);

/** Its name. Lent, as all texts of a handle. */
PXF_API const char *pxf_pool_name(const pxf_pool *pool);

/** A field as text; NULL for an unknown field or no value. Lent until the same field is asked for
 * again, by this or pxf_pool_get_number(). */
PXF_API const char *pxf_pool_get_text(const pxf_pool *pool, const char *field);

/** A field as a number (a switch: 0 or 1); -1 for an unknown field or no value, 0 for words. */
PXF_API int64_t pxf_pool_get_number(const pxf_pool *pool, const char *field);

/** Bytes of originals and variants in it. */
PXF_API uint64_t pxf_pool_used_bytes(const pxf_pool *pool);

/** Bytes of room taken for what is being written. */
PXF_API uint64_t pxf_pool_held_bytes(const pxf_pool *pool);

/** Frees it; NULL is fine. */
PXF_API void pxf_pool_free(pxf_pool *pool);

#ifdef __cplusplus
}
#endif

#endif
