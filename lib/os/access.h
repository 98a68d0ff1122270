/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_ACCESS_H
#define FOX_OS_ACCESS_H

#include <stdbool.h>

/* True if `number` is an open descriptor through which nobody can write. */
bool fox_access_is_read_only(int number);

/* Whether rights and mount allow this process to write to the file; also false if it is not there.
 */
bool fox_access_may_write(const char *path);

#endif
