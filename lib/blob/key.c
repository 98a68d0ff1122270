/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include "blob/driver.h"

enum { COMPONENT_LIMIT = 255 }; /* NAME_MAX of Linux */

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

static bool is_component(const char *text, size_t size)
{
    const bool is_dots = (size == 1 && text[0] == '.') || (size == 2 && memcmp(text, "..", 2) == 0);

    return size > 0 && size <= COMPONENT_LIMIT && !is_dots && strspn(text, LETTERS) >= size;
}

bool fox_blob_is_key(const char *path)
{
    size_t size = strcspn(path, "/");

    if (strlen(path) > FOX_KEY_LIMIT) {
        return false;
    }
    while (is_component(path, size)) {
        if (path[size] == '\0') {
            return true;
        }
        path += size + 1;
        size = strcspn(path, "/");
    }
    return false;
}

/* What lies at the top of a pool and is not a blob: ours, and the snapshots that file systems keep
 * there; some file systems do not tell case apart. */
static bool is_reserved(const char *key)
{
    static const char *const names[] = {FOX_BLOB_INCOMING, FOX_BLOB_QUARANTINE, FOX_BLOB_MARKER,
                                        ".snapshot",       ".snapshots",        ".zfs"};
    const size_t size = strcspn(key, "/");

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (size == strlen(names[i]) && strncasecmp(key, names[i], size) == 0) {
            return true;
        }
    }
    return false;
}

pxf_status fox_blob_check_key(const char *key, pxf_error *err)
{
    if (strlen(key) > FOX_KEY_LIMIT) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             "a key has %zu bytes where %d are allowed", strlen(key),
                             FOX_KEY_LIMIT);
    }
    if (!fox_blob_is_key(key)) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             "the key '%s' is not made of names of [A-Za-z0-9._-] with '/' between",
                             key);
    }
    if (is_reserved(key)) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0, "the key '%s' is the pool's own",
                             key);
    }
    return PXF_OK;
}

pxf_status fox_blob_check_temporary(const char *temporary_key, pxf_error *err)
{
    if (!fox_blob_is_key(temporary_key) || strchr(temporary_key, '/')) {
        return fox_fail_from(err, PXF_INVALID, PXF_ORIGIN_POOL, 0,
                             "the temporary key '%s' is not one name of [A-Za-z0-9._-]",
                             temporary_key);
    }
    return PXF_OK;
}
