/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_BLOB_RIG_H
#define FOX_TESTS_BLOB_RIG_H

#include "blob/blob.h"
#include "blob/open.h"
#include "support/scratch.h"
#include "support/suite.h"

/* What every test of the blob contract stands on: an empty pool of one driver. */

struct rig;

/* A new driver is one row in rig.c, and every test runs over it. */
struct rig_driver {
    const char *name;
    bool is_folder; /* keeps its blobs in a folder of this host, at rig_path() */
    bool is_nfs;
    /* Opens the pool, which holds at most `max_bytes` (0: plenty), anew or again. */
    pxf_status (*open)(struct rig *rig, uint64_t max_bytes, pxf_error *err);
};

struct rig {
    const struct rig_driver *driver;
    struct fox_env env;
    struct fox_scratch scratch;
    struct fox_blob_home home;             /* of the store, and */
    struct fox_blob_local_options options; /* of the pool, for a folder's driver */
    char folder[64];
    struct fox_blob *blob;
};

/* NULL behind the last. */
const struct rig_driver *rig_driver_at(size_t index);

struct rig *rig_new(const struct rig_driver *driver);
void rig_free(struct rig *rig);

/* The pool closed and opened anew with an end that is near. */
void rig_make_small(struct rig *rig, uint64_t max_bytes);

/* Only for a folder's driver: the pool closed and opened again; whether it can be read when it is
 * opened once more; a path in it. */
void rig_reopen(struct rig *rig);
pxf_status rig_look(struct rig *rig, pxf_error *err);
const char *rig_path(const struct rig *rig, const char *name);

/* The calls that tests repeat; each sees that it succeeds. */
void rig_put(struct rig *rig, const char *key, const char *text);
struct fox_blob_put *rig_open_put(struct rig *rig, const char *key, const char *temporary_key);
bool rig_has(struct rig *rig, const char *key, const char *text);
bool rig_is_absent(struct rig *rig, const char *key);
size_t rig_temporary_count(struct rig *rig);

/* A table of tests that run over every driver. */
struct rig_tests {
    const struct CMUnitTest *tests;
    size_t count;
};

#define RIG_TESTS(name_, ...)                                                                      \
    static const struct CMUnitTest name_##_list[] = {__VA_ARGS__};                                 \
    const struct rig_tests name_ = {name_##_list, sizeof name_##_list / sizeof name_##_list[0]};

/* For every driver; for those with a folder. */
extern const struct rig_tests put_tests, get_tests, list_tests, full_tests, aside_tests;
extern const struct rig_tests aside_folder_tests, folder_tests, mode_tests, mount_tests, home_tests;
extern const struct rig_tests kill_tests;

#endif
