/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BLOB_BLOB_H
#define FOX_BLOB_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"
#include "base/id.h"
#include "base/reader.h"
#include "base/str.h"

/* Where a pool keeps its files: whole under their key, or not there. One contract, several drivers
 * (doc/drivers.md). A key is relative, made of [A-Za-z0-9._-] and '/', with no empty, "." or ".."
 * component, at most FOX_KEY_LIMIT bytes: INVALID otherwise, whatever the driver. Errors have the
 * origin PXF_ORIGIN_POOL. Any thread. */
struct fox_blob;

enum { FOX_KEY_LIMIT = 512, FOX_BLOB_NAME_BYTES = 64 };

/* What this pool can do. */
struct fox_blob_abilities {
    bool has_rename;     /* puts stand under a temporary key until they are finished */
    bool has_descriptor; /* an open blob has a descriptor that a helper can read */
    bool has_path;       /* files can be reached by a path of this host */
};

/* "local", "nfs", "memory" */
const char *fox_blob_type(const struct fox_blob *blob);

/* What it can do; the same as long as it is open. */
struct fox_blob_abilities fox_blob_abilities(const struct fox_blob *blob);

/* What the pool is called in figures; nothing is counted before. Once, before others use it. */
void fox_blob_set_name(struct fox_blob *blob, const char *name);

/* No put or open blob of it may be left. NULL is fine. */
void fox_blob_close(struct fox_blob *blob);

static inline void fox_blob_let_go(struct fox_blob **blob)
{
    fox_blob_close(*blob);
}

/* The file of a key on this host; UNSUPPORTED where there is none. Nothing is looked at. */
pxf_status fox_blob_path(const struct fox_blob *blob, const char *key, struct fox_str *path,
                         pxf_error *err);

/* Looks at the pool without changing anything: marker, identity, room. Cheap enough for once a
 * second. */
struct fox_blob_health {
    uint64_t disk_bytes; /* of its file system; 0: no end, or unknown */
    uint64_t disk_free_bytes;
    uint64_t disk_free_inodes; /* UINT64_MAX where they are not counted */
};
pxf_status fox_blob_look(struct fox_blob *blob, struct fox_blob_health *ret_health, pxf_error *err);

/* Tries it out with a file of its own: `fn` is told of each check ("marker", "create", "sync",
 * "rename", "remove", "lock", "room"), with what was seen, in words: user, group, path, missing
 * permission. The answer is the first check's failure. */
typedef void (*fox_blob_check_fn)(void *ctx, const char *check, pxf_status status,
                                  const char *message);
pxf_status fox_blob_test(struct fox_blob *blob, fox_blob_check_fn fn, void *ctx, pxf_error *err);

/* A put under way: all or nothing. One at a time. */
struct fox_blob_put;

/* Begins a put. The bytes stand under `temporary_key` (a single component, kept apart from all
 * keys) until the put is finished; a pool without rename keeps them elsewhere. EXISTS if that
 * temporary key is taken. Nothing but the temporary is touched. */
pxf_status fox_blob_put_open(struct fox_blob *blob, const char *key, const char *temporary_key,
                             struct fox_blob_put **ret_put, pxf_error *err);

/* Appends. After a failure the put holds what it accepted (fox_blob_put_size), which can still be
 * read, but takes no more: FULL, IO, UNAVAILABLE … */
pxf_status fox_blob_put_write(struct fox_blob_put *put, const void *data, size_t size,
                              pxf_error *err);

/* Bytes accepted so far. */
uint64_t fox_blob_put_size(const struct fox_blob_put *put);

/* Reads back what was accepted; lent until the put is freed, sized as it is now. */
struct fox_reader fox_blob_put_reader(struct fox_blob_put *put);

/* Publishes: syncs the bytes, checks that the pool is still itself, gives them their key (never
 * replacing: EXISTS, and the put can then be finished again once the key is free), syncs the
 * folders. When it returns OK the blob survives a power cut. `ret_stat` may be NULL. */
