/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "blob/local/local.h"

/* A walk of the tree in the byte order of whole keys. */
struct walk {
    struct fox_blob_list *list;
    size_t limit;
    int depth;
};

/* Deeper folders and longer paths are nobody's keys: their name is listed, they are not entered. */
enum { DEPTH = 32, PAGE = 512 };

static bool is_full(const struct walk *walk)
{
    return walk->list->count >= walk->limit;
}

/* What is removed while we look is not there; any other failure ends the list. */
static pxf_status unless_vanished(const pxf_error *cause, pxf_error *err)
{
    return cause->status == PXF_NOT_FOUND ? PXF_OK : fox_fail_as(err, cause);
}

static pxf_status add(struct walk *walk, const struct fox_fd *folder, const char *name,
                      const struct fox_str *key, pxf_error *err)
{
    struct fox_file_stat stat;
    struct fox_blob_entry entry = {0};
    pxf_error cause = {0};

    TRY(fox_str_check(key, err));
    if (fox_folder_stat(&stat, folder, name, &cause) != PXF_OK) {
        return unless_vanished(&cause, err);
    }
    entry.key = key->data;
    entry.modified_ms = stat.modified_ms;
    entry.is_file = stat.kind == FOX_FILE_REGULAR && fox_blob_is_key(key->data);
    entry.size = stat.kind == FOX_FILE_REGULAR ? stat.size : 0;
    return fox_blob_list_add(walk->list, entry, err);
}

static pxf_status walk_folder(struct walk *walk, const struct fox_fd *folder, const char *path,
                              const char *cursor, pxf_error *err);

/* A folder is entered only where a key could lead through it; with a cursor (NULL: none) its name
 * was listed before. */
static pxf_status enter(struct walk *walk, const struct fox_fd *folder, const char *name,
                        struct fox_str *key, const char *cursor, pxf_error *err)
{
    AUTO(fox_fd) inner = {0};
    pxf_error cause = {0};
    pxf_status status;

    if (!fox_blob_is_key(fox_str_text(key)) || walk->depth >= DEPTH) {
        fox_str_put_text(key, "/");
        return cursor ? PXF_OK : add(walk, folder, name, key, err);
    }
    if (fox_folder_open_in(&inner, folder, name, &cause) != PXF_OK) {
        return unless_vanished(&cause, err);
    }
    walk->depth++;
    status = walk_folder(walk, &inner, fox_str_text(key), cursor ? cursor : "", err);
    walk->depth--;
    return status;
}

static void join(struct fox_str *key, const char *path, const char *name)
{
    fox_str_clear(key);
    fox_str_put_text(key, path);
    fox_str_put_text(key, path[0] ? "/" : "");
    fox_str_put_text(key, name);
}

/* The pool's own, and the file system's. */
static bool is_passed_over(const char *key)
{
    return fox_local_is_systems(key) || strcmp(key, FOX_BLOB_MARKER) == 0 ||
           strcmp(key, FOX_BLOB_INCOMING) == 0 || strcmp(key, FOX_BLOB_QUARANTINE) == 0 ||
           fox_local_is_trial(key);
}

static pxf_status take_page(struct walk *walk, const struct fox_fd *folder, const char *path,
                            const struct fox_folder_page *page, pxf_error *err)
{
    AUTO(fox_str) key = {0};

    for (size_t i = 0; i < page->count && !is_full(walk); i++) {
        const struct fox_folder_entry *entry = &page->entries[i];

        join(&key, path, entry->name);
        TRY(fox_str_check(&key, err));
        if (is_passed_over(fox_str_text(&key))) {
            continue;
        }
        if (entry->kind == FOX_FILE_FOLDER) {
            TRY(enter(walk, folder, entry->name, &key, NULL, err));
        } else {
            TRY(add(walk, folder, entry->name, &key, err));
        }
    }
    return PXF_OK;
}

/* Where the next page begins: a folder's name counts with its "/". */
static pxf_status name_end(struct fox_str *last, const struct fox_folder_page *page, pxf_error *err)
{
    const struct fox_folder_entry *end = &page->entries[page->count - 1];

    fox_str_clear(last);
    fox_str_put_text(last, end->name);
    fox_str_put_text(last, end->kind == FOX_FILE_FOLDER ? "/" : "");
    return fox_str_check(last, err);
}

