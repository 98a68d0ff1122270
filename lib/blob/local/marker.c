/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "blob/local/local.h"

enum { MARKER_BYTES = 4096, MARKER_MODE = 0644, ESCAPED_BYTES = 3 };

static const char *behind_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* Takes the text of a member, which has no escapes; false where it is absent or too long. Needs no
 * memory of its own: this runs before every publish. */
static bool take(char *value, size_t size, const char *text, const char *name)
{
    const char *at = strstr(text, name);
    size_t length;

    at = at ? behind_blanks(at + strlen(name)) : NULL;
    at = at && *at == ':' ? behind_blanks(at + 1) : NULL;
    if (!at || *at != '"') {
        return false;
    }
    length = strcspn(++at, "\"");
    if (at[length] != '"' || length >= size) {
        return false;
    }
    (void)memcpy(value, at, length);
    value[length] = '\0';
    return true;
}

static bool take_id(struct fox_id *ret_id, const char *text, const char *name)
{
    char id[FOX_ID_TEXT_BYTES];

    return take(id, sizeof id, text, name) && strlen(id) == sizeof id - 1 &&
           fox_id_parse(ret_id, id);
}

static bool parse(struct fox_local_marker *ret_marker, const char *text)
{
    struct fox_local_marker marker = {.has_store = false};

    if (!take_id(&marker.pool_id, text, "\"pool\"")) {
        return false;
    }
    marker.has_store = take_id(&marker.store_id, text, "\"store\"") &&
                       take(marker.home, sizeof marker.home, text, "\"home\"") &&
                       take(marker.folder, sizeof marker.folder, text, "\"folder\"") &&
                       take(marker.disk, sizeof marker.disk, text, "\"disk\"");
    *ret_marker = marker;
    return true;
}

pxf_status fox_local_marker_read(struct fox_local_marker *ret_marker, const struct fox_fd *folder,
                                 pxf_error *err)
{
    char text[MARKER_BYTES + 1];
    size_t size;

    TRY(fox_folder_read_file(folder, FOX_BLOB_MARKER, text, MARKER_BYTES, &size, err));
    text[size] = '\0';
    if (!parse(ret_marker, text)) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_POOL, 0, "it names no pool");
    }
    return PXF_OK;
}

/* Printable letters that need no escape in JSON stay; every other byte is %XX. What is too long is
 * cut: the path alone proves nothing. */
static void escape(char *home, size_t size, const char *path)
{
    size_t used = 0;

    for (const char *at = path; *at && used + ESCAPED_BYTES < size; at++) {
        const unsigned char byte = (unsigned char)*at;
        const bool is_plain = byte > ' ' && byte < 0x7f && !strchr("\"\\%", byte);

        used += (size_t)snprintf(home + used, size - used, is_plain ? "%c" : "%%%02X", byte);
    }
    home[used] = '\0';
}

void fox_local_marker_fill(struct fox_local_marker *marker, const struct fox_id *pool_id,
                           const struct fox_blob_home *home)
{
    *marker = (struct fox_local_marker){
        .pool_id = *pool_id, .store_id = home->store_id, .has_store = true};
    (void)snprintf(marker->folder, sizeof marker->folder, "%" PRIu64 ".%" PRId64, home->inode,
                   home->born_ns);
    (void)snprintf(marker->disk, sizeof marker->disk, "%016" PRIx64, home->fsid);
    escape(marker->home, sizeof marker->home, home->path);
}

/* A snapshot of a file system keeps the number and the birth of a folder; a disk that is found
 * anew, or mounted elsewhere, may keep only one of the others. */
static bool is_same_home(const struct fox_local_marker *one, const struct fox_local_marker *other)
{
    return strcmp(one->folder, other->folder) == 0 &&
           (strcmp(one->disk, other->disk) == 0 || strcmp(one->home, other->home) == 0);
}

enum fox_local_claim fox_local_marker_compare(const struct fox_local_marker *marker,
                                              const struct fox_local_marker *ours)
{
    if (!fox_id_equals(&marker->pool_id, &ours->pool_id)) {
        return FOX_LOCAL_FOREIGN;
    }
    if (!marker->has_store) {
        return FOX_LOCAL_UNSIGNED;
    }
    if (!fox_id_equals(&marker->store_id, &ours->store_id)) {
        return FOX_LOCAL_FOREIGN;
    }
    return is_same_home(marker, ours) ? FOX_LOCAL_OURS : FOX_LOCAL_MOVED;
}

static void explain_foreign(struct fox_str *words, const struct fox_local *local,
                            const struct fox_local_marker *marker)
{
    char pool[FOX_ID_TEXT_BYTES];

    fox_id_format(pool, &marker->pool_id);
    fox_str_add(words, "'%s' is foreign: its marker names the pool %s", local->path, pool);
    if (marker->has_store) {
        fox_str_add(words, " of the store in '%s'", marker->home);
    }
    fox_str_add(words, "; only if that is gone, remove '%s' there", FOX_BLOB_MARKER);
}