struct fox_blob_stat {
    uint64_t size;
    int64_t modified_ms;
};
pxf_status fox_blob_put_finish(struct fox_blob_put *put, struct fox_blob_stat *ret_stat,
                               pxf_error *err);

/* Frees it; what was not published is removed. NULL is fine. */
void fox_blob_put_free(struct fox_blob_put *put);

static inline void fox_blob_put_let_go(struct fox_blob_put **put)
{
    fox_blob_put_free(*put);
}

/* A blob that is open to be read: it can be read to its end even if it is removed meanwhile. Any
 * thread. */
struct fox_blob_source;

/* NOT_FOUND for a key that is not there; UNAVAILABLE if the pool is not itself: the difference is
 * kept strictly. */
pxf_status fox_blob_get(struct fox_blob *blob, const char *key, struct fox_blob_source **ret_source,
                        pxf_error *err);

/* Lent until the source is freed. */
const struct fox_reader *fox_blob_source_reader(const struct fox_blob_source *source);

/* A read-only descriptor of the whole, lent; -1 where the pool has none. */
int fox_blob_source_fd(const struct fox_blob_source *source);

/* Frees it, and what the reader and the descriptor lent is gone. NULL is fine. */
void fox_blob_source_free(struct fox_blob_source *source);

static inline void fox_blob_source_let_go(struct fox_blob_source **source)
{
    fox_blob_source_free(*source);
}

/* NOT_FOUND for a key that is not there. */
pxf_status fox_blob_stat(struct fox_blob *blob, const char *key, struct fox_blob_stat *ret_stat,
                         pxf_error *err);

/* Removes a blob, certainly: OK means that it is gone for good, whether it was there or not.
 * `ret_freed_bytes` (may be NULL) is what was really freed. */
pxf_status fox_blob_remove(struct fox_blob *blob, const char *key, uint64_t *ret_freed_bytes,
                           pxf_error *err);

/* Removes a temporary that no put of this process holds; none is no error. */
pxf_status fox_blob_remove_temporary(struct fox_blob *blob, const char *temporary_key,
                                     uint64_t *ret_freed_bytes, pxf_error *err);

/* Sets a blob aside that nobody knows: it is under no key any more and in no list, its bytes stay.
 * In a folder it lies below `.quarantine` under its key, where a person can take it back or remove
 * it. NOT_FOUND for a key that is not there. */
pxf_status fox_blob_set_aside(struct fox_blob *blob, const char *key, pxf_error *err);

/* What is stored, in the order of keys, behind `cursor` (a key; "" from the start), at most `limit`
 * entries: everything, also what has a shape that is not ours; the marker and what was set
 * aside are left out. Temporaries are listed by fox_blob_list_temporaries alone. */
struct fox_blob_entry {
    char *key; /* bytes as the storage has them; a folder that no key can be in ends with "/" */
    uint64_t size;
    int64_t modified_ms;
    bool is_file; /* a regular file under a key; false: a link, a device, a name that is no key */
};
struct fox_blob_list {
    struct fox_blob_entry *entries;
    size_t count, capacity;
};
/* Empty again. */
void fox_blob_list_free(struct fox_blob_list *list);

static inline void fox_blob_list_let_go(struct fox_blob_list *list)
{
    fox_blob_list_free(list);
}

/* A failed listing is no listing: `ret_list` stays as it was, and nobody may conclude that
 * something is absent. Fewer entries than `limit` are the end. */
pxf_status fox_blob_list(struct fox_blob *blob, const char *cursor, size_t limit,
                         struct fox_blob_list *ret_list, pxf_error *err);

/* The same for temporaries, by their temporary keys; all of them can be removed. */
pxf_status fox_blob_list_temporaries(struct fox_blob *blob, const char *cursor, size_t limit,
                                     struct fox_blob_list *ret_list, pxf_error *err);

#endif
