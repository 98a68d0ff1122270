/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PROGRAM_CRASH_H
#define FOX_HELPER_PROGRAM_CRASH_H

#include <stdint.h>

/* Tells the host of the signal that kills the helper, which a host that ignores SIGCHLD learns in
 * no other way, and of memory that ran out. Before the first thread. */
void crash_watch(void);

/* The picture that a crash is about. */
void crash_set_picture(uint32_t picture);

#endif
