/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_HELPER_KIT_H
#define FOX_TESTS_HELPER_KIT_H

#include "base/meter.h"
#include "helper/helper.h"
#include "support/suite.h"

/* What the tests of this folder share: helpers over the real program or over a fake one, pictures,
 * and a taker of variants. */
struct kit {
    struct fox_env env;
    char folder[64];
    char program[512];
    struct fox_helpers *helpers;
};

/* Helpers over a program, or over the fake with that manner. */
void kit_open(struct kit *kit, const char *program, size_t limit);
void kit_open_fake(struct kit *kit, const char *manner, size_t limit);

/* Closes, and checks that no descriptor was left open. */
void kit_close(struct kit *kit);

/* The number of this process's open descriptors. */
size_t kit_fd_count(void);

/* A meter's value in its text form; 0 where it has none. */
double kit_meter(const struct kit *kit, const char *series);

/* A process of that name whose parent is `parent`; 0 if there is none. */
int kit_child_of(int parent, const char *name);

/* Until this process has no child of that name. */
void kit_await_no_child(const char *name);

/* A BMP of noise and slopes, open for reading alone. */
int kit_bmp(uint32_t width_px, uint32_t height_px);

/* A file of these bytes, open for reading alone. */
int kit_file(const void *data, size_t size);

/* A request for all eight variants, one thread, a minute of time; the fd is the caller's. */
struct fox_helper_request kit_request(int fd);

/* What came back, by index; the bytes are shared. */
struct kit_taken {
    size_t count;
    struct fox_helper_variant variants[FOX_RECIPE_LIMIT];
    const char *rule;
    pxf_status answer; /* of the callback */
    int kill;          /* a process that the callback kills */
};
void kit_taken_let_go(struct kit_taken *taken);
pxf_status kit_take(void *ctx, const struct fox_helper_variant *variant, pxf_error *err);

/* Renders into a `taken` that is let go first. */
pxf_status kit_render(struct kit *kit, const struct fox_helper_request *request,
                      struct kit_taken *taken, pxf_error *err);

#endif
