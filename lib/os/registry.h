/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_REGISTRY_H
#define FOX_OS_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fail.h"

/* The files whose POSIX locks this process holds: the databases that SQLite has open and our own
 * signs of life. Closing any descriptor of such a file drops its locks, so before we open a file
 * that could be one (a backup, a checksum, a sign of life) we ask here. One table per process, a
 * documented exception (doc/threads.md); two stores on one file count twice. Any thread; a forked
 * child starts with an empty table, as it starts without POSIX locks. */
struct fox_registry_file {
    uint64_t device, inode;
};

/* Counts one more holder. NO_MEMORY. */
pxf_status fox_registry_add(struct fox_registry_file file, pxf_error *err);

/* What was never added is no error. */
void fox_registry_remove(struct fox_registry_file file);

/* True if this process holds locks there: do not open it. */
bool fox_registry_has(struct fox_registry_file file);

#endif
