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

    if (rig->folder[0] == '\0') {
        make_folder(rig);
    }
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

enum { DRIVER_COUNT = sizeof drivers / sizeof drivers[0] };

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

void rig_reopen(struct rig *rig)
{
    pxf_error err = {0};

    fox_queue_close(rig->queue);
    fox_sql_close(rig->db);
    rig->db = NULL;
    assert_ok(rig->driver->open(rig, &rig->self, &rig->queue, &err));
}

const struct rig_driver *rig_driver_at(size_t index)
{
    return index < DRIVER_COUNT ? &drivers[index] : NULL;
}

const struct rig_driver *rig_driver_named(const char *name)
{
    for (size_t i = 0; i < DRIVER_COUNT; i++) {
        if (strcmp(drivers[i].name, name) == 0) {
            return &drivers[i];
        }
    }
    return NULL;
}
