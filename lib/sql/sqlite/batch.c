/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sqlite/db.h"

/* Everything here runs on the thread of the caller that leads. */

static void settle(struct fox_sqlite_op *op, const pxf_error *failure)
{
    op->failure = *failure;
    op->is_settled = true;
}

static void settle_all(struct fox_sqlite_op *first, const pxf_error *failure)
{
    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        if (!op->is_settled) {
            settle(op, failure);
        }
    }
}

static bool is_open(struct fox_sqlite *db)
{
    return sqlite3_get_autocommit(db->writer->handle) == 0;
}

static void roll_back(struct fox_sqlite *db)
{
    if (is_open(db)) {
        (void)fox_sqlite_control(db->writer, FOX_SQLITE_ROLLBACK, NULL);
    }
}

static pxf_status commit(struct fox_sqlite *db, pxf_error *err)
{
    const pxf_status status = fox_sqlite_control(db->writer, FOX_SQLITE_COMMIT, err);

    if (status != PXF_OK) {
        if (fox_sqlite_is_sync_failure(err->code)) {
            fox_sqlite_poison(db);
        }
        roll_back(db);
    }
    return status;
}

/* SQLite rolls the whole transaction back by itself when the disk is full, on some I/O errors
 * and when memory ran out. */
static pxf_status check_open(struct fox_sqlite *db, pxf_error *err)
{
    if (!is_open(db)) {
        return fox_fail_from(err, PXF_INTERNAL, FOX_SQL_ORIGIN, 0,
                             "an operation ended its transaction");
    }
    return PXF_OK;
}

static pxf_status try_alone(struct fox_sqlite *db, struct fox_sqlite_op *op, pxf_error *err)
{
    pxf_status status;

    TRY(fox_sqlite_check_sound(db, err));
    TRY(fox_sqlite_control(db->writer, FOX_SQLITE_BEGIN_WRITE, err));
    status = fox_sql_operate(&db->writer->base, op->fn, op->ctx, err);
    if (status == PXF_OK) {
        status = check_open(db, err);
    }
    if (status != PXF_OK) {
        roll_back(db);
        return status;
    }
    return commit(db, err);
}

/* The reserve is larger than what the log may hold, so with it the log can be emptied, and then
 * it takes new writes without growing. */
static void make_room(struct fox_sqlite *db)
{
    if (fox_reserve_release(&db->reserve)) {
        fox_env_log(db->base.env, FOX_LEVEL_WARN,
                    "the disk is full: the reserve of '%s' is in use, new writes wait", db->path);
    }
    fox_sqlite_log_copy(db);
}

static void run_alone(struct fox_sqlite *db, struct fox_sqlite_op *op)
{
    pxf_error failure = {0};

    if (try_alone(db, op, &failure) == PXF_FULL && (op->durability & FOX_ESSENTIAL) != 0) {
        make_room(db);
        failure = (pxf_error){0};
        (void)try_alone(db, op, &failure);
    }
    settle(op, &failure);
}

static void run_each(struct fox_sqlite *db, struct fox_sqlite_op *first)
{
    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        if (!op->is_settled) {
            run_alone(db, op);
        }
    }
}

/* One member inside the common transaction; a failure of its own is undone, and the others do not
 * see it. */
static pxf_status run_member(struct fox_sqlite *db, struct fox_sqlite_op *op, pxf_error *err)
{
    op->failure = (pxf_error){0};
    TRY(fox_sqlite_control(db->writer, FOX_SQLITE_SAVEPOINT, err));
    if (fox_sql_operate(&db->writer->base, op->fn, op->ctx, &op->failure) != PXF_OK) {
        TRY(check_open(db, err));
        TRY(fox_sqlite_control(db->writer, FOX_SQLITE_UNDO, err));
    }
    TRY(check_open(db, err));
    return fox_sqlite_control(db->writer, FOX_SQLITE_RELEASE, err);
}

static pxf_status run_members(struct fox_sqlite *db, struct fox_sqlite_op *first, pxf_error *err)
{
    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        if (!op->is_settled) {
            TRY(run_member(db, op, err));
        }
    }
    return PXF_OK;
}

/* When the whole does not go through, each member runs again in a transaction of its own, so that
 * only the culprit fails. */
static void run_together(struct fox_sqlite *db, struct fox_sqlite_op *first)
{
    pxf_error failure = {0};

    if (fox_sqlite_check_sound(db, &failure) != PXF_OK ||
        fox_sqlite_control(db->writer, FOX_SQLITE_BEGIN_WRITE, &failure) != PXF_OK) {
        settle_all(first, &failure);
        return;
    }
    if (run_members(db, first, &failure) != PXF_OK) {
        roll_back(db);
        run_each(db, first);
        return;
    }
    if (commit(db, &failure) != PXF_OK && !fox_sqlite_is_sync_failure(failure.code)) {
        run_each(db, first);
        return;
    }
    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        if (!op->is_settled) {
            settle(op, failure.status != PXF_OK ? &failure : &op->failure);
        }
    }
}

/* While the reserve is in use, what is left of it is for essential writes. */
static void refuse_when_full(struct fox_sqlite *db, struct fox_sqlite_op *first)
{
    pxf_error failure = {0};
    bool is_asked = false;

    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        if (!op->fn || (op->durability & FOX_ESSENTIAL) != 0) {
            continue;
        }
        if (!is_asked) {
            is_asked = true;
            (void)fox_reserve_check(&db->reserve, db->base.env, &failure);
        }
        if (failure.status != PXF_OK) {
            settle(op, &failure);
        }
    }
}

static unsigned count_unsettled(const struct fox_sqlite_op *first)
{
    unsigned count = 0;

    for (const struct fox_sqlite_op *op = first; op; op = op->next) {
        count += op->is_settled ? 0 : 1;
    }
    return count;
}

static void run_checkpoints(struct fox_sqlite *db, struct fox_sqlite_op *first)
{
    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        if (!op->fn) {
            op->failure = (pxf_error){0};
            (void)fox_sqlite_log_empty(db, &op->failure);
        }
    }
}

static void run_locked(struct fox_sqlite *db, struct fox_sqlite_op *first)
{
    unsigned count;

    for (struct fox_sqlite_op *op = first; op; op = op->next) {
        op->is_settled = !op->fn;
    }
    refuse_when_full(db, first);
    count = count_unsettled(first);
    if (count > 1) {
        run_together(db, first);
    } else if (count == 1) {
        run_each(db, first);
    }
    fox_sqlite_log_tend(db);
    run_checkpoints(db, first);
}

void fox_sqlite_run_batch(struct fox_sqlite *db, struct fox_sqlite_op *first)
{
    pxf_error failure = {0};

    if (fox_sqlite_lock(db, &failure) != PXF_OK) {
        settle_all(first, &failure);
        return;
    }
    run_locked(db, first);
    fox_sqlite_unlock(db);
}
