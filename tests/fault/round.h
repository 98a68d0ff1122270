/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_FAULT_ROUND_H
#define FOX_TESTS_FAULT_ROUND_H

#include <stdbool.h>

#include "support/kit.h"

/* A round: a store is opened, a fault is made ready, one act is tried, the fault is over; then the
 * store must be usable, and nothing may be lost or left behind. */

enum { ROUND_ID_BYTES = 37 };

struct round {
    struct kit kit;
    uint32_t seed;                /* of this round's picture */
    struct fox_picture_file file; /* its bytes */
    char path[96];                /* the same bytes in a file */
    pxf_image *image;             /* what an act needs that is about a picture */
    char put_id[ROUND_ID_BYTES];  /* what was acknowledged under the fault */
    bool is_ready;                /* the variants were acknowledged under the fault */
};

struct act {
    const char *name;
    bool is_about_image; /* a picture is put before the fault */
    bool opens;          /* the store is closed before the fault */
    pxf_status (*run)(struct round *round, pxf_error *err);
};

extern const struct act acts[];
extern const size_t act_count;

/* Makes a fault ready, ends it, and says whether it came; `ctx` is the fault's own. */
struct fault {
    void (*arm)(void *ctx);
    bool (*disarm)(void *ctx);
    /* Fails the test where an act may not end so under this fault. */
    void (*judge)(void *ctx, const struct act *act, pxf_status status, const pxf_error *err);
    void *ctx;
    char words[64]; /* which it is, for messages */
};

void round_open(struct round *round);
void round_close(struct round *round);

/* Tries the act under the fault and checks what follows; whether the fault came. */
bool round_try(struct round *round, const struct act *act, const struct fault *fault);

#endif
