/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/meta.h"

#include "meta/counter.h"
#include "meta/field.h"

extern const struct fox_sql_migration fox_meta_schema_sqlite[];
extern const size_t fox_meta_schema_sqlite_count;
extern const struct fox_sql_migration fox_meta_schema_mysql[];
extern const size_t fox_meta_schema_mysql_count;

static pxf_status migrate(struct fox_sql *db, pxf_error *err)
{
    int version;

    switch (fox_sql_kind_of(db)) {
    case FOX_SQLITE:
        return fox_sql_migrate(db, "meta", fox_meta_schema_sqlite, fox_meta_schema_sqlite_count,
                               &version, err);
    case FOX_MYSQL:
        return fox_sql_migrate(db, "meta", fox_meta_schema_mysql, fox_meta_schema_mysql_count,
                               &version, err);
    }
    return fox_fail(err, PXF_INTERNAL, "the catalog has no schema for this database");
}

/* The rows that are always there. Whoever comes second finds them and adds nothing. */
static pxf_status found_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    const struct fox_store_row *store = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_counter_add_in(tx, FOX_COUNTER_EVENT, err));
    TRY(fox_counter_add_in(tx, FOX_COUNTER_SETTING, err));
    TRY(fox_sql_prepare(&stmt, tx,
                        "INSERT INTO store (one, id, created_ms)"
                        "     VALUES (1, ?, ?)",
                        err));
    fox_field_bind_id(stmt, &store->id);
    fox_sql_bind_int(stmt, store->created_ms);
    return fox_sql_add(stmt, NULL, err);
}

struct founded {
    bool is_founded;
};

static pxf_status look_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct founded *founded = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT one FROM store", err));
    return fox_sql_step(stmt, &founded->is_founded, err);
}

pxf_status fox_meta_migrate(struct fox_sql *db, const struct fox_env *env, pxf_error *err)
{
    struct fox_store_row store = {.created_ms = fox_env_now_ms(env)};
    struct founded founded = {0};

    TRY(migrate(db, err));
    TRY(fox_sql_read(db, FOX_FRESH, look_in, &founded, err));
    if (founded.is_founded) {
        return PXF_OK;
    }
    TRY(fox_id_new(&store.id, env, store.created_ms, err));
    return fox_sql_write(db, FOX_DURABLE, found_in, &store, err);
}

pxf_status fox_store_get_in(struct fox_sql_tx *tx, struct fox_store_row *ret_row, pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;
    struct fox_store_row row;
    bool found;

    TRY(fox_sql_prepare(&stmt, tx, "SELECT id, created_ms FROM store", err));
    TRY(fox_sql_step(stmt, &found, err));
    if (!found) {
        return fox_fail(err, PXF_INTERNAL, "the catalog does not say which store it is");
    }
    (void)fox_field_copy_id(&row.id, stmt, "id");
    row.created_ms = fox_sql_int(stmt, "created_ms");
    *ret_row = row;
    return PXF_OK;
}
