/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_ACCESS_H
#define FOX_OS_ACCESS_H

#include <stdbool.h>

/* True if `number` is an open descriptor through which nobody can write. */
bool fox_access_is_read_only(int number);

#endif
