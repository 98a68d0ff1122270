/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

static pxf_status open_memory(struct rig *rig, const struct fox_queue_self *self,
                              struct fox_queue **ret_queue, pxf_error *err)
{
    return fox_queue_open_memory(ret_queue, &rig->env, self, err);
}

/* Syncs cost nothing in memory, and no power is cut here. */
static void make_folder(struct rig *rig)
{
    (void)snprintf(rig->folder, sizeof rig->folder, "%s/pixelfox-queue-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(rig->folder));
}

static pxf_status open_database(struct rig *rig, pxf_error *err)
{
    char path[96], lock_path[96];
    const struct fox_sqlite_options options = {
        .path = path,
        .lock_path = lock_path,
        .create = true,
    };

    make_folder(rig);
    (void)snprintf(path, sizeof path, "%s/catalog.sqlite", rig->folder);
    (void)snprintf(lock_path, sizeof lock_path, "%s/catalog.lock", rig->folder);
    return fox_sql_open_sqlite(&rig->db, &rig->env, &options, err);
}

static pxf_status open_sqlite(struct rig *rig, const struct fox_queue_self *self,
                              struct fox_queue **ret_queue, pxf_error *err)
{
    if (!rig->db) {
        TRY(open_database(rig, err));
    }
    return fox_queue_open_sqlite(ret_queue, &rig->env, rig->db, self, err);
}

static const struct rig_driver drivers[] = {
    {.name = "memory", .open = open_memory},
    {.name = "sqlite", .is_shared = true, .open = open_sqlite},
};

enum { DRIVER_COUNT = sizeof drivers / sizeof drivers[0], TEST_LIMIT = 200 };

static void remove_folder(const char *folder)
{
    char path[400];
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    (void)closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

void rig_free(struct rig *rig)
{
    fox_queue_close(rig->queue);
    fox_sql_close(rig->db);
    if (rig->folder[0] != '\0') {
        remove_folder(rig->folder);
    }
    free(rig);
}

/* The state a test begins with is its driver; the rig takes its place. */
static int set_up(void **state)
{
    *state = rig_new(*state);
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    rig_check(rig);
    rig_free(rig);
    return 0;
}

static int run_over(const struct rig_driver *driver, const struct rig_tests *tests)
{
    struct CMUnitTest list[TEST_LIMIT];
    char name[64];

    assert_true(tests->count <= TEST_LIMIT);
    for (size_t i = 0; i < tests->count; i++) {
        list[i] = tests->tests[i];
        list[i].setup_func = set_up;
        list[i].teardown_func = tear_down;
        list[i].initial_state = (void *)(uintptr_t)driver;
    }
    (void)snprintf(name, sizeof name, "queue on %s", driver->name);
    return _cmocka_run_group_tests(name, list, tests->count, NULL, NULL);
}

static int run_all(const struct rig_tests *tests)
{
    int failed = 0;

    for (size_t i = 0; i < DRIVER_COUNT; i++) {
        failed += run_over(&drivers[i], tests);
    }
    return failed;
}

#define OVER_ALL_DRIVERS(name_)                                                                    \
    static int run_##name_(void)                                                                   \
    {                                                                                              \
        return run_all(&name_##_tests);                                                            \
    }                                                                                              \
    static struct fox_suite suite_##name_ = {.name = #name_, .run = run_##name_};                  \
    static void __attribute__((constructor)) add_##name_(void)                                     \
    {                                                                                              \
        fox_suite_add(&suite_##name_);                                                             \
    }

OVER_ALL_DRIVERS(put)
OVER_ALL_DRIVERS(run)
OVER_ALL_DRIVERS(fail)
OVER_ALL_DRIVERS(recover)
OVER_ALL_DRIVERS(hand)
OVER_ALL_DRIVERS(look)
OVER_ALL_DRIVERS(list)
