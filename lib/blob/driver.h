/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BLOB_DRIVER_H
#define FOX_BLOB_DRIVER_H

#include "blob/blob.h"

/* What a driver is. The generic half (blob.c, put.c) checked keys, sizes and order before a slot is
 * called; a driver trusts them. Slots may block on their storage, are called on any thread, several
 * at once on one pool (on one put: one at a time), with no lock held, and call nothing of the host.
 * Every error has the origin PXF_ORIGIN_POOL. What a slot says about a key holds for the pool that
 * was opened: where it cannot be sure that the storage is still that pool it answers UNAVAILABLE,
 * never NOT_FOUND. A slot that fails leaves its outputs alone. */

/* The folders of temporaries and of what was set aside, and the marker of a pool: no key can be in
 * their place. */
#define FOX_BLOB_INCOMING ".incoming"
#define FOX_BLOB_QUARANTINE ".quarantine"
#define FOX_BLOB_MARKER ".pixelfox-pool"

enum fox_blob_put_state {
    FOX_BLOB_PUT_OPEN = 0,
    FOX_BLOB_PUT_FAILED = 1, /* takes no more, cannot be finished, can still be read */
    FOX_BLOB_PUT_DONE = 2
};

/* A driver's own structures begin with these. The generic half fills in `size` and `state` of a
 * put; a driver sets `state` to FAILED where a finish must never be tried again. */
struct fox_blob {
    const struct fox_blob_driver *driver;
    const char *type; /* "local", "nfs", "memory": one driver may serve several */
    const struct fox_env *env;
    struct fox_blob_abilities abilities;
    char name[FOX_BLOB_NAME_BYTES]; /* in figures; "" until it is set */
};

struct fox_blob_put {
    struct fox_blob *blob;
    uint64_t size;
    enum fox_blob_put_state state;
    int64_t began_ms; /* monotonic; the generic half's */
    char key[FOX_KEY_LIMIT + 1];
};

struct fox_blob_source {
    struct fox_blob *blob;
    struct fox_reader reader;
    int fd; /* lent to the reader; -1 */
};

struct fox_blob_driver {
    size_t size; /* of this table */

    /* The path of a key on this host; NULL where `has_path` is false. Does not block. */
    pxf_status (*path)(const struct fox_blob *blob, const char *key, struct fox_str *path,
                       pxf_error *err);

    /* Changes nothing. UNAVAILABLE. */
    pxf_status (*look)(struct fox_blob *blob, struct fox_blob_health *ret_health, pxf_error *err);

    /* Tells of each check; leaves nothing behind. The answer is the first failure. */
    pxf_status (*test)(struct fox_blob *blob, fox_blob_check_fn fn, void *ctx, pxf_error *err);

    /* The put is the driver's allocation, `key` copied by the generic half afterwards. Nothing
     * stands under the key yet. EXISTS: the temporary key is taken; FULL; UNAVAILABLE. */
    pxf_status (*put_open)(struct fox_blob *blob, const char *temporary_key,
                           struct fox_blob_put **ret_put, pxf_error *err);

    /* Takes all of it behind the `put->size` bytes that it has, or none. FULL, IO, UNAVAILABLE. */
    pxf_status (*put_write)(struct fox_blob_put *put, const void *data, size_t size,
                            pxf_error *err);

    /* Reads what was taken, also after a failure. */
    pxf_status (*put_read)(struct fox_blob_put *put, uint64_t offset, void *data, size_t size,
                           size_t *ret_size, pxf_error *err);

    /* Publishes for good: on OK the blob is whole, durable, under its key. EXISTS leaves the put as
     * it was. Any other failure leaves nothing under the key. */
    pxf_status (*put_finish)(struct fox_blob_put *put, struct fox_blob_stat *ret_stat,
                             pxf_error *err);

    /* Removes the temporary unless the put is done; frees. */
    void (*put_free)(struct fox_blob_put *put);

    /* NOT_FOUND. The reader stays good after a removal. INVALID: what stands there is no file. */
    pxf_status (*get)(struct fox_blob *blob, const char *key, struct fox_blob_source **ret_source,
                      pxf_error *err);
    void (*source_free)(struct fox_blob_source *source);

    /* NOT_FOUND. INVALID: what stands there is no file. */
    pxf_status (*stat)(struct fox_blob *blob, const char *key, struct fox_blob_stat *ret_stat,
                       pxf_error *err);

    /* Idempotent: nothing there is OK with 0 bytes. Durable. */
    pxf_status (*remove)(struct fox_blob *blob, const char *key, uint64_t *ret_freed_bytes,
                         pxf_error *err);
    pxf_status (*remove_temporary)(struct fox_blob *blob, const char *temporary_key,
                                   uint64_t *ret_freed_bytes, pxf_error *err);

    /* Takes the blob out of all keys' sight and frees nothing; durable. It never replaces what was
     * set aside before. NOT_FOUND; INVALID: what stands there is no file. */
    pxf_status (*set_aside)(struct fox_blob *blob, const char *key, pxf_error *err);

    /* Adds at most `limit` entries behind `cursor` in the byte order of their keys
     * (fox_blob_list_add). Never an empty list where the storage could not be read. */
    pxf_status (*list)(struct fox_blob *blob, const char *cursor, size_t limit,
                       struct fox_blob_list *list, pxf_error *err);
    pxf_status (*list_temporaries)(struct fox_blob *blob, const char *cursor, size_t limit,
                                   struct fox_blob_list *list, pxf_error *err);

    /* Frees the pool; no put or source is left. */
    void (*close)(struct fox_blob *blob);
};

/* Counts an operation that began then, and how long it took. */
void fox_blob_count(const struct fox_blob *blob, const char *operation, int64_t began_ms);

/* Adds a copy of the entry, its key included. NO_MEMORY. */
pxf_status fox_blob_list_add(struct fox_blob_list *list, struct fox_blob_entry entry,
                             pxf_error *err);

/* INVALID unless it is a key, or a temporary key, as blob.h says. */
pxf_status fox_blob_check_key(const char *key, pxf_error *err);
pxf_status fox_blob_check_temporary(const char *temporary_key, pxf_error *err);

/* True if every component of `path` could be a key's. */
bool fox_blob_is_key(const char *path);

#endif
