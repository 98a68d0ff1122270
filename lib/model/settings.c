/* SPDX-License-Identifier: Apache-2.0 */
#include "model/settings.h"

#include <string.h>

#include "model/nearest.h"

/* Names that the documents use for parts which are not there yet. */
static const char *const kept[] = {
    "backup.enabled",
    "backup.delay_min",
    "backup.check_interval_min",
    "backup.retry_interval_min",
    "backup.concurrency",
    "backup.bandwidth_bytes",
    "backup.timetable",
    "s3.access_key_id",
    "s3.secret_access_key",
    "s3.region",
    "s3.bucket",
    "s3.endpoint_url",
    "s3.path_prefix",
    "s3.addressing",
    "s3.storage_class",
    "s3.encryption",
    "secrets.key_file",
    "server.listen",
    "server.trusted_proxies",
    "server.uploads_enabled",
};

enum { KEPT_COUNT = sizeof kept / sizeof kept[0] };

static const char *const kind_names[] = {
    [FOX_SETTING_TEXT] = "text",
    [FOX_SETTING_NUMBER] = "number",
    [FOX_SETTING_FLAG] = "flag",
    [FOX_SETTING_CHOICE] = "choice",
};

const char *fox_setting_kind_name(enum fox_setting_kind kind)
{
    return kind_names[kind];
}

static pxf_status find_kept(const char *name, pxf_error *err)
{
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        if (strcmp(kept[i], name) == 0) {
            return fox_fail(err, PXF_UNSUPPORTED,
                            "the setting '%s' is for a part that is not available yet", name);
        }
    }
    return PXF_OK;
}

static pxf_status fail_unknown(const char *name, pxf_error *err)
{
    struct fox_nearest nearest = fox_nearest_to(name);

    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        fox_nearest_offer(&nearest, fox_setting_at(i)->name);
    }
    if (nearest.best) {
        return fox_fail(err, PXF_NOT_FOUND, "there is no setting '%s'; did you mean '%s'?", name,
                        nearest.best);
    }
    return fox_fail(err, PXF_NOT_FOUND, "there is no setting '%s'", name);
}

pxf_status fox_setting_find(const char *name, const struct fox_setting **ret_setting,
                            pxf_error *err)
{
    for (size_t i = 0; i < FOX_SETTING_COUNT; i++) {
        if (strcmp(fox_setting_at(i)->name, name) == 0) {
            *ret_setting = fox_setting_at(i);
            return PXF_OK;
        }
    }
    TRY(find_kept(name, err));
    return fail_unknown(name, err);
}
