/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BLOB_OPEN_H
#define FOX_BLOB_OPEN_H

#include "blob/blob.h"

/* The drivers' constructors, for whoever wires a store together. */

/* The store that owns a pool, and the folder it lies in, by which a store and a copy of it (the
 * same id, the same pools) are told apart: the number and the birth of the folder, on the same file
 * system or under the same path. doc/decisions/0007-whose-pool.md. */
struct fox_blob_home {
    struct fox_id store_id;
    uint64_t inode, fsid;
    int64_t born_ns;
    const char *path; /* absolute, without links */
};

struct fox_blob_local_options {
    const char *name;      /* the pool's, for the words of an error; copied, as all here */
    const char *path;      /* the pool's folder */
    bool is_nfs;           /* what NFS needs beyond a local disk */
    struct fox_id pool_id; /* whose marker must be there, */
    const struct fox_blob_home *home; /* and of which store */
    uint32_t file_mode, folder_mode;  /* exact, whatever the umask: 0644, 0755 */
};

/* Looks at nothing yet, so it never blocks: every call on the pool checks the folder and its marker
 * first. UNAVAILABLE then: the folder is absent, is not mounted, has no marker (a new, empty disk),
 * or another pool's, or that of a store which lies elsewhere; the message says which, and what to
 * do. */
pxf_status fox_blob_open_local(struct fox_blob **ret_blob, const struct fox_env *env,
                               const struct fox_blob_local_options *options, pxf_error *err);

enum fox_blob_adoption {
    FOX_BLOB_ADD = 1,   /* a new pool's: nothing lies in the folder */
    FOX_BLOB_ADOPT = 2, /* a person says that it is this pool's */
    FOX_BLOB_FOLLOW =
        3 /* its marker says that it is this pool's, and the store, or the pool, moved */
};

/* Makes a folder the pool's: tries it out, then writes the marker, durable. OK if it has this
 * pool's marker already; a marker of this pool and store that names another home, or none (an older
 * version's), is written anew, except by ADD. CONFLICT: another pool's or store's marker, a damaged
 * one, by ADD anything that lies in a folder without a marker, by FOLLOW no marker. NOT_FOUND,
 * INVALID: the folder is not there, is none. DENIED with user, group and the missing permission. */
pxf_status fox_blob_adopt_local(const struct fox_env *env,
                                const struct fox_blob_local_options *options,
                                enum fox_blob_adoption how, pxf_error *err);

/* Reads which pool of this very store a folder was made; false if it was made none of its. A making
 * that was interrupted before its row was written, or a pool that was removed, has left it. */
bool fox_blob_find_local(struct fox_id *ret_pool_id, const char *path,
                         const struct fox_blob_home *home);

/* In this process' memory, at most `max_bytes` (0: no limit), then FULL. */
pxf_status fox_blob_open_memory(struct fox_blob **ret_blob, const struct fox_env *env,
                                uint64_t max_bytes, pxf_error *err);

#endif
