/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"
#include "blob/driver.h"
#include "blob/memory/shelf.h"
#include "blob/open.h"
#include "os/memfd.h"

struct memory {
    struct fox_blob blob;
    uint64_t max_bytes;
    struct {
        pthread_mutex_t lock;
        struct fox_shelf blobs, temporaries, aside;
        uint64_t used_bytes; /* of blobs, set aside or not, and of puts under way */
    } shared;
};

struct put {
    struct fox_blob_put base;
    char *temporary_key;
    char *data;
    size_t capacity;
};

struct source {
    struct fox_blob_source base;
    struct fox_bytes *bytes;
    struct fox_memory memory;
    struct fox_fd memfd;
};

static struct memory *memory_of(struct fox_blob *blob)
{
    return (struct memory *)(void *)blob;
}

static struct put *put_of(struct fox_blob_put *put)
{
    return (struct put *)(void *)put;
}

static void lock(struct memory *memory)
{
    (void)pthread_mutex_lock(&memory->shared.lock);
}

static void unlock(struct memory *memory)
{
    (void)pthread_mutex_unlock(&memory->shared.lock);
}

static pxf_status reserve_locked(struct memory *memory, size_t size, pxf_error *err)
{
    const uint64_t left = memory->max_bytes - memory->shared.used_bytes;

    if (memory->max_bytes > 0 && size > left) {
        return fox_fail_from(err, PXF_FULL, PXF_ORIGIN_POOL, 0,
                             "%zu bytes are wanted where %" PRIu64 " are left", size, left);
    }
    memory->shared.used_bytes += size;
    return PXF_OK;
}

static void put_let_go(struct put **put)
{
    if (*put) {
        free((*put)->temporary_key);
        free((*put)->data);
        free(*put);
    }
}

static pxf_status memory_put_open(struct fox_blob *blob, const char *temporary_key,
                                  struct fox_blob_put **ret_put, pxf_error *err)
{
    struct memory *memory = memory_of(blob);
    AUTO(put) *put = fox_mem_new(1, sizeof *put, err);
    struct fox_shelf_item item = {.key = put ? fox_mem_text(temporary_key, err) : NULL,
                                  .modified_ms = fox_env_now_ms(blob->env)};
    pxf_status status;

    if (!item.key) {
        return PXF_NO_MEMORY;
    }
    lock(memory);
    status = fox_shelf_add(&memory->shared.temporaries, item, err);
    unlock(memory);
    if (status != PXF_OK) {
        free(item.key);
        return status;
    }
    put->temporary_key = fox_mem_text(temporary_key, err);
    if (!put->temporary_key) {
        lock(memory);
        fox_shelf_remove(&memory->shared.temporaries, temporary_key);
        unlock(memory);
        return PXF_NO_MEMORY;
    }
    *ret_put = &GIVE(put)->base;
    return PXF_OK;
}

static pxf_status memory_put_write(struct fox_blob_put *base, const void *data, size_t size,
                                   pxf_error *err)
{
    struct memory *memory = memory_of(base->blob);
    struct put *put = put_of(base);
    pxf_status status;

    if (size > SIZE_MAX - base->size) {
        return fox_fail_from(err, PXF_FULL, PXF_ORIGIN_POOL, 0, "%zu bytes are too many", size);
    }
    TRY(fox_mem_grow(&put->data, &put->capacity, (size_t)base->size + size, 1, err));
    lock(memory);
    status = reserve_locked(memory, size, err);
    unlock(memory);
    TRY(status);
    memcpy(put->data + base->size, data, size);
    return PXF_OK;
}

static pxf_status memory_put_read(struct fox_blob_put *base, uint64_t offset, void *data,
                                  size_t size, size_t *ret_size, pxf_error *err)
{
    struct fox_memory view = {.data = put_of(base)->data, .size = (size_t)base->size};
    const struct fox_reader reader = fox_reader_of_memory(&view);

    return fox_reader_read(&reader, offset, data, size, ret_size, err);
}

static pxf_status publish_locked(struct memory *memory, struct put *put, struct fox_shelf_item item,
                                 pxf_error *err)
{
    TRY(fox_shelf_add(&memory->shared.blobs, item, err));
    fox_shelf_remove(&memory->shared.temporaries, put->temporary_key);
    return PXF_OK;
}

static pxf_status memory_put_finish(struct fox_blob_put *base, struct fox_blob_stat *ret_stat,
                                    pxf_error *err)
{
    struct memory *memory = memory_of(base->blob);
    struct fox_shelf_item item = {.key = fox_mem_text(base->key, err),
                                  .modified_ms = fox_env_now_ms(base->blob->env)};
    pxf_status status;

    if (item.key) {
        item.bytes = fox_bytes_new(put_of(base)->data, (size_t)base->size, err);
    }
    if (!item.bytes) {
        free(item.key);
        return PXF_NO_MEMORY;
    }
    lock(memory);
    status = publish_locked(memory, put_of(base), item, err);
    unlock(memory);
    if (status != PXF_OK) {
        fox_shelf_free_item(&item);
        return status;
    }
    *ret_stat = (struct fox_blob_stat){.size = base->size, .modified_ms = item.modified_ms};
    return PXF_OK;
}

