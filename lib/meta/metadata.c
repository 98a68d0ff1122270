/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/metadata.h"

#include <math.h>
#include <string.h>

#include "meta/field.h"

static void bind_given(struct fox_sql_stmt *stmt, const char *text)
{
    fox_sql_bind_text(stmt, text[0] ? text : NULL);
}

static void bind_place(struct fox_sql_stmt *stmt, const struct fox_exif *exif)
{
    if (!exif->has_place || !isfinite(exif->latitude) || !isfinite(exif->longitude)) {
        fox_sql_bind_null(stmt);
        fox_sql_bind_null(stmt);
        return;
    }
    fox_sql_bind_double(stmt, exif->latitude);
    fox_sql_bind_double(stmt, exif->longitude);
}

static bool is_empty(const struct fox_str *json)
{
    return strcmp(fox_str_text(json), "{}") == 0;
}

static bool says_anything(const struct fox_exif *exif)
{
    const char *const texts[] = {exif->camera_model,  exif->taken_at, exif->taken_zone,
                                 exif->exposure_time, exif->aperture, exif->focal_length};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i][0]) {
            return true;
        }
    }
    return exif->has_place || exif->iso > 0 || (exif->json.size > 0 && !is_empty(&exif->json));
}

pxf_status fox_metadata_add_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                               const struct fox_exif *exif, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    if (!says_anything(exif)) {
        return PXF_OK;
    }
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO metadata"
                        "            (image_id, camera_model, taken_at, taken_zone, latitude,"
                        "             longitude, exposure_time, aperture, iso, focal_length, tags)"
                        "     VALUES (?, ?, ?, ?, ?,"
                        "             ?, ?, ?, ?, ?, ?)",
                        err));
    fox_field_bind_id(stmt, image_id);
    bind_given(stmt, exif->camera_model);
    bind_given(stmt, exif->taken_at);
    bind_given(stmt, exif->taken_zone);
    bind_place(stmt, exif);
    bind_given(stmt, exif->exposure_time);
    bind_given(stmt, exif->aperture);
    fox_sql_bind_int(stmt, exif->iso);
    bind_given(stmt, exif->focal_length);
    bind_given(stmt, fox_str_text(&exif->json));
    return fox_sql_run(stmt, NULL, err);
}

static void read_row(struct fox_exif *exif, struct fox_sql_stmt *stmt)
{
    fox_field_copy_into(exif->camera_model, sizeof exif->camera_model, stmt, "camera_model");
    fox_field_copy_into(exif->taken_at, sizeof exif->taken_at, stmt, "taken_at");
    fox_field_copy_into(exif->taken_zone, sizeof exif->taken_zone, stmt, "taken_zone");
    fox_field_copy_into(exif->exposure_time, sizeof exif->exposure_time, stmt, "exposure_time");
    fox_field_copy_into(exif->aperture, sizeof exif->aperture, stmt, "aperture");
    fox_field_copy_into(exif->focal_length, sizeof exif->focal_length, stmt, "focal_length");
    exif->has_place = !fox_sql_is_null(stmt, "latitude") && !fox_sql_is_null(stmt, "longitude");
    exif->latitude = fox_sql_double(stmt, "latitude");
    exif->longitude = fox_sql_double(stmt, "longitude");
    exif->iso = (uint32_t)fox_sql_int(stmt, "iso");
}

pxf_status fox_metadata_get_in(struct fox_sql_tx *tx, const struct fox_id *image_id,
                               struct fox_exif *ret_exif, pxf_error *err)
{
    struct fox_exif exif = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    AUTO(fox_str) tags = {0};
    const char *text;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT *"
                        "  FROM metadata"
                        " WHERE image_id = ?",
                        err));
    fox_field_bind_id(stmt, image_id);
    TRY(fox_sql_step(stmt, &found, err));
    if (!found) {
        return fox_field_not_found("metadata of the image", image_id, err);
    }
    read_row(&exif, stmt);
    text = fox_sql_text(stmt, "tags");
    fox_str_put_text(&tags, text ? text : "{}");
    TRY(fox_str_check(&tags, err));
    exif.json = tags;
    tags = (struct fox_str){0};
    *ret_exif = exif;
    return PXF_OK;
}
