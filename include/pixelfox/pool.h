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
 * `version` `unhealthy_reason`. Immutable once it came from a store, apart from setting fields for
 * pxf_pool_update(). One at a time. */
typedef struct pxf_pool pxf_pool;

/** A pool that is nowhere yet, with the defaults: local, hot, active, priority 100, weight 1.
 * @param name [a-z][a-z0-9-]{0,62}
 * @return yours; NULL on failure (INVALID, NO_MEMORY). */
PXF_API pxf_pool *pxf_pool_new(const char *name, pxf_error *err);

/** Sets a field from its text, sizes as settings have them ("500 GiB"); INVALID names the rule,
 * NOT_FOUND the nearest field. */
PXF_API pxf_status pxf_pool_set_text(pxf_pool *pool, const char *field, const char *value,
                                     pxf_error *err);

/** Sets a field that is a number, in bytes where the name says so. */
PXF_API pxf_status pxf_pool_set_number(pxf_pool *pool, const char *field, int64_t value,
                                       pxf_error *err);

/** Sets a field that is a switch. */
PXF_API pxf_status pxf_pool_set_flag(pxf_pool *pool, const char *field, bool value, pxf_error *err);

/** Adds it to the store: probes the folder (create, sync, rename, remove), writes its marker, then
 * the row. The folder must exist.
 * @return EXISTS for a taken name; DENIED, UNAVAILABLE with user, group, path and the missing
 * permission; CONFLICT for a folder that is another pool's. */
PXF_API pxf_status pxf_pool_add(pxf_store *store, const pxf_pool *pool, pxf_error *err);

/** Reads one; NULL on failure (NOT_FOUND names the nearest). */
PXF_API pxf_pool *pxf_pool_find(pxf_store *store, const char *name, pxf_error *err);

/** The pool behind `after` by name; NULL for the first. NULL at the end, with the error OK. */
PXF_API pxf_pool *pxf_pool_next(pxf_store *store, const char *after, pxf_error *err);

/** Writes changed fields. Path, type and node cannot change once the pool holds anything.
 * @return INVALID naming field and rule; CONFLICT if the pool changed since it was read. */
PXF_API pxf_status pxf_pool_update(pxf_store *store, const pxf_pool *pool, pxf_error *err);

/** Removes it from the catalog; its folder stays. CONFLICT while it is in use. */
PXF_API pxf_status pxf_pool_remove(pxf_store *store, const char *name, pxf_error *err);

/** What the test of a pool says, check by check. One at a time. */
typedef struct pxf_check pxf_check;

/** Tests a pool: marker, permissions, create, sync, rename, lock, room.
 * @return yours, before its first check; NULL on failure (NOT_FOUND). */
PXF_API pxf_check *pxf_pool_test(pxf_store *store, const char *name, pxf_cancel *cancel,
                                 pxf_error *err);

/** Steps to the next check; false at the end. */
PXF_API bool pxf_check_next(pxf_check *check);

/** One word: "marker", "create", "sync", "rename", "remove", "lock", "room". Lent. */
PXF_API const char *pxf_check_name(const pxf_check *check);

/** Whether it went well. */
PXF_API bool pxf_check_is_ok(const pxf_check *check);

/** What was seen, in words. Lent until the next step. */
PXF_API const char *pxf_check_message(const pxf_check *check);

/** Frees it; NULL is fine. */
PXF_API void pxf_check_free(pxf_check *check);

/** Takes a folder that lost its marker (a new, empty disk) as this pool's: writes the marker anew.
 * What the catalog misses there is then found by pxf_store_verify().
 * @return CONFLICT for a folder that is another pool's. */
PXF_API pxf_status pxf_pool_adopt(pxf_store *store, const char *name, pxf_error *err);

/** The choice for new bytes among given pools, without a store: hot before warm before the rest,
 * inside a tier by priority, then by the policy; only pools with room, active and healthy.
 * @param pools `pool_count` handles, lent
 * @param bytes that shall be stored, variants included
 * @param seed chance, where the policy wants it; the same seed gives the same choice
 * @return an index; -1 with FULL and a reason for each pool if none will do. */
PXF_API int pxf_pool_pick(const pxf_pool *const *pools, size_t pool_count, uint64_t bytes,
                          pxf_pick_policy policy, uint64_t seed, pxf_error *err);

/** Its name. Lent, as all texts of a handle. */
PXF_API const char *pxf_pool_name(const pxf_pool *pool);

/** A field as text; NULL for an unknown field or no value. */
PXF_API const char *pxf_pool_get_text(const pxf_pool *pool, const char *field);

/** A field as a number (a switch: 0 or 1); -1 for an unknown field. */
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
