/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BLOB_LOCAL_LOCAL_H
#define FOX_BLOB_LOCAL_LOCAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "blob/driver.h"
#include "blob/open.h"
#include "os/folder.h"

/* The driver of pools in folders: what its files share. */

/* The pool's folder as it was when its marker was last checked. Immutable and shared: whoever works
 * in it keeps it open, also when the pool is mounted anew meanwhile. */
struct fox_local_root {
    atomic_size_t owners;
    struct fox_fd folder;
    uint64_t device, inode, fsid;
};

/* A folder that is known to survive a power cut, with all that lead to it. */
struct fox_local_synced {
    char path[FOX_KEY_LIMIT + 1];
    uint64_t device, inode;
    int64_t born_ns;
};

/* The sync of one folder, which many ask for at once. */
struct fox_local_turn {
    pthread_cond_t wake;
    uint64_t device, inode; /* of the folder, while somebody is here */
    size_t count;           /* callers that are here */
    uint64_t asked, synced; /* calls */
    bool is_syncing;
};

enum { FOX_LOCAL_SYNCED = 8, FOX_LOCAL_TURNS = 8 };

enum { FOX_LOCAL_HOME_BYTES = 1024, FOX_LOCAL_FOLDER_BYTES = 48, FOX_LOCAL_DISK_BYTES = 17 };

/* What a marker says; texts as they stand there. */
struct fox_local_marker {
    struct fox_id pool_id, store_id;
    bool has_store; /* those of older versions do not */
    char folder[FOX_LOCAL_FOLDER_BYTES], disk[FOX_LOCAL_DISK_BYTES], home[FOX_LOCAL_HOME_BYTES];
};

struct fox_local {
    struct fox_blob blob;
    char *name, *path;
    struct fox_local_marker marker; /* what its own must say */
    bool is_nfs;
    uint32_t file_mode, folder_mode;
    struct {
        pthread_mutex_t lock;
        struct fox_local_root *root;
        struct fox_local_synced synced[FOX_LOCAL_SYNCED];
        size_t next_synced;
        struct fox_local_turn turns[FOX_LOCAL_TURNS];
    } shared;
};

/* Unfinished files are nobody's business but ours until they are checked and published. */
enum { FOX_LOCAL_INCOMING_MODE = 0700 };

struct fox_local *fox_local_of(struct fox_blob *blob);

/* root.c: the folder, its marker and its identity. */

/* The root that was checked last, without looking again; NULL if none was yet. */
struct fox_local_root *fox_local_root_take(struct fox_local *local);

/* Opens the folder by its path, checks its marker, and makes it the root from now on (it may have
 * been mounted anew). UNAVAILABLE: it is not there, not mounted, foreign, closed to this user; it
 * comes back by itself once a person has put it right. */
pxf_status fox_local_root_check(struct fox_local_root **ret_root, struct fox_local *local,
                                pxf_error *err);

void fox_local_root_free(struct fox_local_root *root);

static inline void fox_local_root_let_go(struct fox_local_root **root)
{
    fox_local_root_free(*root);
}

bool fox_local_root_equals(const struct fox_local_root *one, const struct fox_local_root *other);

/* Says what a call met that was right in itself: a missing right is UNAVAILABLE with user, group
 * and mode of the first level that refuses on the way to `path` below the root (NULL: the root); a
 * place that vanished, or that a link or a file took, is UNAVAILABLE. Everything else as it is. */
pxf_status fox_local_fail(struct fox_local *local, const char *path, const pxf_error *cause,
                          pxf_error *err);

/* marker.c */

/* What the marker of this pool of this store says. */
void fox_local_marker_fill(struct fox_local_marker *marker, const struct fox_id *pool_id,
                           const struct fox_blob_home *home);

/* OK: the folder's marker names this pool, this store and its home. UNAVAILABLE: none, or
 * another's, in words. */
pxf_status fox_local_marker_check(const struct fox_fd *folder, const struct fox_local *local,
                                  pxf_error *err);

/* Writes it, durable, in one instant; EXISTS unless it `replaces`. */
pxf_status fox_local_marker_put(const struct fox_fd *folder, const struct fox_local *local,
                                bool replaces, pxf_error *err);

/* What the marker says, where there is one. NOT_FOUND; CORRUPT. */
pxf_status fox_local_marker_read(struct fox_local_marker *ret_marker, const struct fox_fd *folder,
                                 pxf_error *err);

/* Whether it is of the same pool, store and home. */
enum fox_local_claim {
    FOX_LOCAL_OURS = 1,
    FOX_LOCAL_MOVED = 2,    /* our store's, in another home: it was moved, or one is a copy */
    FOX_LOCAL_UNSIGNED = 3, /* our pool's, by an older version, which names no store */
    FOX_LOCAL_FOREIGN = 4
};
enum fox_local_claim fox_local_marker_compare(const struct fox_local_marker *marker,
                                              const struct fox_local_marker *ours);

