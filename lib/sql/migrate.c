/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sql.h"

#include "sql/driver.h"

/* `schema` is a word of MySQL's, hence the quotes, which SQLite takes too. */

struct plan {
    struct fox_sql *db;
    const char *module;
    const struct fox_sql_migration *steps;
    size_t count;
    int version; /* found last */
};

static int last_number(const struct plan *plan)
{
    return plan->count > 0 ? plan->steps[plan->count - 1].number : 0;
}

static pxf_status check_steps(const struct plan *plan, pxf_error *err)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->steps[i].number != (int)i + 1) {
            return fox_fail(err, PXF_INTERNAL, "step %zu of '%s' has the number %d", i + 1,
                            plan->module, plan->steps[i].number);
        }
    }
    return PXF_OK;
}

static pxf_status check_readable(const struct plan *plan, int min_reader, pxf_error *err)
{
    if (plan->version > last_number(plan) && min_reader > last_number(plan)) {
        return fox_fail_from(err, PXF_UNSUPPORTED, FOX_SQL_ORIGIN, 0,
                             "the database has '%s' version %d, which programs from version %d on "
                             "can read; this one knows %d: use a newer program",
                             plan->module, plan->version, min_reader, last_number(plan));
    }
    return PXF_OK;
}

static pxf_status find_version_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct plan *plan = ctx;
    AUTO(fox_sql_stmt) *stmt = NULL;
    bool is_there;

    plan->version = 0;
    TRY(tx->conn->db->driver->has_table(tx, "schema", &is_there, err));
    if (!is_there) {
        return PXF_OK;
    }
    TRY(fox_sql_prepare(&stmt, tx, "SELECT version, min_reader FROM `schema` WHERE module = ?",
                        err));
    fox_sql_bind_name(stmt, plan->module);
    TRY(fox_sql_step(stmt, &is_there, err));
    if (!is_there) {
        return PXF_OK;
    }
    plan->version = (int)fox_sql_int(stmt, "version");
    return check_readable(plan, (int)fox_sql_int(stmt, "min_reader"), err);
}

static int min_reader_of(const struct plan *plan, int number)
{
    int oldest = 0;

    for (int i = 0; i < number; i++) {
        if (plan->steps[i].min_reader > oldest) {
            oldest = plan->steps[i].min_reader;
        }
    }
    return oldest;
}

static pxf_status note_version(struct fox_sql_tx *tx, const struct plan *plan, int number,
                               pxf_error *err)
{
    AUTO(fox_sql_stmt) *stmt = NULL;

    TRY(fox_sql_prepare(
        &stmt, tx, "REPLACE INTO `schema`(module, version, min_reader) VALUES (?, ?, ?)", err));
    fox_sql_bind_name(stmt, plan->module);
    fox_sql_bind_int(stmt, number);
    fox_sql_bind_int(stmt, min_reader_of(plan, number));
    return fox_sql_run(stmt, NULL, err);
}

/* The step after the version that is found now. */
static pxf_status step_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct plan *plan = ctx;
    const struct fox_sql_driver *driver = tx->conn->db->driver;
    const struct fox_sql_migration *step;

    TRY(find_version_in(tx, plan, err));
    if (plan->version >= last_number(plan)) {
        return PXF_OK;
    }
    step = &plan->steps[plan->version];
    TRY(driver->run_text(tx->conn,
                         "CREATE TABLE IF NOT EXISTS `schema`(module VARBINARY(32) NOT NULL "
                         "PRIMARY KEY, version INT NOT NULL, min_reader INT NOT NULL)",
                         err));
    if (driver->run_text(tx->conn, step->sql, err) != PXF_OK) {
        return fox_fail_within(err, (pxf_status)err->status, "step %d of '%s'", step->number,
                               plan->module);
    }
    TRY(note_version(tx, plan, step->number, err));
    plan->version = step->number;
    return PXF_OK;
}

static pxf_status find_version(struct fox_sql_tx *tx, struct plan *plan, pxf_error *err)
{
    return tx ? find_version_in(tx, plan, err)
              : fox_sql_read(plan->db, FOX_FRESH, find_version_in, plan, err);
}

/* A transaction each, where a schema changes inside one (no `tx` yet). */
static pxf_status next_step(struct fox_sql_tx *tx, struct plan *plan, pxf_error *err)
{
    return tx ? step_in(tx, plan, err) : fox_sql_write(plan->db, FOX_DURABLE, step_in, plan, err);
}

/* Nobody else does this meanwhile; somebody may have done it before. */
static pxf_status upgrade_in(struct fox_sql_tx *tx, void *ctx, pxf_error *err)
{
    struct plan *plan = ctx;

    TRY(find_version(tx, plan, err));
    if (plan->version > 0 && plan->version < last_number(plan)) {
        TRY(plan->db->driver->keep(plan->db, plan->module, plan->version, err));
    }
    while (plan->version < last_number(plan)) {
        TRY(next_step(tx, plan, err));
    }
    return PXF_OK;
}

pxf_status fox_sql_migrate(struct fox_sql *db, const char *module,
                           const struct fox_sql_migration *steps, size_t count, int *ret_version,
                           pxf_error *err)
{
    struct plan plan = {.db = db, .module = module, .steps = steps, .count = count};

    TRY(check_steps(&plan, err));
    TRY(find_version(NULL, &plan, err));
    if (plan.version < last_number(&plan)) {
        TRY(fox_sql_alone(db, module, upgrade_in, &plan, err));
    }
    if (ret_version) {
        *ret_version = plan.version;
    }
    return PXF_OK;
}
