/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "blob/local/local.h"
#include "os/disk.h"
#include "os/lock.h"
#include "os/rights.h"

static const char trial_name[] = ".pixelfox-test-"; /* an id follows */

/* A trial under way: each check is told of, and the first failure stays. */
struct trial {
    struct fox_local *local;
    const struct fox_fd *folder;
    struct fox_fd incoming, file;
    char name[64];
    fox_blob_check_fn fn;
    void *ctx;
};

static void trial_let_go(struct trial *trial)
{
    if (trial->name[0] != '\0' && fox_fd_is_open(&trial->incoming)) {
        (void)fox_folder_remove(&trial->incoming, trial->name, NULL);
        (void)fox_folder_remove(trial->folder, trial->name, NULL);
    }
    fox_fd_let_go(&trial->file);
    fox_fd_let_go(&trial->incoming);
}

static pxf_status create(struct trial *trial, struct fox_str *seen, pxf_error *err)
{
    TRY(fox_local_open_incoming(&trial->incoming, trial->folder, err));
    TRY(fox_folder_new_file(&trial->file, &trial->incoming, trial->name, trial->local->file_mode,
                            err));
    fox_str_add(seen, "files with the mode %04o", trial->local->file_mode);
    return fox_file_write(&trial->file, "trial", 5, err);
}

static pxf_status sync_both(struct trial *trial, struct fox_str *seen, pxf_error *err)
{
    fox_str_put_text(seen, "files and folders");
    TRY(fox_file_sync_all(&trial->file, err));
    TRY(fox_file_sync_all(&trial->incoming, err));
    return fox_file_sync_all(trial->folder, err);
}

static pxf_status take_lock(struct trial *trial, struct fox_str *seen, pxf_error *err)
{
    fox_str_put_text(seen, "byte locks work");
    return fox_lock_try(&trial->file, 0, err);
}

static pxf_status rename_file(struct trial *trial, struct fox_str *seen, pxf_error *err)
{
    fox_str_add(seen, "from %s", FOX_BLOB_INCOMING);
    return fox_folder_rename(&trial->incoming, trial->name, trial->folder, trial->name, err);
}

static pxf_status remove_file(struct trial *trial, struct fox_str *seen, pxf_error *err)
{
    struct fox_file_stat stat;
    pxf_error cause = {0};

    fox_str_put_text(seen, "nothing of the trial is left");
    TRY(fox_folder_remove(trial->folder, trial->name, err));
    if (fox_folder_stat(&stat, trial->folder, trial->name, &cause) != PXF_NOT_FOUND) {
        return fox_fail_from(err, PXF_IO, PXF_ORIGIN_POOL, 0, "a removed file is still there");
    }
    return PXF_OK;
}

static pxf_status measure(struct trial *trial, struct fox_str *seen, pxf_error *err)
{
    struct fox_disk disk;

    TRY(fox_disk_stat(&disk, trial->folder, err));
    fox_str_add(seen, "%" PRIu64 " bytes free on %s", disk.free_bytes, disk.name);
    if (disk.free_bytes == 0 || disk.free_inodes == 0) {
        return fox_fail_from(err, PXF_FULL, PXF_ORIGIN_POOL, 0, "the disk has no %s left",
                             disk.free_bytes == 0 ? "bytes" : "inodes");
    }
    return PXF_OK;
}

static const struct {
    const char *name;
    pxf_status (*run)(struct trial *trial, struct fox_str *seen, pxf_error *err);
} checks[] = {
    {"create", create},      {"sync", sync_both},     {"lock", take_lock},
    {"rename", rename_file}, {"remove", remove_file}, {"room", measure},
};

enum { CHECK_COUNT = sizeof checks / sizeof checks[0] };

static void tell(fox_blob_check_fn fn, void *ctx, const char *check, const pxf_error *seen)
{
    if (fn) {
        fn(ctx, check, (pxf_status)seen->status, seen->message);
    }
}

static pxf_status run(struct trial *trial, size_t i, pxf_error *err)
{
    AUTO(fox_str) words = {0};
    pxf_error cause = {0}, seen = {0};

    if (checks[i].run(trial, &words, &cause) == PXF_OK) {
        (void)snprintf(seen.message, sizeof seen.message, "%s", fox_str_text(&words));
    } else {
        (void)fox_local_fail(trial->local, NULL, &cause, &seen);
    }
    tell(trial->fn, trial->ctx, checks[i].name, &seen);
    return seen.status == PXF_OK ? PXF_OK : fox_fail_as(err, &seen);
}

bool fox_local_is_trial(const char *name)
{
    const size_t size = strlen(trial_name);
    struct fox_id id;

    return strncmp(name, trial_name, size) == 0 && fox_id_parse(&id, name + size);
}

pxf_status fox_local_try(struct fox_local *local, const struct fox_fd *folder, fox_blob_check_fn fn,
                         void *ctx, pxf_error *err)
{
    AUTO(trial) trial = {.local = local, .folder = folder, .fn = fn, .ctx = ctx};
    char text[FOX_ID_TEXT_BYTES];
    struct fox_id id;

    TRY(fox_id_new(&id, local->blob.env, fox_env_now_ms(local->blob.env), err));
    fox_id_format(text, &id);
    (void)snprintf(trial.name, sizeof trial.name, "%s%s", trial_name, text);
    for (size_t i = 0; i < CHECK_COUNT; i++) {
        TRY(run(&trial, i, err));
    }
    return PXF_OK;
}

pxf_status fox_local_test(struct fox_blob *blob, fox_blob_check_fn fn, void *ctx, pxf_error *err)
{
    struct fox_local *local = fox_local_of(blob);
    AUTO(fox_local_root) *root = NULL;
    pxf_error seen = {0};

    if (fox_local_root_check(&root, local, &seen) == PXF_OK) {
        (void)snprintf(seen.message, sizeof seen.message, "'%s' is this pool's", local->path);
    }
    tell(fn, ctx, "marker", &seen);
    if (seen.status != PXF_OK) {
        return fox_fail_as(err, &seen);
    }
    return fox_local_try(local, &root->folder, fn, ctx, err);
}

pxf_status fox_local_look(struct fox_blob *blob, struct fox_blob_health *ret_health, pxf_error *err)
{
    struct fox_local *local = fox_local_of(blob);
    AUTO(fox_local_root) *root = NULL;
    AUTO(fox_str) words = {0};
    struct fox_disk disk;

    TRY(fox_local_root_check(&root, local, err));
    TRY(fox_disk_stat(&disk, &root->folder, err));
    if (fox_rights_explain(&words, local->path, FOX_RIGHTS_WRITE)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, 0, "%s", fox_str_text(&words));
    }
    *ret_health = (struct fox_blob_health){.disk_bytes = disk.total_bytes,
                                           .disk_free_bytes = disk.free_bytes,
                                           .disk_free_inodes = disk.free_inodes};
    return PXF_OK;
}
