/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_SCRATCH_H
#define FOX_TESTS_SCRATCH_H

#include <stddef.h>

/* A new, empty folder of the test's own below /tmp. It ends the test if that fails. */
struct fox_scratch {
    char path[48];
};

struct fox_scratch fox_scratch_make(void);

/* Unmounts what lies on or in it and removes it with all it holds. */
void fox_scratch_remove(struct fox_scratch *scratch);

static inline void fox_scratch_let_go(struct fox_scratch *scratch)
{
    fox_scratch_remove(scratch);
}

/* The path of a name inside, lent until the next eight calls on this thread. */
const char *fox_scratch_path(const struct fox_scratch *scratch, const char *name);

/* A file inside with that text, mode 0644; folders in its name must be there. */
void fox_scratch_put(const struct fox_scratch *scratch, const char *name, const char *text);

void fox_scratch_make_folder(const struct fox_scratch *scratch, const char *name);

/* Mounts a file system of memory on the folder `name` inside, with options like "size=1m". */
void fox_scratch_mount(const struct fox_scratch *scratch, const char *name, const char *options);

/* Open descriptors of this process, to see that none is left. */
size_t fox_scratch_fd_count(void);

#endif
