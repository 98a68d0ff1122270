/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_HELPER_H
#define FOX_HELPER_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/env.h"
#include "model/recipe.h"
#include "sniff/sniff.h"

/* The host's side of pixelfox-helper, the only program that decodes and encodes pictures. This
 * process links no codec: a decoder's crash, hang or greed ends a helper, never the host.
 * doc/helper.md describes the exchange. */

/* Helper processes, started when first needed and kept for the next picture. Any thread. */
struct fox_helpers;

struct fox_helpers_options {
    const char *path; /* of the program; NULL: beside the loaded library, then libexecdir */
    size_t limit;     /* processes at once; a further render waits */
};

/* Finds the program; starts nothing yet. UNAVAILABLE naming the places that were looked at and
 * the setting `render.helper` where there is none. */
pxf_status fox_helpers_open(struct fox_helpers **ret_helpers, const struct fox_env *env,
                            const struct fox_helpers_options *options, pxf_error *err);

/* Ends all processes; none may be in use. After a fork it only frees memory. */
void fox_helpers_close(struct fox_helpers *helpers);

static inline void fox_helpers_let_go(struct fox_helpers **helpers)
{
    fox_helpers_close(*helpers);
}

/* How hard to try. */
enum fox_preset { FOX_PRESET_FAST = 1, FOX_PRESET_BALANCED = 2, FOX_PRESET_SMALL = 3 };

struct fox_helper_request {
    int fd; /* the original, lent for the call; open for reading alone or a memory file that is
               sealed against writing, INVALID otherwise */
    struct fox_sniff sniff;
    const struct fox_recipe *recipes; /* those to make, lent */
    size_t recipe_count;              /* 1 to FOX_RECIPE_LIMIT */
    enum fox_preset preset;
    uint32_t thread_count; /* for this picture, at least 1 */
    uint8_t flatten_rgb[3];
    bool keep_truncated;
    uint64_t memory_bytes; /* address space the helper may use beyond its start; 0: no limit */
    int64_t timeout_ms;    /* wall clock of the helper's work on the whole picture: waiting for a
                              helper, its start and the time in `fn` do not count */
};

/* One variant as it came back: seals and sizes checked, nothing else believed yet. */
struct fox_helper_variant {
    size_t index;       /* in the request's recipes */
    enum fox_skip skip; /* why there are no bytes, else NONE */
    pxf_format format;  /* as the helper says; the caller sniffs again. 0 if skipped, as the size */
    uint32_t width_px, height_px;
    int64_t render_ms;       /* CPU-independent wall time of this variant */
    struct fox_bytes *bytes; /* lent for the call of `fn`; share it to keep it. NULL if skipped */
};

typedef pxf_status (*fox_helper_fn)(void *ctx, const struct fox_helper_variant *variant,
                                    pxf_error *err);

/* Makes the variants of one picture; `fn` is called on this thread for each as it arrives, in
 * any order, exactly once for each recipe if the answer is OK. A failure of `fn` ends the call.
 * Errors, with the failure rule's word (static text, model/kinds.h) in `ret_rule`, "" where it
 * follows from the status:
 * CORRUPT, UNSUPPORTED: what the decoder said (truncated, corrupt, unsupported);
 * LIMIT: the helper ran into its memory limit (memory_limit);
 * TIMEOUT: the wall clock ran out and the helper was killed (timeout);
 * UNAVAILABLE with origin HELPER: the helper died, code = its signal where it is known, or spoke
 * nonsense and was killed (crashed); or it could not be started or is of another build ("");
 * IO, NO_MEMORY, INTERNAL: the original could not be read, the machine has no memory, an encoder
 * refused (""); CANCELLED; FORKED. */
pxf_status fox_helpers_render(struct fox_helpers *helpers, const struct fox_helper_request *request,
                              fox_helper_fn fn, void *ctx, const char **ret_rule,
                              struct fox_cancel *cancel, pxf_error *err);

/* Starts a helper if none runs and tells its build and codecs ("0.1.0 libvips 8.14.1 …"), static
 * until the helpers close. */
pxf_status fox_helpers_version(struct fox_helpers *helpers, const char **ret_version,
                               pxf_error *err);

#endif
