/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_MODEL_SETTINGS_H
#define FOX_MODEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* The table of all settings: what they are called, what they may be, what they do. Everything that
 * validates, lists, documents or binds settings reads it. Values are texts; a value in canonical
 * form is what fox_setting_check() wrote. */

/* The table's rows; tests hold the order against their names. */
enum fox_setting_id {
    FOX_SETTING_STORE_CREATE,
    FOX_SETTING_STORE_SPOOL_PATH,
    FOX_SETTING_STORE_CLEAN_UP_AGE_MIN,
    FOX_SETTING_STORE_ORPHAN_SHARE_PCT,
    FOX_SETTING_STORE_PUBLIC_ORIGINALS,
    FOX_SETTING_STORE_EVENT_KEEP_DAYS,
    FOX_SETTING_STORE_NODE,
    FOX_SETTING_STORE_REGION,
    FOX_SETTING_INGEST_MAX_BYTES,
    FOX_SETTING_INGEST_MAX_PIXELS,
    FOX_SETTING_INGEST_MAX_ALL_PIXELS,
    FOX_SETTING_INGEST_MAX_FRAMES,
    FOX_SETTING_INGEST_MAX_SIDE_PX,
    FOX_SETTING_INGEST_MAX_DEPTH_BITS,
    FOX_SETTING_INGEST_MAX_OWNER_BYTES,
    FOX_SETTING_INGEST_TRUNCATED,
    FOX_SETTING_INGEST_TITLE_MAX_BYTES,
    FOX_SETTING_RENDER_HELPER,
    FOX_SETTING_RENDER_WEBP_ENABLED,
    FOX_SETTING_RENDER_AVIF_ENABLED,
    FOX_SETTING_RENDER_ORIGINAL_ENABLED,
    FOX_SETTING_RENDER_WEBP_QUALITY,
    FOX_SETTING_RENDER_AVIF_CRF,
    FOX_SETTING_RENDER_ORIGINAL_QUALITY,
    FOX_SETTING_RENDER_RECIPES,
    FOX_SETTING_RENDER_PRESET,
    FOX_SETTING_RENDER_FLATTEN,
    FOX_SETTING_RENDER_TIMEOUT_S,
    FOX_SETTING_RENDER_MEMORY_BYTES,
    FOX_SETTING_RENDER_MAX_HELPERS,
    FOX_SETTING_RENDER_THREADS,
    FOX_SETTING_QUEUE_URL,
    FOX_SETTING_QUEUE_ATTEMPTS,
    FOX_SETTING_QUEUE_DONE_KEEP_H,
    FOX_SETTING_WORKER_THREADS,
    FOX_SETTING_WORKER_LEASE_MS,
    FOX_SETTING_WORKER_DRAIN_MS,
    FOX_SETTING_POOL_POLICY,
    FOX_SETTING_POOL_FILE_MODE,
    FOX_SETTING_POOL_FOLDER_MODE,
    FOX_SETTING_POOL_RESERVE_BYTES,
    FOX_SETTING_POOL_RESERVE_PCT,
    FOX_SETTING_POOL_HEALTH_MS,
    FOX_SETTING_LOG_LEVEL,
    FOX_SETTING_COUNT
};

enum fox_setting_kind {
    FOX_SETTING_TEXT = 1,
    FOX_SETTING_NUMBER = 2,
    FOX_SETTING_FLAG = 3,
    FOX_SETTING_CHOICE = 4
};
const char *fox_setting_kind_name(enum fox_setting_kind kind); /* "number" */

enum { FOX_SETTING_VALUE_BYTES = 4096 };

struct fox_setting {
    const char *name;
    enum fox_setting_kind kind;
    const char *unit;     /* of a number: "bytes", "ms"; "" without one */
    const char *standard; /* the default, canonical */
    int64_t min, max;     /* of a number */
    const char *choices;  /* of a choice, separated by '|'; else "" */
    bool is_live;         /* kept in the catalog and changed in an open store; else told at open */
    const char *help;     /* one sentence */
    /* What a text must be, beyond clean UTF-8; writes its canonical form. NULL: anything. */
    pxf_status (*check)(const char *text, struct fox_str *canonical, pxf_error *err);
};

/* By index, NULL behind the last. */
const struct fox_setting *fox_setting_at(size_t index);

/* NOT_FOUND with the nearest name; UNSUPPORTED for a name that is kept for a part which is not
 * there yet. */
pxf_status fox_setting_find(const char *name, const struct fox_setting **ret_setting,
                            pxf_error *err);

/* Adds the canonical form of a value as people write it: numbers with or without their unit,
 * bytes also with KiB, MiB, GiB, TiB or k, M, G, T (the same: powers of 1024), pixels with MP;
 * flags as true, yes, on, 1 and their opposites. INVALID names the setting, its bounds, unit or
 * choices. */
pxf_status fox_setting_check(const struct fox_setting *setting, const char *text,
                             struct fox_str *canonical, pxf_error *err);

#endif
