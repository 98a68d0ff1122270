/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_WAIT_H
#define PIXELFOX_CLI_WAIT_H

#include <stdint.h>

#include "cli.h"

/* The time of --timeout, which needs --wait; PXF_FOREVER without. False with words. */
bool option_timeout(const struct cli *cli, int64_t *ret_timeout_ms);

/* Works what removes hidden images until none is left, and says what it waits for where nothing
 * moves; another process may be at it too. Each that is left when the time is over is told. An exit
 * code. */
int wait_until_gone(const struct cli *cli, char *const *ids, size_t count, int64_t timeout_ms);

#endif
