/* SPDX-License-Identifier: Apache-2.0 */
#include "os/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/rights.h"

pxf_status fox_path_resolve(char **ret_path, const char *path, pxf_origin origin, pxf_error *err)
{
    AUTO(fox_str) words = {0};
    char *resolved = realpath(path, NULL);
    const int number = errno;

    if (resolved) {
        *ret_path = resolved;
        return PXF_OK;
    }
    if (number == ENOENT || number == ENOTDIR) {
        return fox_fail_from(err, PXF_NOT_FOUND, origin, number, "'%s' is not there", path);
    }
    if (number == EACCES && fox_rights_explain(&words, path, FOX_RIGHTS_READ)) {
        return fox_fail_from(err, PXF_DENIED, origin, number, "%s", fox_str_text(&words));
    }
    return fox_fail_errno(err, origin, number, "cannot follow '%s'", path);
}

bool fox_path_is_within(const char *path, const char *folder)
{
    const size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 && (path[size] == '/' || !path[size] || size == 1);
}
