/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <inttypes.h>
#include <time.h>

/* Every decimal fraction of so many digits is told as it was written. */
enum { REAL_DIGITS = 15 };

void print_json(json_t *object)
{
    make_way();
    flockfile(stdout);
    (void)json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    (void)fputc('\n', stdout);
    (void)fflush(stdout);
    funlockfile(stdout);
    json_decref(object);
}

void put_text(json_t *object, const char *name, const char *value)
{
    if (value && *value) {
        (void)json_object_set_new(object, name, clean_string(value));
    }
}

void put_number(json_t *object, const char *name, int64_t value)
{
    (void)json_object_set_new(object, name, json_integer(value));
}

void put_flag(json_t *object, const char *name, bool value)
{
    (void)json_object_set_new(object, name, json_boolean(value));
}

void put_parsed(json_t *object, const char *name, const char *text)
{
    json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

    if (value) {
        (void)json_object_set_new(object, name, value);
    }
}

void put_error(json_t *object, pxf_status status, const char *rule, const char *message)
{
    json_t *error = json_object();

    put_text(error, "status", pxf_status_name(status));
    put_text(error, "rule", rule);
    put_text(error, "message", message);
    (void)json_object_set_new(object, "error", error);
}

static const char *const image_states[] = {
    [PXF_IMAGE_PENDING] = "pending", [PXF_IMAGE_PROCESSING] = "processing",
    [PXF_IMAGE_READY] = "ready",     [PXF_IMAGE_FAILED] = "failed",
    [PXF_IMAGE_DELETED] = "deleted",
};

static const char *const job_states[] = {
    [PXF_JOB_SCHEDULED] = "scheduled", [PXF_JOB_READY] = "ready",
    [PXF_JOB_RUNNING] = "running",     [PXF_JOB_DONE] = "done",
    [PXF_JOB_DEAD] = "dead",           [PXF_JOB_CANCELLED] = "cancelled",
    [PXF_JOB_PAUSED] = "paused",       [PXF_JOB_STRANDED] = "stranded",
};

const char *image_state_word(pxf_image_state state)
{
    return image_states[state];
}

const char *job_state_word(pxf_job_state state)
{
    return job_states[state];
}

static void put_failure(json_t *object, const pxf_image *image)
{
    json_t *failure;

    if (pxf_image_failure_status(image) == PXF_OK) {
        return;
    }
    failure = json_object();
    put_text(failure, "status", pxf_status_name(pxf_image_failure_status(image)));
    put_text(failure, "rule", pxf_image_failure_rule(image));
    put_text(failure, "message", pxf_image_failure(image));
    (void)json_object_set_new(object, "failure", failure);
}

json_t *image_json(const pxf_image *image)
{
    json_t *object = json_object();

    put_text(object, "id", pxf_image_id(image));
    put_text(object, "owner", pxf_image_owner(image));
    put_text(object, "title", pxf_image_title(image));
    put_text(object, "state", image_state_word(pxf_image_get_state(image)));
    put_failure(object, image);
    put_text(object, "type", pxf_image_type(image));
    put_number(object, "width_px", pxf_image_width_px(image));
    put_number(object, "height_px", pxf_image_height_px(image));
    put_number(object, "frame_count", pxf_image_frame_count(image));
    put_number(object, "bytes", (int64_t)pxf_image_bytes(image));
    put_text(object, "sha256", pxf_image_sha256(image));
    put_text(object, "pool", pxf_image_pool(image));
    put_text(object, "key", pxf_image_key(image));
    put_text(object, "url", pxf_image_url(image));
    put_number(object, "created_ms", pxf_image_created_ms(image));
    return object;
}

json_t *variant_json(const pxf_variant *variant)
{
    json_t *object = json_object();

    put_text(object, "kind", pxf_variant_kind(variant));
    if (pxf_variant_skip_reason(variant)) {
        put_text(object, "skip_reason", pxf_variant_skip_reason(variant));
        return object;
    }
    put_text(object, "type", pxf_variant_type(variant));
    put_number(object, "width_px", pxf_variant_width_px(variant));
    put_number(object, "height_px", pxf_variant_height_px(variant));
    put_number(object, "bytes", (int64_t)pxf_variant_bytes(variant));
    put_text(object, "sha256", pxf_variant_sha256(variant));
    put_text(object, "pool", pxf_variant_pool(variant));
    put_text(object, "key", pxf_variant_key(variant));
    put_text(object, "url", pxf_variant_url(variant));
    put_number(object, "render_ms", pxf_variant_render_ms(variant));
    return object;
}

json_t *image_json_whole(const pxf_image *image)
{
    json_t *object = image_json(image);
    json_t *variants = json_array();

    for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
        (void)json_array_append_new(variants, variant_json(pxf_image_variant(image, i)));
    }
    (void)json_object_set_new(object, "variants", variants);
    put_parsed(object, "metadata", pxf_image_metadata(image));
    return object;
}

const char *size_text(char text[SIZE_TEXT_BYTES], uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    uint64_t whole = bytes, rest = 0;
    size_t unit = 0;

    while (whole >= 1000 && unit < 5) {
        rest = whole % 1000 / 100;
        whole /= 1000;
        unit++;
    }
    if (unit == 0) {
        (void)snprintf(text, SIZE_TEXT_BYTES, "%" PRIu64 " B", whole);
    } else {
        (void)snprintf(text, SIZE_TEXT_BYTES, "%" PRIu64 ".%" PRIu64 " %s", whole, rest,
                       units[unit]);
    }
    return text;
}

const char *time_text(char text[TIME_TEXT_BYTES], int64_t ms)
{
    const time_t seconds = (time_t)(ms / 1000);
    struct tm parts;

    if (!gmtime_r(&seconds, &parts) ||
        strftime(text, TIME_TEXT_BYTES, "%Y-%m-%d %H:%M:%S", &parts) == 0) {
        text[0] = '\0';
    }
    return text;
}
