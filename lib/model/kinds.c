/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kinds.h"

#include <string.h>

#include "base/time.h"
#include "model/names.h"

enum { ATTEMPTS = 5, SWEEP_ATTEMPTS = 3, FACTOR = 2, JITTER_PCT = 10, FIRST_MS = 30000 };

const struct fox_backoff fox_kind_default_backoff = {
    .attempts = ATTEMPTS,
    .first_ms = FIRST_MS,
    .factor = FACTOR,
    .max_ms = FOX_HOUR_MS,
    .jitter_pct = JITTER_PCT,
};

static const struct fox_kind kinds[] = {
    {
        .name = FOX_JOB_PROCESSING,
        .help = "Makes the variants of one image.",
        .backoff = {ATTEMPTS, FIRST_MS, FACTOR, FOX_HOUR_MS, JITTER_PCT},
        .timeout_ms = 10 * FOX_MINUTE_MS,
    },
    {
        .name = FOX_JOB_IMAGE_DELETE,
        .help = "Removes the files and rows of one hidden image, until all are gone.",
        .backoff = {0, FIRST_MS, FACTOR, FOX_HOUR_MS, JITTER_PCT},
        .timeout_ms = 10 * FOX_MINUTE_MS,
    },
    {
        .name = FOX_JOB_OWNER_DELETE,
        .help = "Hides all images of one owner and has each removed, until none is left.",
        .backoff = {0, FIRST_MS, FACTOR, FOX_HOUR_MS, JITTER_PCT},
        .timeout_ms = FOX_HOUR_MS,
    },
    {
        .name = FOX_JOB_SWEEP,
        .help = "Returns the room of dead holds; removes old temporaries, events and ended jobs.",
        .backoff = {SWEEP_ATTEMPTS, FIRST_MS, FACTOR, FOX_HOUR_MS, JITTER_PCT},
        .timeout_ms = FOX_HOUR_MS,
        .interval_ms = 5 * FOX_MINUTE_MS,
    },
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

/* Kinds of parts that are not there yet. */
static const char *const kept[] = {
    "s3_backup", "s3_delete", "image_move", "pool_drain", "tier_sweep",
    "scrub",     "restore",   "recall",     "replicate",  "backfill",
};

enum { KEPT_COUNT = sizeof kept / sizeof kept[0] };

/* The general rule of a status stands before its special ones. */
static const struct fox_failure failures[] = {
    {"too_large", PXF_LIMIT, "The file has more bytes, or a side more pixels, than is allowed."},
    {"too_many_pixels", PXF_LIMIT, "One frame, or all frames together, have too many pixels."},
    {"too_many_frames", PXF_LIMIT, "The animation has too many frames."},
    {"too_deep", PXF_LIMIT, "A colour channel has more bits than is allowed."},
    {"memory_limit", PXF_LIMIT, "Decoding needed more memory than a helper is given."},
    {"unsupported", PXF_UNSUPPORTED, "The format is known, but not this form of it."},
    {"unknown_type", PXF_UNSUPPORTED, "The content is no picture of a format that is allowed."},
    {"corrupt", PXF_CORRUPT, "The bytes are not what their header says."},
    {"truncated", PXF_CORRUPT, "The file ends before the picture does."},
    {"timeout", PXF_TIMEOUT, "The variants were not made within their time."},
    {"unavailable", PXF_UNAVAILABLE, "A helper or a pool could not be used in any attempt."},
    {"crashed", PXF_UNAVAILABLE, "The helper died over this picture too often."},
    {"no_room", PXF_FULL, "No pool had room for the variants in any attempt."},
    {"missing", PXF_NOT_FOUND, "The original's file is gone from its pool."},
    {"io", PXF_IO, "Reading or writing failed in every attempt."},
    {"no_memory", PXF_NO_MEMORY, "The process had no memory in any attempt."},
    {"cancelled", PXF_CANCELLED, "Its job was cancelled by hand."},
    {"internal", PXF_INTERNAL, "A defect of the library; please report it."},
};

enum { FAILURE_COUNT = sizeof failures / sizeof failures[0] };

const struct fox_kind *fox_kind_at(size_t index)
{
    return index < KIND_COUNT ? &kinds[index] : NULL;
}

const struct fox_kind *fox_kind_find(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

static bool is_kept(const char *name)
{
    for (size_t i = 0; i < KEPT_COUNT; i++) {
        if (strcmp(kept[i], name) == 0) {
            return true;
        }
    }
    return false;
}

pxf_status fox_kind_check(const char *name, pxf_error *err)
{
    TRY(fox_name_check_kind(name, err));
    if (fox_kind_find(name) || is_kept(name)) {
        return fox_fail(err, PXF_EXISTS, "the job kind '%s' is the library's own", name);
    }
    return PXF_OK;
}

const struct fox_failure *fox_failure_at(size_t index)
{
    return index < FAILURE_COUNT ? &failures[index] : NULL;
}

const struct fox_failure *fox_failure_find(const char *rule)
{
    for (size_t i = 0; i < FAILURE_COUNT; i++) {
        if (strcmp(failures[i].rule, rule) == 0) {
            return &failures[i];
        }
    }
    return NULL;
}

const struct fox_failure *fox_failure_of_status(pxf_status status)
{
    for (size_t i = 0; i < FAILURE_COUNT; i++) {
        if (failures[i].status == status) {
            return &failures[i];
        }
    }
    return &failures[FAILURE_COUNT - 1];
}
