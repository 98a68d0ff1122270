/* SPDX-License-Identifier: Apache-2.0 */
#include "api/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/plain.h"
#include "base/mem.h"
#include "model/names.h"
#include "model/nearest.h"
#include "model/settings.h"
#include "model/words.h"

enum { NUMBER_BYTES = 24 };

/* A field of the handle: how it is read and written as text. */
struct field {
    const char *name;
    /* Appends the value, nothing for none. */
    void (*read)(const pxf_pool *pool, struct fox_str *text);
    /* NULL: to read only. */
    pxf_status (*write)(pxf_pool *pool, const char *value, pxf_error *err);
};

static pxf_status keep(char **text, const char *value, pxf_error *err)
{
    char *copy = value && *value ? fox_mem_text(value, err) : NULL;

    if (value && *value && !copy) {
        return PXF_NO_MEMORY;
    }
    free(*text);
    *text = copy;
    return PXF_OK;
}

static void put(struct fox_str *text, const char *value)
{
    if (value) {
        fox_str_put_text(text, value);
    }
}

static void put_number(struct fox_str *text, int64_t number)
{
    fox_str_add(text, "%" PRId64, number);
}

static pxf_status parse(int64_t *ret_number, const char *what, const char *value, int64_t min,
                        int64_t max, pxf_error *err)
{
    char *end;
    const int64_t number = strtoll(value, &end, 10);

    if (end == value || *end || number < min || number > max) {
        return fox_fail(err, PXF_INVALID,
                        "'%s' is a number from %" PRId64 " to %" PRId64 ", not '%s'", what, min,
                        max, value);
    }
    *ret_number = number;
    return PXF_OK;
}

static pxf_status unknown(const char *what, const char *value, const char *choices, pxf_error *err)
{
    return fox_fail(err, PXF_INVALID, "no %s '%s': %s", what, value, choices);
}

static void read_name(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->row.name);
}

static void read_type(const pxf_pool *pool, struct fox_str *text)
{
    put(text, fox_pool_type_name(pool->row.type));
}

static pxf_status write_type(pxf_pool *pool, const char *value, pxf_error *err)
{
    const pxf_pool_type type = fox_pool_type_named(value);

    if (type == PXF_POOL_S3) {
        return fox_fail(err, PXF_UNSUPPORTED, "pools of type 's3' are not there yet");
    }
    if (type == 0) {
        return unknown("pool type", value, "local, nfs, memory", err);
    }
    pool->row.type = type;
    return PXF_OK;
}

static void read_tier(const pxf_pool *pool, struct fox_str *text)
{
    put(text, fox_tier_name(pool->row.tier));
}

static pxf_status write_tier(pxf_pool *pool, const char *value, pxf_error *err)
{
    const pxf_tier tier = fox_tier_named(value);

    if (tier == 0) {
        return unknown("tier", value, "hot, warm, cold, archive", err);
    }
    pool->row.tier = tier;
    return PXF_OK;
}

static void read_state(const pxf_pool *pool, struct fox_str *text)
{
    put(text, fox_pool_state_name(pool->row.state));
}

static pxf_status write_state(pxf_pool *pool, const char *value, pxf_error *err)
{
    const pxf_pool_state state = fox_pool_state_named(value);

    if (state == 0) {
        return unknown("pool state", value, "active, read_only, draining, offline", err);
    }
    pool->row.state = state;
    return PXF_OK;
}

static void read_priority(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, pool->row.priority);
}

static pxf_status write_priority(pxf_pool *pool, const char *value, pxf_error *err)
{
    int64_t number = 0;

    TRY(parse(&number, "priority", value, 0, INT32_MAX, err));
    pool->row.priority = (int32_t)number;
    return PXF_OK;
}

static void read_weight(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, pool->row.weight);
}

static pxf_status write_weight(pxf_pool *pool, const char *value, pxf_error *err)
{
    int64_t number = 0;

    TRY(parse(&number, "weight", value, 0, INT32_MAX, err));
    pool->row.weight = (int32_t)number;
    return PXF_OK;
}

static void read_max_bytes(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, (int64_t)pool->row.max_bytes);
}

static pxf_status write_max_bytes(pxf_pool *pool, const char *value, pxf_error *err)
{
    /* Written as the settings' sizes are: "500 GiB". */
    static const struct fox_setting size = {
        .name = "max_bytes", .kind = FOX_SETTING_NUMBER, .unit = "bytes", .max = INT64_MAX};
    AUTO(fox_str) digits = {0};
    int64_t number = 0;

    TRY(fox_setting_check(&size, value, &digits, err));
    TRY(parse(&number, "max_bytes", fox_str_text(&digits), 0, INT64_MAX, err));
    pool->row.max_bytes = (uint64_t)number;
    return PXF_OK;
}

static void read_path(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->folder && !pool->is_moved ? pool->folder : pool->row.path);
}

static pxf_status write_path(pxf_pool *pool, const char *value, pxf_error *err)
{
    pool->is_moved = true;
    return keep(&pool->row.path, value, err);
}

