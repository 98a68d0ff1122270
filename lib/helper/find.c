/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/find.h"

#include <stdlib.h>
#include <string.h>

#include "os/process.h"

#define PROGRAM "pixelfox-helper"

/* Any address of this code tells which file it was loaded from. */
static const char here = 0;

static pxf_status find_set(struct fox_str *path, const char *set, pxf_error *err)
{
    /* The host may change its folder later. */
    char *whole = realpath(set, NULL);

    if (!whole || !fox_process_is_program(whole)) {
        free(whole);
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0,
                             "the setting 'render.helper' names no program: '%s'", set);
    }
    fox_str_put_text(path, whole);
    free(whole);
    return fox_str_check(path, err);
}

static pxf_status find_beside(struct fox_str *path, pxf_error *err)
{
    const char *slash;

    TRY(fox_process_path_of(path, &here, err));
    slash = strrchr(fox_str_text(path), '/');
    if (slash) {
        path->size = (size_t)(slash + 1 - path->data);
        fox_str_put_text(path, PROGRAM);
    }
    return fox_str_check(path, err);
}

pxf_status fox_helper_find(struct fox_str *path, const char *set, pxf_error *err)
{
    AUTO(fox_str) beside = {0};

    fox_str_clear(path);
    if (set) {
        return find_set(path, set, err);
    }
    TRY(find_beside(&beside, err));
    if (fox_process_is_program(fox_str_text(&beside))) {
        fox_str_put_text(path, fox_str_text(&beside));
        return fox_str_check(path, err);
    }
    if (fox_process_is_program(FOX_HELPER_PATH)) {
        fox_str_put_text(path, FOX_HELPER_PATH);
        return fox_str_check(path, err);
    }
    return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, 0,
                         "there is no helper program at '%s' nor at '%s'; the setting "
                         "'render.helper' may name another place",
                         fox_str_text(&beside), FOX_HELPER_PATH);
}
