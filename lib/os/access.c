/* SPDX-License-Identifier: Apache-2.0 */
#include "os/access.h"

#include <fcntl.h>
#include <unistd.h>

bool fox_access_is_read_only(int number)
{
    const int flags = fcntl(number, F_GETFL);
    int seals;

    if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) {
        return true;
    }
    seals = fcntl(number, F_GET_SEALS); /* a memory file may be sealed against writing */
    return seals >= 0 && (seals & F_SEAL_WRITE) != 0;
}

bool fox_access_may_write(const char *path)
{
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
}
