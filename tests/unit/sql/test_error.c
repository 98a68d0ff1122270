/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/scene.h"

#include <string.h>

static void what_sqlite_answers_has_its_status(void **state)
{
    static const struct {
        int code;
        pxf_status status;
    } table[] = {
        {SQLITE_CONSTRAINT_UNIQUE, PXF_EXISTS},
        {SQLITE_CONSTRAINT_PRIMARYKEY, PXF_EXISTS},
        {SQLITE_CONSTRAINT_ROWID, PXF_EXISTS},
        {SQLITE_CONSTRAINT_FOREIGNKEY, PXF_CONFLICT},
        {SQLITE_CONSTRAINT_TRIGGER, PXF_CONFLICT},
        {SQLITE_CONSTRAINT_NOTNULL, PXF_INVALID},
        {SQLITE_CONSTRAINT_CHECK, PXF_INVALID},
        {SQLITE_BUSY, PXF_BUSY},
        {SQLITE_BUSY_RECOVERY, PXF_BUSY},
        {SQLITE_LOCKED, PXF_BUSY},
        {SQLITE_NOMEM, PXF_NO_MEMORY},
        {SQLITE_IOERR_NOMEM, PXF_NO_MEMORY},
        {SQLITE_IOERR_READ, PXF_IO},
        {SQLITE_IOERR_FSYNC, PXF_IO},
        {SQLITE_FULL, PXF_FULL},
        {SQLITE_CORRUPT, PXF_CORRUPT},
        {SQLITE_CORRUPT_INDEX, PXF_CORRUPT},
        {SQLITE_NOTADB, PXF_CORRUPT},
        {SQLITE_READONLY, PXF_DENIED},
        {SQLITE_READONLY_DBMOVED, PXF_DENIED},
        {SQLITE_PERM, PXF_DENIED},
        {SQLITE_CANTOPEN, PXF_UNAVAILABLE},
        {SQLITE_TOOBIG, PXF_LIMIT},
        {SQLITE_ERROR, PXF_INTERNAL},
        {SQLITE_MISUSE, PXF_INTERNAL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        pxf_error err = {0};

        assert_int_equal(fox_sqlite_fail(&err, NULL, table[i].code, "try"), table[i].status);
        assert_int_equal(err.origin, PXF_ORIGIN_CATALOG);
        assert_int_equal(err.code, table[i].code);
        assert_int_equal(strncmp(err.message, "cannot try: ", 12), 0);
    }
}

static void a_damaged_database_names_the_way_back(void **state)
{
    pxf_error err = {0};

    (void)state;
    (void)fox_sqlite_fail(&err, NULL, SQLITE_CORRUPT, "read");
    assert_non_null(strstr(err.message, "snapshot"));
}

static void only_syncs_count_as_failed_syncs(void **state)
{
    (void)state;
    assert_true(fox_sqlite_is_sync_failure(SQLITE_IOERR_FSYNC));
    assert_true(fox_sqlite_is_sync_failure(SQLITE_IOERR_DIR_FSYNC));
    assert_false(fox_sqlite_is_sync_failure(SQLITE_IOERR_WRITE));
    assert_false(fox_sqlite_is_sync_failure(SQLITE_FULL));
    assert_false(fox_sqlite_is_sync_failure(SQLITE_OK));
}

static void what_an_operation_can_answer_is_not_grave(void **state)
{
    static const pxf_status ordinary[] = {PXF_OK,     PXF_INVALID,  PXF_NOT_FOUND,
                                          PXF_EXISTS, PXF_CONFLICT, PXF_LIMIT};
    int ordinary_count = 0;

    (void)state;
    for (int status = PXF_OK; status <= PXF_INTERNAL; status++) {
        ordinary_count += !fox_sql_is_grave((pxf_status)status);
    }
    assert_int_equal(ordinary_count, sizeof ordinary / sizeof ordinary[0]);
    for (size_t i = 0; i < sizeof ordinary / sizeof ordinary[0]; i++) {
        assert_false(fox_sql_is_grave(ordinary[i]));
    }
}

SUITE(error, cmocka_unit_test(what_sqlite_answers_has_its_status),
      cmocka_unit_test(a_damaged_database_names_the_way_back),
      cmocka_unit_test(only_syncs_count_as_failed_syncs),
      cmocka_unit_test(what_an_operation_can_answer_is_not_grave))