static void memory_put_free(struct fox_blob_put *base)
{
    struct memory *memory = memory_of(base->blob);
    struct put *put = put_of(base);

    if (base->state != FOX_BLOB_PUT_DONE) {
        lock(memory);
        fox_shelf_remove(&memory->shared.temporaries, put->temporary_key);
        memory->shared.used_bytes -= base->size;
        unlock(memory);
    }
    put_let_go(&put);
}

static pxf_status absent(const char *key, pxf_error *err)
{
    return fox_fail_from(err, PXF_NOT_FOUND, PXF_ORIGIN_POOL, 0, "'%s' is not there", key);
}

static struct fox_bytes *share(struct memory *memory, const char *key)
{
    struct fox_shelf_item *item;
    struct fox_bytes *bytes;

    lock(memory);
    item = fox_shelf_find(&memory->shared.blobs, key);
    bytes = item ? fox_bytes_share(item->bytes) : NULL;
    unlock(memory);
    return bytes;
}

static void source_let_go(struct source **source)
{
    if (*source) {
        fox_fd_let_go(&(*source)->memfd);
        fox_bytes_free((*source)->bytes);
        free(*source);
    }
}

static pxf_status memory_get(struct fox_blob *blob, const char *key,
                             struct fox_blob_source **ret_source, pxf_error *err)
{
    AUTO(source) *source = fox_mem_new(1, sizeof *source, err);

    if (!source) {
        return PXF_NO_MEMORY;
    }
    source->bytes = share(memory_of(blob), key);
    if (!source->bytes) {
        return absent(key, err);
    }
    source->memory = (struct fox_memory){.data = fox_bytes_data(source->bytes),
                                         .size = fox_bytes_size(source->bytes)};
    TRY(fox_memfd_new(&source->memfd, "pixelfox-blob", PXF_ORIGIN_POOL, err));
    TRY(fox_file_write(&source->memfd, source->memory.data, source->memory.size, err));
    TRY(fox_memfd_seal(&source->memfd, err));
    source->base = (struct fox_blob_source){.blob = blob,
                                            .reader = fox_reader_of_memory(&source->memory),
                                            .fd = fox_fd_number(&source->memfd)};
    *ret_source = &GIVE(source)->base;
    return PXF_OK;
}

static void memory_source_free(struct fox_blob_source *base)
{
    struct source *source = (struct source *)(void *)base;

    source_let_go(&source);
}

static pxf_status stat_locked(const struct memory *memory, const char *key,
                              struct fox_blob_stat *ret_stat, pxf_error *err)
{
    const struct fox_shelf_item *item = fox_shelf_find(&memory->shared.blobs, key);

    if (!item) {
        return absent(key, err);
    }
    *ret_stat = (struct fox_blob_stat){.size = fox_bytes_size(item->bytes),
                                       .modified_ms = item->modified_ms};
    return PXF_OK;
}

static pxf_status memory_stat(struct fox_blob *blob, const char *key,
                              struct fox_blob_stat *ret_stat, pxf_error *err)
{
    struct memory *memory = memory_of(blob);
    pxf_status status;

    lock(memory);
    status = stat_locked(memory, key, ret_stat, err);
    unlock(memory);
    return status;
}

static pxf_status memory_remove(struct fox_blob *blob, const char *key, uint64_t *ret_freed_bytes,
                                pxf_error *err)
{
    struct memory *memory = memory_of(blob);
    const struct fox_shelf_item *item;

    (void)err;
    lock(memory);
    item = fox_shelf_find(&memory->shared.blobs, key);
    if (item) {
        *ret_freed_bytes = fox_bytes_size(item->bytes);
        memory->shared.used_bytes -= *ret_freed_bytes;
        fox_shelf_remove(&memory->shared.blobs, key);
    }
    unlock(memory);
    return PXF_OK;
}

/* A temporary lives as long as its put, which nobody else may end: there is none to remove. */
static pxf_status memory_remove_temporary(struct fox_blob *blob, const char *temporary_key,
                                          uint64_t *ret_freed_bytes, pxf_error *err)
{
    (void)blob;
    (void)temporary_key;
    (void)ret_freed_bytes;
    (void)err;
    return PXF_OK;
}

