/* SPDX-License-Identifier: Apache-2.0 */
#include "os/access.h"

#include <fcntl.h>

bool fox_access_is_read_only(int number)
{
    const int flags = fcntl(number, F_GETFL);

    return flags >= 0 && (flags & O_ACCMODE) == O_RDONLY;
}
