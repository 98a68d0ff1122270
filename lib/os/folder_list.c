/* SPDX-License-Identifier: Apache-2.0 */
#include "os/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/open.h"

struct wish {
    const char *after;
    size_t limit;
};

static void stop(DIR **dir)
{
    if (*dir) {
        (void)closedir(*dir);
    }
}

static enum fox_file_kind kind_of(int folder, const struct dirent *found)
{
    struct stat stat;

    switch (found->d_type) {
    case DT_REG:
        return FOX_FILE_REGULAR;
    case DT_DIR:
        return FOX_FILE_FOLDER;
    case DT_LNK:
        return FOX_FILE_LINK;
    case DT_UNKNOWN:
        break;
    default:
        return FOX_FILE_OTHER;
    }
    if (fstatat(folder, found->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0) {
        return FOX_FILE_OTHER;
    }
    if (S_ISDIR(stat.st_mode)) {
        return FOX_FILE_FOLDER;
    }
    if (S_ISREG(stat.st_mode)) {
        return FOX_FILE_REGULAR;
    }
    return S_ISLNK(stat.st_mode) ? FOX_FILE_LINK : FOX_FILE_OTHER;
}

/* The byte at `i` of a name, a folder's name ending in "/". */
static int byte_at(const struct fox_folder_entry *entry, size_t size, size_t i)
{
    if (i < size) {
        return (unsigned char)entry->name[i];
    }
    return i == size && entry->kind == FOX_FILE_FOLDER ? '/' : -1;
}

static int compare(const struct fox_folder_entry *one, const struct fox_folder_entry *other)
{
    const size_t one_size = strlen(one->name), other_size = strlen(other->name);
    size_t i = 0;

    while (byte_at(one, one_size, i) == byte_at(other, other_size, i)) {
        if (byte_at(one, one_size, i) < 0) {
            return 0;
        }
        i++;
    }
    return byte_at(one, one_size, i) - byte_at(other, other_size, i);
}

/* The page is a heap with its last name on top while it is gathered. */
static void sift_down(struct fox_folder_entry *entries, size_t count)
{
    size_t i = 0;

    for (;;) {
        size_t largest = i;

        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++) {
            if (compare(&entries[child], &entries[largest]) > 0) {
                largest = child;
            }
        }
        if (largest == i) {
            return;
        }

        const struct fox_folder_entry kept = entries[i];

        entries[i] = entries[largest];
        entries[largest] = kept;
        i = largest;
    }
}

static void sift_up(struct fox_folder_entry *entries, size_t i)
{
    while (i > 0 && compare(&entries[i], &entries[(i - 1) / 2]) > 0) {
        const struct fox_folder_entry kept = entries[i];

        entries[i] = entries[(i - 1) / 2];
        entries[(i - 1) / 2] = kept;
        i = (i - 1) / 2;
    }
}

static pxf_status keep(struct fox_folder_page *page, struct fox_folder_entry found, size_t limit,
                       pxf_error *err)
{
    const bool is_full = page->count == limit;
    char *name;

    if (is_full && compare(&found, &page->entries[0]) > 0) {
        return PXF_OK;
    }
    TRY(fox_mem_grow(&page->entries, &page->capacity, page->count + !is_full, sizeof *page->entries,
                     err));
    name = fox_mem_text(found.name, err);
    if (!name) {
        return PXF_NO_MEMORY;
    }
    found.name = name;
    if (is_full) {
        free(page->entries[0].name);
        page->entries[0] = found;
        sift_down(page->entries, page->count);
        return PXF_OK;
    }
    page->entries[page->count++] = found;
    sift_up(page->entries, page->count - 1);
    return PXF_OK;
}

static int compare_entries(const void *one, const void *other)
{
    return compare(one, other);
}

/* `after` ends in "/" where it names a folder. */
static bool is_behind(const struct fox_folder_entry *found, const char *after)
{
    const size_t size = strlen(found->name), after_size = strlen(after);
    size_t i = 0;

    while (i < after_size && byte_at(found, size, i) == (unsigned char)after[i]) {
        i++;
    }
    return i < after_size ? byte_at(found, size, i) > (unsigned char)after[i]
                          : byte_at(found, size, i) >= 0;
}

static pxf_status gather(struct fox_folder_page *page, DIR *dir, struct wish wish,
                         pxf_origin origin, pxf_error *err)
{
    struct dirent *found;

    errno = 0;
    while (wish.limit > 0 && (found = readdir(dir)) != NULL) {
        const struct fox_folder_entry entry = {.name = found->d_name,
                                               .kind = kind_of(dirfd(dir), found)};

        if (strcmp(entry.name, ".") != 0 && strcmp(entry.name, "..") != 0 &&
            is_behind(&entry, wish.after)) {
            TRY(keep(page, entry, wish.limit, err));
        }
        errno = 0;
    }
    return errno == 0 ? PXF_OK : fox_fail_errno(err, origin, errno, "cannot list a folder");
}

pxf_status fox_folder_list(struct fox_folder_page *page, const struct fox_fd *folder,
                           const char *after, size_t limit, pxf_error *err)
{
    __attribute__((cleanup(stop))) DIR *dir = NULL;
    AUTO(fox_folder_page) found = {0};
    AUTO(fox_fd)
    anew = fox_fd_of(fox_open_number(fox_fd_number(folder), ".", O_RDONLY | O_DIRECTORY),
                     folder->origin);

    if (fox_fd_is_open(&anew)) {
        dir = fdopendir(fox_fd_number(&anew));
    }
    if (!dir) {
        return fox_fail_errno(err, folder->origin, errno, "cannot list a folder");
    }
    (void)fox_fd_give(&anew);
    TRY(gather(&found, dir, (struct wish){after, limit}, folder->origin, err));
    if (found.count > 0) {
        qsort(found.entries, found.count, sizeof *found.entries, compare_entries);
    }
    fox_folder_page_free(page);
    *page = found;
    found = (struct fox_folder_page){0};
    return PXF_OK;
}

void fox_folder_page_free(struct fox_folder_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        free(page->entries[i].name);
    }
    free(page->entries);
    *page = (struct fox_folder_page){0};
}
