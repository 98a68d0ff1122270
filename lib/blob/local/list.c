/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob/local/local.h"

/* A walk of the tree in the byte order of whole keys. */
struct walk {
    struct fox_blob_list *list;
    size_t limit;
    int depth;
};

/* Deeper folders and longer paths are nobody's keys: their name is listed, they are not entered. */
enum { DEPTH = 32, PAGE = 512, PATH_BYTES = FOX_KEY_LIMIT + 260 };

static bool is_full(const struct walk *walk)
{
    return walk->list->count >= walk->limit;
}

static bool is_vanished(pxf_error *cause, pxf_error *err)
{
    if (cause->status == PXF_NOT_FOUND) {
        return true;
    }
    (void)fox_fail_as(err, cause);
    return false;
}

static pxf_status add(struct walk *walk, const struct fox_fd *folder, const char *name, char *key,
                      pxf_error *err)
{
    struct fox_file_stat stat;
    pxf_error cause = {0};

    if (fox_folder_stat(&stat, folder, name, &cause) != PXF_OK) {
        return is_vanished(&cause, err) ? PXF_OK : (pxf_status)cause.status;
    }

    const bool is_file = stat.kind == FOX_FILE_REGULAR;

    return fox_blob_list_add(walk->list,
                             (struct fox_blob_entry){.key = key,
                                                     .size = is_file ? stat.size : 0,
                                                     .modified_ms = stat.modified_ms,
                                                     .is_file = is_file && fox_blob_is_key(key)},
                             err);
}

static pxf_status walk_folder(struct walk *walk, const struct fox_fd *folder, const char *path,
                              const char *cursor, pxf_error *err);

static bool is_ours(const char *key)
{
    return strcmp(key, FOX_BLOB_MARKER) == 0 || strcmp(key, FOX_BLOB_INCOMING) == 0;
}

/* A folder is entered only where a key could lead through it; with a cursor (NULL: none) it was
 * listed before. */
static pxf_status enter(struct walk *walk, const struct fox_fd *folder, const char *name, char *key,
                        const char *cursor, pxf_error *err)
{
    AUTO(fox_fd) inner = {0};
    pxf_error cause = {0};
    pxf_status status;

    if (!fox_blob_is_key(key) || walk->depth >= DEPTH) {
        if (cursor) {
            return PXF_OK;
        }
        (void)strcat(key, "/");
        return add(walk, folder, name, key, err);
    }
    if (fox_folder_open_in(&inner, folder, name, &cause) != PXF_OK) {
        return is_vanished(&cause, err) ? PXF_OK : (pxf_status)cause.status;
    }
    walk->depth++;
    status = walk_folder(walk, &inner, key, cursor ? cursor : "", err);
    walk->depth--;
    return status;
}

static void join(char key[PATH_BYTES], const char *path, const char *name)
{
    (void)snprintf(key, PATH_BYTES, "%s%s%s", path, path[0] ? "/" : "", name);
}

static pxf_status take_page(struct walk *walk, const struct fox_fd *folder, const char *path,
                            const struct fox_folder_page *page, pxf_error *err)
{
    char key[PATH_BYTES];

    for (size_t i = 0; i < page->count && !is_full(walk); i++) {
        const struct fox_folder_entry *entry = &page->entries[i];

        join(key, path, entry->name);
        if (is_ours(key)) {
            continue;
        }
        if (entry->kind == FOX_FILE_FOLDER) {
            TRY(enter(walk, folder, entry->name, key, NULL, err));
        } else {
            TRY(add(walk, folder, entry->name, key, err));
        }
    }
    return PXF_OK;
}

/* Where the next page begins. */
static void name_end(char last[PATH_BYTES], const struct fox_folder_page *page)
{
    const struct fox_folder_entry *end = &page->entries[page->count - 1];

    (void)snprintf(last, PATH_BYTES, "%s%s", end->name, end->kind == FOX_FILE_FOLDER ? "/" : "");
}

/* Everything in one folder behind `after`, which ends in "/" where it names a folder. */
static pxf_status walk_behind(struct walk *walk, const struct fox_fd *folder, const char *path,
                              const char *after, pxf_error *err)
{
    char last[PATH_BYTES];

    (void)snprintf(last, sizeof last, "%s", after);
    while (!is_full(walk)) {
        AUTO(fox_folder_page) page = {0};

        TRY(fox_folder_list(&page, folder, last, PAGE, err));
        if (page.count == 0) {
            return PXF_OK;
        }
        TRY(take_page(walk, folder, path, &page, err));
        name_end(last, &page);
    }
    return PXF_OK;
}

/* A cursor that leads through a folder continues inside it first. */
static pxf_status walk_folder(struct walk *walk, const struct fox_fd *folder, const char *path,
                              const char *cursor, pxf_error *err)
{
    const size_t size = strcspn(cursor, "/");
    char first[PATH_BYTES], key[PATH_BYTES];

    if (cursor[size] == '\0') {
        return walk_behind(walk, folder, path, cursor, err);
    }
    (void)snprintf(first, sizeof first, "%.*s", (int)(size < PATH_BYTES ? size : PATH_BYTES - 1),
                   cursor);
    join(key, path, first);
    TRY(enter(walk, folder, first, key, cursor + size + 1, err));
    (void)snprintf(first, sizeof first, "%.*s/", (int)(size < PATH_BYTES ? size : PATH_BYTES - 2),
                   cursor);
    return walk_behind(walk, folder, path, first, err);
}

pxf_status fox_local_list(struct fox_blob *blob, const char *cursor, size_t limit,
                          struct fox_blob_list *list, pxf_error *err)
{
    AUTO(fox_local_root) *root = NULL;
    struct walk walk = {.list = list, .limit = limit};

    TRY(fox_local_root_check(&root, fox_local_of(blob), err));
    return walk_folder(&walk, &root->folder, "", cursor, err);
}

/* Only what fox_blob_remove_temporary could remove, and not what an NFS client keeps for whoever
 * has a removed file open (".nfs…"). */
static pxf_status add_temporary(struct walk *walk, const struct fox_fd *incoming,
                                const struct fox_folder_entry *entry, pxf_error *err)
{
    if (entry->kind != FOX_FILE_REGULAR || !fox_blob_is_key(entry->name) ||
        strncmp(entry->name, ".nfs", 4) == 0) {
        return PXF_OK;
    }
    return add(walk, incoming, entry->name, entry->name, err);
}

static pxf_status walk_temporaries(struct walk *walk, const struct fox_fd *incoming,
                                   const char *cursor, pxf_error *err)
{
    char last[PATH_BYTES];

    (void)snprintf(last, sizeof last, "%s", cursor);
    while (!is_full(walk)) {
        AUTO(fox_folder_page) page = {0};

        TRY(fox_folder_list(&page, incoming, last, PAGE, err));
        if (page.count == 0) {
            return PXF_OK;
        }
        for (size_t i = 0; i < page.count && !is_full(walk); i++) {
            TRY(add_temporary(walk, incoming, &page.entries[i], err));
        }
        name_end(last, &page);
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
    if (fox_folder_open_in(&incoming, &root->folder, FOX_BLOB_INCOMING, &cause) != PXF_OK) {
        return is_vanished(&cause, err) ? PXF_OK : (pxf_status)cause.status;
    }
    return walk_temporaries(&walk, &incoming, cursor, err);
}
