/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_KIT_H
#define FOX_TESTS_KIT_H

#include <pixelfox/pixelfox.h>

#include "support/picture.h"
#include "support/scratch.h"
#include "support/suite.h"

/* A store of the test's own, through the public headers only. */
struct kit {
    struct fox_scratch scratch;
    char path[80]; /* of the store */
    pxf_store *store;
};

/* For setup and teardown of a test: `*state` is a struct kit with an open store. */
int kit_open(void **state);
int kit_close(void **state);

/* Opens it again, with settings "name=value", NULL at the end. */
void kit_reopen(struct kit *kit, const char *const *settings);

/* Puts a PNG of that size; the handle is the caller's. */
pxf_image *kit_put(struct kit *kit, const char *owner, uint32_t width_px, uint32_t height_px,
                   uint32_t seed);

/* Waits for the picture, works its job here, and expects that state. */
pxf_image *kit_wait(const pxf_image *image, pxf_image_state state);

/* How many files of pictures lie below the first pool, temporaries included. */
size_t kit_file_count(const struct kit *kit);

/* Verification finds nothing. */
void kit_assert_sound(struct kit *kit, int how);

/* A field of the pool `local`. */
int64_t kit_pool_number(struct kit *kit, const char *field);

/* Works all that is ready. */
void kit_work(struct kit *kit);

#endif
