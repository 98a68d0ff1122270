/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_WALK_H
#define PIXELFOX_CLI_WALK_H

#include "cli.h"

/* What `put` was given, each file once, folders taken apart: entries by name, links to files
 * followed, links to folders not, so that no loop is walked. */

struct found {
    char *path;
    size_t argument; /* the place of the argument it came from */
    bool is_stream;  /* "-" or a named pipe: read once, to its end */
    bool is_hidden;  /* inside a folder, its name begins with a dot */
    pxf_error *err;  /* what cannot be put; NULL: a file */
};

struct walk {
    const struct cli *cli;
    struct found *found;
    size_t count, capacity;
    bool is_out_of_memory;
};

void walk_argument(struct walk *walk, size_t argument);
void walk_let_go(struct walk *walk);

#endif
