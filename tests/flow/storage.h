/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_FLOW_STORAGE_H
#define FOX_TESTS_FLOW_STORAGE_H

#include "support/kit.h"

/* What the tests of storage share: pools, disks that come and go, verification, time. */

/* Adds a pool in the folder of that name below the scratch folder. */
void storage_add_pool(struct kit *kit, const char *name, int64_t priority, int64_t max_bytes);

/* Sets one field of a pool. */
void storage_set(struct kit *kit, const char *pool, const char *field, const char *value);

/* A field of a pool, after a fresh look at all pools. */
int64_t storage_number(struct kit *kit, const char *pool, const char *field);

/* Whether the pool is healthy now; if not, whether its reason says `word`. */
bool storage_is_healthy(struct kit *kit, const char *pool);
void storage_assert_reason(struct kit *kit, const char *pool, const char *word);

/* Puts a picture of 40 × 30 and says in which pool it is, lent until the next call; with `id`
 * (NULL: not wanted) of 40 bytes. */
const char *storage_put(struct kit *kit, uint32_t seed, char *id);

/* Puts one and has it made. The handle is the caller's. */
pxf_image *storage_make(struct kit *kit, uint32_t seed);

/* A disk (a file system of memory on `<name>.disk`) that can be mounted on the folder `name`, taken
 * away and mounted again with all it holds, or read-only. */
void storage_make_disk(struct kit *kit, const char *name, const char *size);
void storage_mount(struct kit *kit, const char *name);
void storage_unmount(struct kit *kit, const char *name);
void storage_make_read_only(struct kit *kit, const char *name);

/* Bytes that are free on the disk that holds the folder. */
int64_t storage_free_bytes(struct kit *kit, const char *name);

/* What a verification said. */
struct storage_report {
    size_t missing, orphan, corrupt, usage, stale_hold, temporary, foreign, unavailable;
    size_t count, repaired;
    int64_t set_aside, removed_bytes;
    char keys[64][160]; /* of the findings, in their order */
};
void storage_verify(struct storage_report *report, struct kit *kit, int how);

/* Whether a finding named that key. */
bool storage_names(const struct storage_report *report, const char *key);

/* Makes a file look two hours old. */
void storage_age(const char *path);

/* A file with folders on the way to it, below the scratch folder; two hours old. */
void storage_plant(struct kit *kit, const char *name, size_t size);

bool storage_exists(struct kit *kit, const char *name);

/* Events of that kind since the store was made. */
size_t storage_event_count(struct kit *kit, const char *kind);

/* Runs the function in a process of its own as a user who is not root, who owns the scratch folder
 * and all in it; the kit's store is closed before. It answers 0 if all went well. Skips the test
 * where this process cannot change its user. */
typedef int (*storage_fn)(struct kit *kit);
void storage_as_nobody(struct kit *kit, storage_fn fn);

/* For such a function: says what was not true, and where. */
#define EXPECT(what)                                                                               \
    do {                                                                                           \
        if (!(what)) {                                                                             \
            print_error("%s:%d: not true: %s\n", __FILE__, __LINE__, #what);                       \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

#endif
