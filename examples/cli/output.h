/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_OUTPUT_H
#define PIXELFOX_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Standard output, whose failure no command may miss. */

/* Puts our own writer behind stdout: it waits where a pipe does not block, and keeps the number of
 * the first failure, behind which nothing is printed. Before anything is printed. */
void open_output(void);

/* What standard output did not take is a failure, unless nobody reads it any more: told, and an
 * exit code. */
int close_output(int code);

/* Whether whoever read standard output has gone: no failure, and nothing left to print for. */
bool is_reader_gone(void);

/* Writes all of it. 0, or an errno: EINTR if a signal came while nobody took it. */
int write_whole(int fd, const void *data, size_t size);

#endif
