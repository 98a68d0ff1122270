/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BLOB_OPEN_H
#define FOX_BLOB_OPEN_H

#include "blob/blob.h"

/* The drivers' constructors, for whoever wires a store together. */

struct fox_blob_local_options {
    const char *path;                /* the pool's folder */
    bool is_nfs;                     /* what NFS needs beyond a local disk */
    struct fox_id pool_id;           /* whose marker must be there */
    uint32_t file_mode, folder_mode; /* exact, whatever the umask: 0644, 0755 */
};

/* Opens the folder as an open handle and checks its marker. UNAVAILABLE: the folder is absent, is
 * not mounted, or has no marker (a new, empty disk), or another pool's (foreign); the message says
 * which and names the command that adopts it. DENIED with user, group and the missing permission.
 */
pxf_status fox_blob_open_local(struct fox_blob **ret_blob, const struct fox_env *env,
                               const struct fox_blob_local_options *options, pxf_error *err);

/* Makes a folder the pool's: tries it out, then writes the marker, durable. OK if it has this
 * pool's marker; CONFLICT if it has another's. The folder must be there. */
pxf_status fox_blob_adopt_local(const struct fox_env *env,
                                const struct fox_blob_local_options *options, pxf_error *err);

/* In this process' memory, at most `max_bytes` (0: no limit), then FULL. */
pxf_status fox_blob_open_memory(struct fox_blob **ret_blob, const struct fox_env *env,
                                uint64_t max_bytes, pxf_error *err);

#endif
