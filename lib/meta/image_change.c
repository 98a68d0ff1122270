/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/image.h"

#include <inttypes.h>

#include "base/str.h"
#include "meta/field.h"
#include "meta/image_row.h"

static pxf_status check(const struct fox_image_change *change, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"an image's title", change->title, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
        {"an image's description", change->description, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
    };

    return fox_fields_check(fields, sizeof fields / sizeof fields[0], err);
}

/* Only what changes, so that a concurrent change of something else is never written back. */
static void put_sql(struct fox_str *sql, const struct fox_image_change *change)
{
    fox_str_put_text(sql, "UPDATE image"
                          "   SET version = version + 1");
    if (change->title) {
        fox_str_put_text(sql, ", title = ?");
    }
    if (change->description) {
        fox_str_put_text(sql, ", description = ?");
    }
    if (change->visibility != 0) {
        fox_str_put_text(sql, ", visibility = ?");
    }
    fox_str_put_text(sql, " WHERE id = ? AND state <> ?");
    if (change->version != 0) {
        fox_str_put_text(sql, " AND version = ?");
    }
}

static void bind_text(struct fox_sql_stmt *stmt, const char *text)
{
    if (text) {
        fox_sql_bind_text(stmt, text[0] ? text : NULL);
    }
}

/* In the order of put_sql. */
static void bind(struct fox_sql_stmt *stmt, const struct fox_id *id,
                 const struct fox_image_change *change)
{
    bind_text(stmt, change->title);
    bind_text(stmt, change->description);
    if (change->visibility != 0) {
        fox_sql_bind_int(stmt, change->visibility);
    }
    fox_field_bind_id(stmt, id);
    fox_sql_bind_int(stmt, PXF_IMAGE_DELETED);
    if (change->version != 0) {
        fox_sql_bind_int(stmt, change->version);
    }
}

static pxf_status refused(struct fox_sql_tx *tx, const struct fox_id *id, int64_t version,
                          pxf_error *err)
{
    char text[FOX_ID_TEXT_BYTES];
    pxf_image_state state;

    TRY(fox_image_state_in(tx, id, &state, err));
    if (state == PXF_IMAGE_DELETED) {
        return fox_image_forbidden(id, state, err);
    }
    fox_id_format(text, id);
    return fox_fail(err, PXF_CONFLICT,
                    "the image '%s' was changed meanwhile: it is no longer version %" PRId64, text,
                    version);
}

pxf_status fox_image_update_in(struct fox_sql_tx *tx, const struct fox_id *id,
                               const struct fox_image_change *change, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    AUTO(fox_str) sql = {0};
    int64_t changed;

    TRY(check(change, err));
    put_sql(&sql, change);
    TRY(fox_str_check(&sql, err));
    TRY(fox_sql_prepare(&stmt, tx, fox_str_text(&sql), err));
    bind(stmt, id, change);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : refused(tx, id, change->version, err);
}

pxf_status fox_image_add_access_in(struct fox_sql_tx *tx, const struct fox_id *id,
                                   int64_t view_count, int64_t download_count, int64_t now_ms,
                                   pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE image"
                        "   SET view_count = view_count + ?,"
                        "       download_count = download_count + ?,"
                        "       accessed_ms = CASE WHEN accessed_ms < ? THEN ?"
                        "                          ELSE accessed_ms END"
                        " WHERE id = ?",
                        err));
    fox_sql_bind_int(stmt, view_count);
    fox_sql_bind_int(stmt, download_count);
    fox_sql_bind_int(stmt, now_ms);
    fox_sql_bind_int(stmt, now_ms);
    fox_field_bind_id(stmt, id);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : fox_field_not_found("image", id, err);
}
