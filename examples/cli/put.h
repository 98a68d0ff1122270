/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_PUT_H
#define PIXELFOX_CLI_PUT_H

#include "walk.h"

/* Stores what was found, from a file or a stream; a title takes the place of the file's name.
 * NULL on failure. Several threads at once. */
pxf_image *put_found(const struct cli *cli, const struct found *found, const char *owner,
                     const char *title, pxf_error *err);

#endif