/* Says of a folder, in words, whose it is and what to do. */
void fox_local_marker_explain(struct fox_str *words, const struct fox_local *local,
                              const struct fox_local_marker *marker);

/* The folder of temporaries, made where it is missing. */
pxf_status fox_local_open_incoming(struct fox_fd *ret_folder, const struct fox_fd *root,
                                   pxf_error *err);

/* adopt.c: fox_blob_adopt_local with a pool that nobody looked at yet. */
pxf_status fox_local_adopt(struct fox_local *local, enum fox_blob_adoption how, pxf_error *err);

/* empty.c */

/* Whether a name at the top of a pool is the file system's own: its snapshots, what its repair
 * found. */
bool fox_local_is_systems(const char *name);

/* CONFLICT naming what lies in a folder that is to be a new pool. */
pxf_status fox_local_check_empty(const struct fox_fd *folder, const struct fox_local *local,
                                 pxf_error *err);

/* synced.c: makes sure that a folder below the root survives a power cut with its last changes.
 * The levels above it are synced the first time that this process meets it: another one may have
 * made them and not have synced them yet. */
pxf_status fox_local_sync_folder(struct fox_local *local, const struct fox_local_root *root,
                                 const char *path, const struct fox_fd *folder, pxf_error *err);

/* turn.c: one sync serves all whose changes lie before it. */
void fox_local_turns_start(struct fox_local *local);
void fox_local_turns_end(struct fox_local *local);
pxf_status fox_local_turn_sync(struct fox_local *local, const struct fox_file_stat *stat,
                               const struct fox_fd *folder, pxf_error *err);

/* Splits a key: `folder` ("." for none) with room for FOX_KEY_LIMIT + 1 bytes; returns the name. */
const char *fox_local_split(const char *key, char folder[FOX_KEY_LIMIT + 1]);

/* What stands at `name` (a path is fine); NOT_FOUND. INVALID if it is no regular file: whatever
 * else stands in a key's place was put there by somebody else. */
pxf_status fox_local_find_file(struct fox_file_stat *ret_stat, const struct fox_fd *folder,
                               const char *name, pxf_error *err);

/* put.c */
pxf_status fox_local_put_open(struct fox_blob *blob, const char *temporary_key,
                              struct fox_blob_put **ret_put, pxf_error *err);
pxf_status fox_local_put_write(struct fox_blob_put *put, const void *data, size_t size,
                               pxf_error *err);
pxf_status fox_local_put_read(struct fox_blob_put *put, uint64_t offset, void *data, size_t size,
                              size_t *ret_size, pxf_error *err);
pxf_status fox_local_put_finish(struct fox_blob_put *put, struct fox_blob_stat *ret_stat,
                                pxf_error *err);
void fox_local_put_free(struct fox_blob_put *put);

/* get.c */
pxf_status fox_local_get(struct fox_blob *blob, const char *key,
                         struct fox_blob_source **ret_source, pxf_error *err);
void fox_local_source_free(struct fox_blob_source *source);
pxf_status fox_local_stat(struct fox_blob *blob, const char *key, struct fox_blob_stat *ret_stat,
                          pxf_error *err);

/* remove.c */
pxf_status fox_local_remove(struct fox_blob *blob, const char *key, uint64_t *ret_freed_bytes,
                            pxf_error *err);
pxf_status fox_local_remove_temporary(struct fox_blob *blob, const char *temporary_key,
                                      uint64_t *ret_freed_bytes, pxf_error *err);

/* aside.c */
pxf_status fox_local_set_aside(struct fox_blob *blob, const char *key, pxf_error *err);

/* list.c */
pxf_status fox_local_list(struct fox_blob *blob, const char *cursor, size_t limit,
                          struct fox_blob_list *list, pxf_error *err);
pxf_status fox_local_list_temporaries(struct fox_blob *blob, const char *cursor, size_t limit,
                                      struct fox_blob_list *list, pxf_error *err);

/* test.c */
pxf_status fox_local_look(struct fox_blob *blob, struct fox_blob_health *ret_health,
                          pxf_error *err);
pxf_status fox_local_test(struct fox_blob *blob, fox_blob_check_fn fn, void *ctx, pxf_error *err);

/* Whether it is the name of the file that a test makes in .incoming and moves to the top. */
bool fox_local_is_trial(const char *name);

/* The checks that need no marker, on an open folder. */
pxf_status fox_local_try(struct fox_local *local, const struct fox_fd *folder, fox_blob_check_fn fn,
                         void *ctx, pxf_error *err);

#endif
