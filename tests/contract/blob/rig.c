/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "calls.h"
#include "os/clock.h"

static pxf_status open_memory(struct rig *rig, uint64_t max_bytes, pxf_error *err)
{
    return fox_blob_open_memory(&rig->blob, &rig->env, max_bytes, err);
}

/* A folder with an end is a small file system of its own. */
static pxf_status open_folder(struct rig *rig, uint64_t max_bytes, pxf_error *err)
{
    char size[32];

    if (max_bytes > 0) {
        (void)snprintf(size, sizeof size, "size=%llu", (unsigned long long)max_bytes);
        fox_scratch_mount(&rig->scratch, "pool", size);
    }
    TRY(fox_blob_adopt_local(&rig->env, &rig->options, FOX_BLOB_ADOPT, err));
    return fox_blob_open_local(&rig->blob, &rig->env, &rig->options, err);
}

static const struct rig_driver drivers[] = {
    {.name = "memory", .open = open_memory},
    {.name = "local", .is_folder = true, .open = open_folder},
    {.name = "nfs", .is_folder = true, .is_nfs = true, .open = open_folder},
};

const struct rig_driver *rig_driver_at(size_t index)
{
    return index < sizeof drivers / sizeof drivers[0] ? &drivers[index] : NULL;
}

struct rig *rig_new(const struct rig_driver *driver)
{
    struct rig *rig = calloc(1, sizeof *rig);
    pxf_error err = {0};

    assert_non_null(rig);
    rig->driver = driver;
    calls_answer_as_nfs(driver->is_nfs);
    fox_os_env(&rig->env);
    rig->scratch = fox_scratch_make();
    fox_scratch_make_folder(&rig->scratch, "pool");
    (void)snprintf(rig->folder, sizeof rig->folder, "%s/pool", rig->scratch.path);
    rig->home = (struct fox_blob_home){
        .inode = 12, .born_ns = 1700000000000000001, .fsid = 0xabc, .path = "/srv/store"};
    rig->options = (struct fox_blob_local_options){.name = "big",
                                                   .path = rig->folder,
                                                   .is_nfs = driver->is_nfs,
                                                   .home = &rig->home,
                                                   .file_mode = 0644,
                                                   .folder_mode = 0755};
    assert_ok(fox_id_new(&rig->home.store_id, &rig->env, fox_env_now_ms(&rig->env), &err));
    assert_ok(fox_id_new(&rig->options.pool_id, &rig->env, fox_env_now_ms(&rig->env), &err));
    assert_ok(driver->open(rig, 0, &err));
    assert_string_equal(fox_blob_type(rig->blob), driver->name);
    return rig;
}

void rig_free(struct rig *rig)
{
    fox_blob_close(rig->blob);
    fox_scratch_remove(&rig->scratch);
    free(rig);
}

void rig_make_small(struct rig *rig, uint64_t max_bytes)
{
    pxf_error err = {0};

    fox_blob_close(rig->blob);
    assert_ok(rig->driver->open(rig, max_bytes, &err));
}

void rig_reopen(struct rig *rig)
{
    pxf_error err = {0};

    fox_blob_close(rig->blob);
    rig->blob = NULL;
    assert_ok(fox_blob_open_local(&rig->blob, &rig->env, &rig->options, &err));
    assert_ok(rig_look(rig, &err));
}

pxf_status rig_look(struct rig *rig, pxf_error *err)
{
    AUTO(fox_blob) *blob = NULL;
    AUTO(fox_blob_list) list = {0};

    TRY(fox_blob_open_local(&blob, &rig->env, &rig->options, err));
    return fox_blob_list(blob, "", 1, &list, err);
}

const char *rig_path(const struct rig *rig, const char *name)
{
    char inside[700];

    (void)snprintf(inside, sizeof inside, "pool/%s", name);
    return fox_scratch_path(&rig->scratch, inside);
}

struct fox_blob_put *rig_open_put(struct rig *rig, const char *key, const char *temporary_key)
{
    struct fox_blob_put *put = NULL;
    pxf_error err = {0};

    assert_ok(fox_blob_put_open(rig->blob, key, temporary_key, &put, &err));
    assert_int_equal(fox_blob_put_size(put), 0);
    return put;
}

void rig_put(struct rig *rig, const char *key, const char *text)
{
    AUTO(fox_blob_put) *put = rig_open_put(rig, key, "rig-put");
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, text, strlen(text), &err));
    assert_ok(fox_blob_put_finish(put, NULL, &err));
}

bool rig_has(struct rig *rig, const char *key, const char *text)
{
    AUTO(fox_blob_source) *source = NULL;
    const struct fox_reader *reader;
    char back[256];
    size_t size = 0;
    pxf_error err = {0};

    assert_ok(fox_blob_get(rig->blob, key, &source, &err));
    reader = fox_blob_source_reader(source);
    assert_ok(fox_reader_read(reader, 0, back, sizeof back, &size, &err));
    return reader->size == strlen(text) && size == strlen(text) && memcmp(back, text, size) == 0;
}

bool rig_is_absent(struct rig *rig, const char *key)
{
    AUTO(fox_blob_source) *source = NULL;
    struct fox_blob_stat stat;

    return fox_blob_get(rig->blob, key, &source, NULL) == PXF_NOT_FOUND &&
           fox_blob_stat(rig->blob, key, &stat, NULL) == PXF_NOT_FOUND;
}

size_t rig_temporary_count(struct rig *rig)
{
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    assert_ok(fox_blob_list_temporaries(rig->blob, "", 1000, &list, &err));
    return list.count;
}