static void read_node(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->row.node);
}

static pxf_status write_node(pxf_pool *pool, const char *value, pxf_error *err)
{
    TRY(fox_name_check_node(value, err));
    return keep(&pool->row.node, value, err);
}

static void read_region(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->row.region);
}

static pxf_status write_region(pxf_pool *pool, const char *value, pxf_error *err)
{
    TRY(fox_name_check_node(value, err));
    return keep(&pool->row.region, value, err);
}

static void read_public_url(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->row.public_url);
}

static pxf_status write_public_url(pxf_pool *pool, const char *value, pxf_error *err)
{
    return keep(&pool->row.public_url, value, err);
}

static void read_is_default(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->row.is_default ? "true" : "false");
}

static pxf_status write_is_default(pxf_pool *pool, const char *value, pxf_error *err)
{
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0) {
        return unknown("truth", value, "true, false", err);
    }
    pool->row.is_default = *value == 't';
    return PXF_OK;
}

static void read_used(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, (int64_t)pool->row.used_bytes);
}

static void read_held(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, (int64_t)pool->row.held_bytes);
}

static void read_free(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, pool->free_bytes);
}

static void read_is_healthy(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->is_healthy ? "true" : "false");
}

static void read_reason(const pxf_pool *pool, struct fox_str *text)
{
    put(text, pool->reason);
}

static void read_image_count(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, pool->image_count);
}

static void read_version(const pxf_pool *pool, struct fox_str *text)
{
    put_number(text, pool->row.version);
}

static const struct field fields[] = {
    {"name", read_name, NULL},
    {"type", read_type, write_type},
    {"tier", read_tier, write_tier},
    {"state", read_state, write_state},
    {"priority", read_priority, write_priority},
    {"weight", read_weight, write_weight},
    {"max_bytes", read_max_bytes, write_max_bytes},
    {"path", read_path, write_path},
    {"node", read_node, write_node},
    {"region", read_region, write_region},
    {"public_url", read_public_url, write_public_url},
    {"is_default", read_is_default, write_is_default},
    {"used_bytes", read_used, NULL},
    {"held_bytes", read_held, NULL},
    {"free_bytes", read_free, NULL},
    {"is_healthy", read_is_healthy, NULL},
    {"unhealthy_reason", read_reason, NULL},
    {"image_count", read_image_count, NULL},
    {"version", read_version, NULL},
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

static const struct field *find_field(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (name && strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

static pxf_status no_field(const char *name, pxf_error *err)
{
    struct fox_nearest nearest = fox_nearest_to(name);

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        fox_nearest_offer(&nearest, fields[i].name);
    }
    return nearest.best
               ? fox_fail(err, PXF_NOT_FOUND, "a pool has no field '%s': did you mean '%s'?", name,
                          nearest.best)
               : fox_fail(err, PXF_NOT_FOUND, "a pool has no field '%s'", name);
}

pxf_status pxf_pool_set_text(pxf_pool *pool, const char *field, const char *value, pxf_error *err)
{
    const struct field *found = find_field(field);

    fox_fail_clear(err);
    TRY(fox_text_check(field, "a field's name", err));
    if (!found) {
        return no_field(field, err);
    }
    if (!found->write) {
        return fox_fail(err, PXF_INVALID, "a pool's '%s' is not set by hand", field);
    }
    return found->write(pool, value ? value : "", err);
}

pxf_status pxf_pool_set_number(pxf_pool *pool, const char *field, int64_t value, pxf_error *err)
{
    char text[NUMBER_BYTES];

    (void)snprintf(text, sizeof text, "%" PRId64, value);
    return pxf_pool_set_text(pool, field, text, err);
}

pxf_status pxf_pool_set_flag(pxf_pool *pool, const char *field, bool value, pxf_error *err)
{
    return pxf_pool_set_text(pool, field, value ? "true" : "false", err);
}

const char *pxf_pool_name(const pxf_pool *pool)
{
    return pool->row.name;
}

const char *pxf_pool_get_text(const pxf_pool *pool, const char *field)
{
    const struct field *found = find_field(field);
    /* The text is lent with the handle: it keeps the last one asked for of each field. */
    struct fox_str *text;

    if (!found) {
        return NULL;
    }
    text = &pool->texts[found - fields];
    fox_str_clear(text);
    found->read(pool, text);
    return text->size > 0 ? fox_str_text(text) : NULL;
}

int64_t pxf_pool_get_number(const pxf_pool *pool, const char *field)
{
    const char *text = pxf_pool_get_text(pool, field);

    if (!text) {
        return -1;
    }
    if (strcmp(text, "true") == 0) {
        return 1;
    }
    return strcmp(text, "false") == 0 ? 0 : strtoll(text, NULL, 10);
}

uint64_t pxf_pool_used_bytes(const pxf_pool *pool)
{
    return pool->row.used_bytes;
}

uint64_t pxf_pool_held_bytes(const pxf_pool *pool)
{
    return pool->row.held_bytes;
}