void fox_local_marker_explain(struct fox_str *words, const struct fox_local *local,
                              const struct fox_local_marker *marker)
{
    switch (fox_local_marker_compare(marker, &local->marker)) {
    case FOX_LOCAL_OURS:
        fox_str_add(words, "'%s' is this pool's", local->path);
        return;
    case FOX_LOCAL_MOVED:
        fox_str_add(words,
                    "'%s' belongs to the store in '%s': if that store was moved here, `pixelfox "
                    "pool adopt %s` takes it over; a copy of it needs a copy of the pool",
                    local->path, marker->home, local->name);
        return;
    case FOX_LOCAL_UNSIGNED:
        fox_str_add(words,
                    "the marker of '%s' names no store, as older versions wrote it: `pixelfox pool "
                    "adopt %s` writes it anew",
                    local->path, local->name);
        return;
    case FOX_LOCAL_FOREIGN:
        explain_foreign(words, local, marker);
        return;
    }
}

static pxf_status not_ours(const struct fox_local *local, const struct fox_local_marker *marker,
                           pxf_error *err)
{
    AUTO(fox_str) words = {0};

    fox_local_marker_explain(&words, local, marker);
    TRY(fox_str_check(&words, err));
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, 0, "%s", fox_str_text(&words));
}

static bool is_damage(const pxf_error *cause)
{
    return cause->status == PXF_CORRUPT || cause->status == PXF_INVALID ||
           cause->status == PXF_LIMIT;
}

static pxf_status unreadable(const struct fox_local *local, const pxf_error *cause, pxf_error *err)
{
    if (cause->status == PXF_NOT_FOUND) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, 0,
                             "'%s' has no marker %s: its disk is not mounted, or is new; `pixelfox "
                             "pool adopt %s` makes it this pool's",
                             local->path, FOX_BLOB_MARKER, local->name);
    }
    if (is_damage(cause)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause->code,
                             "the marker '%s/%s' is damaged: remove it, then `pixelfox pool adopt "
                             "%s` writes it anew (%s)",
                             local->path, FOX_BLOB_MARKER, local->name, cause->message);
    }
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_POOL, cause->code,
                         "the marker of '%s' cannot be read: %s", local->path, cause->message);
}

pxf_status fox_local_marker_check(const struct fox_fd *folder, const struct fox_local *local,
                                  pxf_error *err)
{
    struct fox_local_marker marker;
    pxf_error cause = {0};

    if (fox_local_marker_read(&marker, folder, &cause) != PXF_OK) {
        return unreadable(local, &cause, err);
    }
    return fox_local_marker_compare(&marker, &local->marker) == FOX_LOCAL_OURS
               ? PXF_OK
               : not_ours(local, &marker, err);
}

pxf_status fox_local_open_incoming(struct fox_fd *ret_folder, const struct fox_fd *root,
                                   pxf_error *err)
{
    size_t made;

    return fox_folder_reach(ret_folder, &made, root, FOX_BLOB_INCOMING, FOX_LOCAL_INCOMING_MODE,
                            err);
}

static pxf_status write_file(const struct fox_fd *incoming, const char *name, const char *text,
                             pxf_error *err)
{
    AUTO(fox_fd) file = {0};

    TRY(fox_folder_new_file(&file, incoming, name, MARKER_MODE, err));
    TRY(fox_file_write(&file, text, strlen(text), err));
    TRY(fox_file_sync_all(&file, err));
    return fox_fd_close(&file, err);
}

static pxf_status format(struct fox_str *text, const struct fox_local *local, pxf_error *err)
{
    const struct fox_local_marker *marker = &local->marker;
    char pool[FOX_ID_TEXT_BYTES], store[FOX_ID_TEXT_BYTES], made_at[FOX_TIME_TEXT_BYTES];

    fox_id_format(pool, &marker->pool_id);
    fox_id_format(store, &marker->store_id);
    fox_time_format(made_at, fox_env_now_ms(local->blob.env));
    fox_str_add(text,
                "{\"pool\": \"%s\", \"store\": \"%s\", \"home\": \"%s\", \"folder\": \"%s\", "
                "\"disk\": \"%s\", \"made_at\": \"%s\"}\n",
                pool, store, marker->home, marker->folder, marker->disk, made_at);
    return fox_str_check(text, err);
}

/* Under a name of its own, whole and synced, before it is the marker. */
static pxf_status put(const struct fox_fd *incoming, const struct fox_fd *folder, const char *name,
                      bool replaces, pxf_error *err)
{
    return replaces ? fox_folder_replace(incoming, name, folder, FOX_BLOB_MARKER, err)
                    : fox_folder_rename(incoming, name, folder, FOX_BLOB_MARKER, err);
}

pxf_status fox_local_marker_put(const struct fox_fd *folder, const struct fox_local *local,
                                bool replaces, pxf_error *err)
{
    AUTO(fox_fd) incoming = {0};
    AUTO(fox_str) text = {0};
    char name[FOX_ID_TEXT_BYTES];
    struct fox_id id;
    pxf_status status;

    TRY(fox_id_new(&id, local->blob.env, fox_env_now_ms(local->blob.env), err));
    fox_id_format(name, &id);
    TRY(format(&text, local, err));
    TRY(fox_local_open_incoming(&incoming, folder, err));
    status = write_file(&incoming, name, fox_str_text(&text), err);
    if (status == PXF_OK) {
        status = put(&incoming, folder, name, replaces, err);
    }
    if (status != PXF_OK) {
        (void)fox_folder_remove(&incoming, name, NULL);
        return status;
    }
    return fox_file_sync_all(folder, err);
}
