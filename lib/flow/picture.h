/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_FLOW_PICTURE_H
#define FOX_FLOW_PICTURE_H

#include "crypt/sha256.h"
#include "flow/check.h"
#include "flow/settings.h"
#include "helper/helper.h"

/* Rendering one picture by the settings, with or without a store. */

/* One variant as the host believes it: type, size and the absence of metadata were looked at again.
 */
struct fox_made {
    const struct fox_recipe *recipe;
    size_t position; /* in the list of recipes */
    enum fox_skip skip;
    pxf_format format; /* the rest is set only where it was made */
    uint32_t width_px, height_px;
    struct fox_digest digest;
    struct fox_bytes *bytes; /* lent; share it to keep it */
    int64_t render_ms;
};

typedef pxf_status (*fox_made_fn)(void *ctx, const struct fox_made *made, pxf_error *err);

struct fox_picture_job {
    const struct fox_env *env;
    struct fox_settings *settings;
    struct fox_helpers *helpers;
    const struct fox_reader *reader;
    int fd; /* the same bytes, for the helper */
    uint32_t switches;
    const struct fox_recipe *recipes; /* NULL: the eight */
    size_t recipe_count;
    uint32_t thread_count; /* of the helper, for this picture */
};

/* Checks, plans, renders; `fn` is called once for each recipe, made or skipped. The failure's rule,
 * static text, goes to `ret_rule`. Errors as fox_check_picture and fox_helpers_render have them. */
pxf_status fox_picture_render(const struct fox_picture_job *job, fox_made_fn fn, void *ctx,
                              const char **ret_rule, struct fox_cancel *cancel, pxf_error *err);

#endif
