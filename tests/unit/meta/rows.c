/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/meta/rows.h"

#include <stdio.h>
#include <string.h>

struct fox_pool_row a_pool(unsigned n, const char *name, uint64_t max_bytes)
{
    return (struct fox_pool_row){
        .id = catalog_id(n),
        .name = lent(name),
        .type = PXF_POOL_LOCAL,
        .tier = PXF_TIER_HOT,
        .state = PXF_POOL_ACTIVE,
        .priority = 100,
        .weight = 1,
        .max_bytes = max_bytes,
        .path = lent("/srv/pool"),
        .created_ms = 1000,
    };
}

void picture_set(struct picture *picture, unsigned n, const char *owner, const struct fox_id *pool)
{
    *picture = (struct picture){
        .row = {.id = catalog_id(n),
                .owner = lent(owner),
                .visibility = PXF_VISIBILITY_PRIVATE,
                .pool_id = *pool,
                .bytes = 100,
                .format = PXF_FORMAT_JPEG,
                .width_px = 640,
                .height_px = 480,
                .frame_count = 1,
                .state = PXF_IMAGE_PENDING,
                .created_ms = 1000 * (int64_t)n},
    };
    memset(picture->row.sha256, 0xa5, sizeof picture->row.sha256);
    memcpy(picture->row.sha256, &n, sizeof n);
    (void)snprintf(picture->share_key, sizeof picture->share_key, "share%011u", n);
    (void)snprintf(picture->key, sizeof picture->key, "original/2026/11/25/%u.jpg", n);
    picture->row.share_key = picture->share_key;
    picture->row.key = picture->key;
}

void place_set(struct place *place, unsigned n, const struct fox_id *pool, uint64_t bytes)
{
    *place = (struct place){
        .row = {.id = catalog_id(n),
                .image_id = catalog_id(n),
                .pool_id = *pool,
                .owner = lent("ada"),
                .bytes = bytes,
                .holder = catalog_id(77),
                .expires_ms = 5000},
    };
    (void)snprintf(place->key, sizeof place->key, "original/2026/11/25/%u.jpg", n);
    (void)snprintf(place->temporary_key, sizeof place->temporary_key, ".tmp/%u", n);
    place->row.key = place->key;
    place->row.temporary_key = place->temporary_key;
}

struct fox_variant_row a_variant(unsigned n, const char *kind, const char *key,
                                 const struct fox_id *pool)
{
    struct fox_variant_row row = {
        .image_id = catalog_id(n),
        .pool_id = *pool,
        .key = lent(key),
        .bytes = 10,
        .format = PXF_FORMAT_WEBP,
        .width_px = 200,
        .height_px = 150,
        .quality = 85,
        .render_ms = 12,
        .created_ms = 2000,
    };

    (void)snprintf(row.kind, sizeof row.kind, "%s", kind);
    return row;
}

void add_pool(struct catalog *c, unsigned n, const char *name, uint64_t max_bytes)
{
    const struct fox_pool_row row = a_pool(n, name, max_bytes);
    pxf_error err = {0};

    assert_ok(WRITE(fox_pool_add_in(tx(c), &row, &err)));
}

void add_image(struct catalog *c, unsigned n, const char *owner, const struct fox_id *pool)
{
    struct picture picture;
    struct fox_id twin;
    pxf_error err = {0};

    picture_set(&picture, n, owner, pool);
    assert_ok(WRITE(fox_image_add_in(tx(c), &picture.row, &twin, &err)));
}