/* Everything in one folder behind `last`, page by page. */
static pxf_status walk_behind(struct walk *walk, const struct fox_fd *folder, const char *path,
                              struct fox_str *last, pxf_error *err)
{
    while (!is_full(walk)) {
        AUTO(fox_folder_page) page = {0};

        TRY(fox_folder_list(&page, folder, fox_str_text(last), PAGE, err));
        if (page.count == 0) {
            return PXF_OK;
        }
        TRY(take_page(walk, folder, path, &page, err));
        TRY(name_end(last, &page, err));
    }
    return PXF_OK;
}

/* A cursor that leads through a folder goes on inside it first. */
static pxf_status walk_folder(struct walk *walk, const struct fox_fd *folder, const char *path,
                              const char *cursor, pxf_error *err)
{
    const size_t size = strcspn(cursor, "/");
    AUTO(fox_str) first = {0};
    AUTO(fox_str) key = {0};

    fox_str_put(&first, cursor, size);
    if (cursor[size] == '/') {
        join(&key, path, fox_str_text(&first));
        TRY(fox_str_check(&key, err));
        TRY(enter(walk, folder, fox_str_text(&first), &key, cursor + size + 1, err));
        fox_str_put_text(&first, "/");
    }
    TRY(fox_str_check(&first, err));
    return walk_behind(walk, folder, path, &first, err);
}

pxf_status fox_local_list(struct fox_blob *blob, const char *cursor, size_t limit,
                          struct fox_blob_list *list, pxf_error *err)
{
    AUTO(fox_local_root) *root = NULL;
    struct walk walk = {.list = list, .limit = limit};

    TRY(fox_local_root_check(&root, fox_local_of(blob), err));
    return walk_folder(&walk, &root->folder, "", cursor, err);
}

/* What fox_blob_remove_temporary could remove, and not what an NFS client keeps for whoever has a
 * removed file open (".nfs…"). */
static bool is_temporary(const struct fox_folder_entry *entry)
{
    return entry->kind == FOX_FILE_REGULAR && fox_blob_is_key(entry->name) &&
           strncmp(entry->name, ".nfs", 4) != 0;
}

/* A test of the pool that was killed leaves its file there or at the top. */
static bool is_trial(const struct fox_folder_entry *entry)
{
    return entry->kind == FOX_FILE_REGULAR && fox_local_is_trial(entry->name);
}

static pxf_status walk_names(struct walk *walk, const struct fox_fd *folder,
                             bool (*is_wanted)(const struct fox_folder_entry *entry),
                             const char *cursor, pxf_error *err)
{
    AUTO(fox_str) last = {0};
    AUTO(fox_str) key = {0};

    fox_str_put_text(&last, cursor);
    TRY(fox_str_check(&last, err));
    while (!is_full(walk)) {
        AUTO(fox_folder_page) page = {0};

        TRY(fox_folder_list(&page, folder, fox_str_text(&last), PAGE, err));
        if (page.count == 0) {
            return PXF_OK;
        }
        for (size_t i = 0; i < page.count && !is_full(walk); i++) {
            if (is_wanted(&page.entries[i])) {
                join(&key, "", page.entries[i].name);
                TRY(add(walk, folder, page.entries[i].name, &key, err));
            }
        }
        TRY(name_end(&last, &page, err));
    }
    return PXF_OK;
}

pxf_status fox_local_list_temporaries(struct fox_blob *blob, const char *cursor, size_t limit,
                                      struct fox_blob_list *list, pxf_error *err)
{
    AUTO(fox_local_root) *root = NULL;
    AUTO(fox_fd) incoming = {0};
    struct walk walk = {.list = list, .limit = limit};
    pxf_error cause = {0};

    TRY(fox_local_root_check(&root, fox_local_of(blob), err));
    TRY(walk_names(&walk, &root->folder, is_trial, cursor, err));
    if (fox_folder_open_in(&incoming, &root->folder, FOX_BLOB_INCOMING, &cause) != PXF_OK) {
        return unless_vanished(&cause, err);
    }
    return walk_names(&walk, &incoming, is_temporary, cursor, err);
}