/* The second one of a key gets a number, as in a folder. */
static pxf_status add_aside_locked(struct memory *memory, struct fox_shelf_item item,
                                   pxf_error *err)
{
    AUTO(fox_str) key = {0};
    pxf_error cause = {0};
    pxf_status status = PXF_EXISTS;

    for (int i = 1; status == PXF_EXISTS; i++) {
        fox_fail_clear(&cause);
        fox_str_clear(&key);
        fox_str_put_text(&key, item.key);
        if (i > 1) {
            fox_str_add(&key, ".%d", i);
        }
        TRY(fox_str_check(&key, err));
        status = fox_shelf_add(&memory->shared.aside,
                               (struct fox_shelf_item){.key = key.data,
                                                       .bytes = item.bytes,
                                                       .modified_ms = item.modified_ms},
                               &cause);
    }
    if (status != PXF_OK) {
        return fox_fail_as(err, &cause);
    }
    key = (struct fox_str){0};
    return PXF_OK;
}

static pxf_status set_aside_locked(struct memory *memory, const char *key, pxf_error *err)
{
    const struct fox_shelf_item *item = fox_shelf_find(&memory->shared.blobs, key);

    if (!item) {
        return absent(key, err);
    }
    TRY(add_aside_locked(memory, *item, err));
    (void)fox_bytes_share(item->bytes); /* for the one that was added; the other goes */
    fox_shelf_remove(&memory->shared.blobs, key);
    return PXF_OK;
}

static pxf_status memory_set_aside(struct fox_blob *blob, const char *key, pxf_error *err)
{
    struct memory *memory = memory_of(blob);
    pxf_status status;

    lock(memory);
    status = set_aside_locked(memory, key, err);
    unlock(memory);
    return status;
}

static pxf_status memory_list(struct fox_blob *blob, const char *cursor, size_t limit,
                              struct fox_blob_list *list, pxf_error *err)
{
    struct memory *memory = memory_of(blob);
    pxf_status status;

    lock(memory);
    status = fox_shelf_list(&memory->shared.blobs, cursor, limit, list, err);
    unlock(memory);
    return status;
}

static pxf_status memory_list_temporaries(struct fox_blob *blob, const char *cursor, size_t limit,
                                          struct fox_blob_list *list, pxf_error *err)
{
    struct memory *memory = memory_of(blob);
    pxf_status status;

    lock(memory);
    status = fox_shelf_list(&memory->shared.temporaries, cursor, limit, list, err);
    unlock(memory);
    return status;
}

static pxf_status memory_look(struct fox_blob *blob, struct fox_blob_health *ret_health,
                              pxf_error *err)
{
    struct memory *memory = memory_of(blob);

    (void)err;
    lock(memory);
    *ret_health = (struct fox_blob_health){
        .disk_bytes = memory->max_bytes,
        .disk_free_bytes =
            memory->max_bytes > 0 ? memory->max_bytes - memory->shared.used_bytes : UINT64_MAX,
        .disk_free_inodes = UINT64_MAX};
    unlock(memory);
    return PXF_OK;
}

static pxf_status memory_test(struct fox_blob *blob, fox_blob_check_fn fn, void *ctx,
                              pxf_error *err)
{
    struct fox_blob_health health;

    TRY(memory_look(blob, &health, err));
    if (health.disk_free_bytes == 0) {
        (void)fox_fail_from(err, PXF_FULL, PXF_ORIGIN_POOL, 0, "the pool has no bytes left");
    }
    if (fn) {
        fn(ctx, "room", health.disk_free_bytes == 0 ? PXF_FULL : PXF_OK, "this process's memory");
    }
    return health.disk_free_bytes == 0 ? PXF_FULL : PXF_OK;
}

static void memory_close(struct fox_blob *blob)
{
    struct memory *memory = memory_of(blob);

    fox_shelf_free(&memory->shared.blobs);
    fox_shelf_free(&memory->shared.temporaries);
    fox_shelf_free(&memory->shared.aside);
    (void)pthread_mutex_destroy(&memory->shared.lock);
    free(memory);
}

static const struct fox_blob_driver memory_driver = {
    .size = sizeof memory_driver,
    .look = memory_look,
    .test = memory_test,
    .put_open = memory_put_open,
    .put_write = memory_put_write,
    .put_read = memory_put_read,
    .put_finish = memory_put_finish,
    .put_free = memory_put_free,
    .get = memory_get,
    .source_free = memory_source_free,
    .stat = memory_stat,
    .remove = memory_remove,
    .remove_temporary = memory_remove_temporary,
    .set_aside = memory_set_aside,
    .list = memory_list,
    .list_temporaries = memory_list_temporaries,
    .close = memory_close,
};

pxf_status fox_blob_open_memory(struct fox_blob **ret_blob, const struct fox_env *env,
                                uint64_t max_bytes, pxf_error *err)
{
    struct memory *memory = fox_mem_new(1, sizeof *memory, err);

    if (!memory) {
        return PXF_NO_MEMORY;
    }
    memory->blob = (struct fox_blob){.driver = &memory_driver,
                                     .type = "memory",
                                     .env = env,
                                     .abilities = {.has_rename = true, .has_descriptor = true}};
    memory->max_bytes = max_bytes;
    (void)pthread_mutex_init(&memory->shared.lock, NULL);
    *ret_blob = &memory->blob;
    return PXF_OK;
}
