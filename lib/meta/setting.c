/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/setting.h"

#include <stdlib.h>

#include "base/mem.h"
#include "meta/counter.h"
#include "meta/field.h"

void fox_setting_list_let_go(struct fox_setting_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->rows[i].name);
        free(list->rows[i].value);
    }
    free(list->rows);
    *list = (struct fox_setting_list){0};
}

static pxf_status read_row(struct fox_setting_row *row, struct fox_sql_stmt *stmt, pxf_error *err)
{
    row->version = fox_sql_int(stmt, "version");
    TRY(fox_field_copy(&row->name, stmt, "name", err));
    return fox_field_copy(&row->value, stmt, "value", err);
}

pxf_status fox_setting_list_in(struct fox_sql_tx *tx, struct fox_setting_list *ret_list,
                               pxf_error *err)
{
    AUTO(fox_setting_list) list = {0};
    AUTO(fox_sql_stmt) *stmt = NULL;
    size_t capacity = 0;
    bool found;

    TRY(fox_setting_revision_in(tx, &list.revision, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "  SELECT name, value, version"
                        "    FROM setting"
                        "   ORDER BY name",
                        err));
    TRY(fox_sql_step(stmt, &found, err));
    while (found) {
        TRY(fox_mem_grow(&list.rows, &capacity, list.count + 1, sizeof *list.rows, err));
        list.count++;
        TRY(read_row(&list.rows[list.count - 1], stmt, err));
        TRY(fox_sql_step(stmt, &found, err));
    }
    *ret_list = list;
    list = (struct fox_setting_list){0};
    return PXF_OK;
}

pxf_status fox_setting_revision_in(struct fox_sql_tx *tx, int64_t *ret_revision, pxf_error *err)
{
    return fox_counter_get_in(tx, FOX_COUNTER_SETTING, ret_revision, err);
}

static pxf_status check_version(struct fox_sql_tx *tx, const char *name, int64_t version,
                                pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t seen = 0;
    bool found;

    if (version == 0) {
        return PXF_OK;
    }
    TRY(fox_sql_prepare(&stmt, tx,
                        "SELECT version"
                        "  FROM setting"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, name);
    TRY(fox_sql_step(stmt, &found, err));
    if (found) {
        seen = fox_sql_int(stmt, "version");
    }
    if (seen != version) {
        return fox_fail(err, PXF_CONFLICT, "the setting '%s' was changed meanwhile", name);
    }
    return PXF_OK;
}

static pxf_status reset(struct fox_sql_tx *tx, const char *name, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "DELETE FROM setting"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_name(stmt, name);
    return fox_sql_run(stmt, NULL, err);
}

struct change {
    const char *name, *value;
    int64_t revision;
};

static pxf_status add(struct fox_sql_tx *tx, const struct change *change, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO setting (name, value, version)"
                        "     VALUES (?, ?, ?)",
                        err));
    fox_sql_bind_name(stmt, change->name);
    fox_sql_bind_text(stmt, change->value);
    fox_sql_bind_int(stmt, change->revision);
    return fox_sql_run(stmt, NULL, err);
}

static pxf_status put(struct fox_sql_tx *tx, const struct change *change, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    int64_t changed;

    TRY(fox_sql_prepare(&stmt, tx,
                        "UPDATE setting"
                        "   SET value = ?, version = ?"
                        " WHERE name = ?",
                        err));
    fox_sql_bind_text(stmt, change->value);
    fox_sql_bind_int(stmt, change->revision);
    fox_sql_bind_name(stmt, change->name);
    TRY(fox_sql_run(stmt, &changed, err));
    return changed > 0 ? PXF_OK : add(tx, change, err);
}

pxf_status fox_setting_put_in(struct fox_sql_tx *tx, const char *name, const char *value,
                              int64_t version, pxf_error *err)
{
    const struct fox_field fields[] = {
        {"a setting's name", name, FOX_FIELD_OWNER_LIMIT, FOX_FIELD_NEEDED},
        {"a setting's value", value, FOX_FIELD_TEXT_LIMIT, FOX_FIELD_TEXT},
    };
    int64_t revision;

    TRY(fox_fields_check(fields, sizeof fields / sizeof fields[0], err));
    /* The counter's row is held from here on: changes of settings come one after the other. */
    TRY(fox_counter_next_in(tx, FOX_COUNTER_SETTING, &revision, err));
    TRY(check_version(tx, name, version, err));
    if (!value) {
        return reset(tx, name, err);
    }
    return put(tx, &(struct change){name, value, revision}, err);
}
