/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/time.h"
#include "blob/local/local.h"

enum { MARKER_BYTES = 4096, MARKER_MODE = 0644 };

static const char *behind_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* The text behind `"pool":` and its quote; NULL. */
static const char *find_pool(const char *text)
{
    static const char name[] = "\"pool\"";
    const char *at = strstr(text, name);

    at = at ? behind_blanks(at + strlen(name)) : NULL;
    at = at && *at == ':' ? behind_blanks(at + 1) : NULL;
    return at && *at == '"' ? at + 1 : NULL;
}

/* Reads the one member that matters, without memory of its own: this runs before every publish. */
static bool parse(struct fox_id *ret_pool_id, const char *text)
{
    const char *found = find_pool(text);
    char id[FOX_ID_TEXT_BYTES] = "";

    if (!found || strcspn(found, "\"") != sizeof id - 1) {
        return false;
    }
    (void)memcpy(id, found, sizeof id - 1);
    return fox_id_parse(ret_pool_id, id);
}

pxf_status fox_local_marker_read(struct fox_id *ret_pool_id, const struct fox_fd *folder,
                                 pxf_error *err)
{
    char text[MARKER_BYTES + 1];
    size_t size;

    TRY(fox_folder_read_file(folder, FOX_BLOB_MARKER, text, MARKER_BYTES, &size, err));
    text[size] = '\0';
    if (!parse(ret_pool_id, text)) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_POOL, 0, "the marker '%s' names no pool",
                             FOX_BLOB_MARKER);
    }
    return PXF_OK;
}

static pxf_status absent(const struct fox_local *local, pxf_error *err)
{
    return fox_fail_from(
        err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, 0,
        "'%s' has no marker %s: its disk is not mounted, or is new; `pixelfox pool "
        "adopt NAME` makes it this pool's",
        local->path, FOX_BLOB_MARKER);
}

static pxf_status foreign(const struct fox_local *local, const struct fox_id *pool_id,
                          pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];

    fox_id_format(text, pool_id);
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, 0,
                         "'%s' is foreign: its marker names the pool %s", local->path, text);
}

pxf_status fox_local_marker_check(const struct fox_fd *folder, const struct fox_local *local,
                                  pxf_error *err)
{
    struct fox_id pool_id;
    pxf_error cause = {0};

    if (fox_local_marker_read(&pool_id, folder, &cause) == PXF_OK) {
        return fox_id_equals(&pool_id, &local->pool_id) ? PXF_OK : foreign(local, &pool_id, err);
    }
    if (cause.status == PXF_NOT_FOUND) {
        return absent(local, err);
    }
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause.code,
                         "the marker of '%s' cannot be read: %s", local->path, cause.message);
}

pxf_status fox_local_open_incoming(struct fox_fd *ret_folder, const struct fox_fd *root,
                                   pxf_error *err)
{
    size_t made;

    return fox_folder_reach(ret_folder, &made, root, FOX_BLOB_INCOMING, FOX_LOCAL_INCOMING_MODE,
                            err);
}

static pxf_status write_marker(const struct fox_fd *incoming, const char *name, const char *text,
                               pxf_error *err)
{
    AUTO(fox_fd) file = {0};

    TRY(fox_folder_new_file(&file, incoming, name, MARKER_MODE, err));
    TRY(fox_file_write(&file, text, strlen(text), err));
    TRY(fox_file_sync_all(&file, err));
    return fox_fd_close(&file, err);
}

pxf_status fox_local_marker_put(const struct fox_fd *folder, const struct fox_local *local,
                                pxf_error *err)
{
    AUTO(fox_fd) incoming = {0};
    AUTO(fox_str) text = {0};
    char pool[FOX_ID_TEXT_BYTES], made_at[FOX_TIME_TEXT_BYTES], name[FOX_ID_TEXT_BYTES];
    const int64_t now_ms = fox_env_now_ms(local->blob.env);
    struct fox_id id;
    pxf_status status;

    TRY(fox_id_new(&id, local->blob.env, now_ms, err));
    fox_id_format(name, &id);
    fox_id_format(pool, &local->pool_id);
    fox_time_format(made_at, now_ms);
    fox_str_add(&text, "{\"pool\": \"%s\", \"made_at\": \"%s\"}\n", pool, made_at);
    TRY(fox_str_check(&text, err));
    TRY(fox_local_open_incoming(&incoming, folder, err));
    status = write_marker(&incoming, name, fox_str_text(&text), err);
    if (status == PXF_OK) {
        status = fox_folder_rename(&incoming, name, folder, FOX_BLOB_MARKER, err);
    }
    if (status != PXF_OK) {
        (void)fox_folder_remove(&incoming, name, NULL);
        return status;
    }
    return fox_file_sync_all(folder, err);
}
