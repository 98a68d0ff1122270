/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sql/disk.h"
#include "unit/sql/scene.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/lock.h"

static pxf_status try_open(struct scene *scene, pxf_error *err)
{
    struct fox_sql *db = NULL;
    const pxf_status status = fox_sql_open_sqlite(&db, &scene->env, &scene->options, err);

    fox_sql_close(db);
    return status;
}

static void read_whole(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    memset(text, 0, size);
    assert_true(fread(text, 1, size - 1, file) > 0);
    (void)fclose(file);
}

static void a_new_database_has_the_log_and_pages_we_count_on(void **state)
{
    struct scene scene;
    struct fox_sql *db;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    assert_int_equal(number(db, "SELECT page_size AS n FROM pragma_page_size"), 4096);
    assert_int_equal(number(db, "SELECT journal_mode = 'wal' AS n FROM pragma_journal_mode"), 1);
    assert_int_equal(number(db, "SELECT application_id AS n FROM pragma_application_id"), 77);
    assert_int_equal(number(db, "SELECT foreign_keys AS n FROM pragma_foreign_keys"), 1);
    assert_int_equal(number(db, "SELECT secure_delete AS n FROM pragma_secure_delete"), 0);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void what_is_deleted_is_overwritten_where_that_is_wanted(void **state)
{
    struct scene scene;
    struct fox_sql *db;

    (void)state;
    scene_set(&scene, "");
    scene.options.secure_delete = true;
    db = scene_open(&scene);
    assert_int_equal(number(db, "SELECT secure_delete AS n FROM pragma_secure_delete"), 1);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void what_was_written_is_there_after_the_next_open(void **state)
{
    struct scene scene;
    struct fox_sql *db;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    run_text(db, "INSERT INTO t VALUES (5)");
    fox_sql_close(db);
    scene.options.create = false;
    db = scene_open(&scene);
    assert_int_equal(number(db, "SELECT n FROM t"), 5);
    fox_sql_close(db);
    scene_clear(&scene);
}

static void no_database_is_made_where_none_is_wanted(void **state)
{
    struct scene scene;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    scene.options.create = false;
    assert_fails(try_open(&scene, &err), PXF_NOT_FOUND);
    assert_int_equal(scene_size(&scene, ""), -1);
    assert_int_equal(scene_size(&scene, ".lock"), -1);
    fox_scratch_put(&scene.scratch, "db.sqlite", "");
    assert_fails(try_open(&scene, &err), PXF_NOT_FOUND);
    assert_int_equal(scene_size(&scene, ""), 0);
    scene_clear(&scene);
}

static void a_folder_that_is_missing_is_not_found(void **state)
{
    struct scene scene;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "none");
    assert_fails(try_open(&scene, &err), PXF_NOT_FOUND);
    scene_clear(&scene);
}

static void a_file_that_is_no_database_stays_as_it_is(void **state)
{
    static const char text[] = "my diary, which happens to be longer than the hundred bytes of a "
                               "header, so that nobody takes it for an empty file by mistake\n";
    struct scene scene;
    char found[256];
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    fox_scratch_put(&scene.scratch, "db.sqlite", text);
    assert_fails(try_open(&scene, &err), PXF_CORRUPT);
    read_whole(scene.path, found, sizeof found);
    assert_string_equal(found, text);
    assert_int_equal(scene_size(&scene, ".lock"), -1);
    scene_clear(&scene);
}

static void the_database_of_another_program_stays_as_it_is(void **state)
{
    struct scene scene;
    sqlite3 *foreign = NULL;
    pxf_error err = {0};
    int64_t size;

    (void)state;
    scene_set(&scene, "");
    assert_int_equal(sqlite3_open(scene.path, &foreign), SQLITE_OK);
    assert_int_equal(sqlite3_exec(foreign, "CREATE TABLE theirs(n)", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(foreign), SQLITE_OK);
    size = scene_size(&scene, "");
    assert_fails(try_open(&scene, &err), PXF_UNSUPPORTED);
    assert_int_equal(scene_size(&scene, ""), size);
    assert_int_equal(scene_size(&scene, "-wal"), -1);
    assert_int_equal(scene_size(&scene, ".lock"), -1);
    scene_clear(&scene);
}

static void a_link_or_a_folder_is_no_database(void **state)
{
    struct scene scene;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    assert_int_equal(symlink("elsewhere", scene.path), 0);
    assert_fails(try_open(&scene, &err), PXF_INVALID);
    assert_int_equal(unlink(scene.path), 0);
    assert_int_equal(mkdir(scene.path, 0700), 0);
    assert_fails(try_open(&scene, &err), PXF_INVALID);
    scene_clear(&scene);
}

static void a_log_without_its_database_is_not_thrown_away(void **state)
{
    struct scene scene;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    fox_scratch_put(&scene.scratch, "db.sqlite-wal", "what was committed last");
    assert_fails(try_open(&scene, &err), PXF_CORRUPT);
    assert_true(scene_size(&scene, "-wal") > 0);
    scene_clear(&scene);
}

static void a_database_that_may_not_be_written_is_denied(void **state)
{
    struct scene scene;
    pxf_error err = {0};

    (void)state;
    if (geteuid() != 0) {
        skip_because("takes root");
    }
    scene_set(&scene, "");
    fox_sql_close(scene_open(&scene));
    assert_int_equal(chmod(scene.scratch.path, 0755), 0);
    assert_int_equal(seteuid(65534), 0);
    assert_int_equal(try_open(&scene, &err), PXF_DENIED);
    assert_int_equal(seteuid(0), 0);
    assert_non_null(strstr(err.message, "writable"));
    scene_clear(&scene);
}

static void a_read_only_disk_is_denied(void **state)
{
    struct scene scene;
    char command[160];
    pxf_error err = {0};

    (void)state;
    if (geteuid() != 0) {
        skip_because("takes root");
    }
    scene_set(&scene, "disk");
    fox_scratch_make_folder(&scene.scratch, "disk");
    fox_scratch_mount(&scene.scratch, "disk", "size=1m");
    fox_sql_close(scene_open(&scene));
    (void)snprintf(command, sizeof command, "mount -o remount,ro '%s/disk'", scene.scratch.path);
    assert_int_equal(system(command), 0);
    assert_fails(try_open(&scene, &err), PXF_DENIED);
    scene_clear(&scene);
}

static void a_file_system_without_true_locks_is_refused(void **state)
{
    static const struct {
        long magic;
        const char *name; /* NULL: it will do */
    } table[] = {
        {0x6969, "nfs"},          {0xff534d42, "cifs"}, {0xfe534d42, "smb2"}, {0x01021997, "9p"},
        {0x65735546, "database"}, {0xef53, NULL},       {0x01021994, NULL},   {0x9123683e, NULL},
    };
    struct scene scene;

    (void)state;
    scene_set(&scene, "");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        pxf_error err = {0};

        disk.magic = table[i].magic;
        assert_int_equal(try_open(&scene, &err), table[i].name ? PXF_UNSUPPORTED : PXF_OK);
        assert_true(!table[i].name || strstr(err.message, table[i].name));
        assert_int_equal(scene_size(&scene, "") >= 0, !table[i].name);
        if (!table[i].name) {
            assert_int_equal(unlink(scene.path), 0);
        }
    }
    disk.magic = 0;
    scene_clear(&scene);
}

static void a_page_that_was_damaged_is_found(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    pxf_error err = {0};
    int file;

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    assert_ok(fox_sql_write(db, FOX_RELAXED, fill_in, &(struct filler){100000}, &err));
    assert_ok(fox_sql_check(db, &err));
    fox_sql_close(db);
    file = open(scene.path, O_RDWR);
    assert_int_equal(pwrite(file, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 4096), 8);
    assert_int_equal(close(file), 0);
    db = scene_open(&scene);
    assert_int_equal(fox_sql_check(db, &err), PXF_CORRUPT);
    assert_non_null(strstr(err.message, "snapshot"));
    fox_sql_close(db);
    scene_clear(&scene);
}

static void a_writer_elsewhere_is_waited_for_until_the_deadline(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    char sql[] = "CREATE TABLE t(n)";
    AUTO(fox_fd) other = {0};
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    db = scene_open(&scene);
    other = fox_fd_of(open(scene.lock_path, O_RDWR | O_CLOEXEC), PXF_ORIGIN_CATALOG);
    assert_ok(fox_lock_try(&other, 0, &err));
    assert_fails(fox_sql_write(db, FOX_RELAXED, text_in, sql, &err), PXF_BUSY);
    assert_fails(try_open(&scene, &err), PXF_BUSY);
    fox_lock_release(&other, 0);
    assert_ok(fox_sql_write(db, FOX_RELAXED, text_in, sql, &err));
    fox_sql_close(db);
    scene_clear(&scene);
}

static void nothing_is_left_open(void **state)
{
    struct scene scene;
    struct fox_sql *db;
    size_t before;
    pxf_error err = {0};

    (void)state;
    scene_set(&scene, "");
    before = fox_scratch_fd_count();
    scene.options.reserve_path = scene.reserve_path;
    db = scene_open(&scene);
    run_text(db, "CREATE TABLE t(n INTEGER)");
    assert_int_equal(number(db, "SELECT count(*) AS n FROM t"), 0);
    fox_sql_close(db);
    scene.options.application_id = 78;
    run_text(db = scene_open(&(struct scene){
                 .env = scene.env, .options = {.path = scene.path, .lock_path = scene.lock_path}}),
             "CREATE TABLE u(n INTEGER)");
    fox_sql_close(db);
    assert_fails(try_open(&scene, &err), PXF_UNSUPPORTED);
    assert_int_equal(fox_scratch_fd_count(), before);
    scene_clear(&scene);
}

static void the_defect_of_the_log_is_known_by_version(void **state)
{
    static const struct {
        int number;
        bool is_affected;
    } table[] = {
        {3006023, false}, {3007000, true}, {3040001, true},  {3044005, true},  {3044006, false},
        {3044009, false}, {3045000, true}, {3046001, true},  {3050006, true},  {3050007, false},
        {3051000, true},  {3051002, true}, {3051003, false}, {3053000, false}, {4000000, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(fox_sqlite_version_is_affected(table[i].number), table[i].is_affected);
    }
}

SUITE(open, cmocka_unit_test(a_new_database_has_the_log_and_pages_we_count_on),
      cmocka_unit_test(what_is_deleted_is_overwritten_where_that_is_wanted),
      cmocka_unit_test(what_was_written_is_there_after_the_next_open),
      cmocka_unit_test(no_database_is_made_where_none_is_wanted),
      cmocka_unit_test(a_folder_that_is_missing_is_not_found),
      cmocka_unit_test(a_file_that_is_no_database_stays_as_it_is),
      cmocka_unit_test(the_database_of_another_program_stays_as_it_is),
      cmocka_unit_test(a_link_or_a_folder_is_no_database),
      cmocka_unit_test(a_log_without_its_database_is_not_thrown_away),
      cmocka_unit_test(a_database_that_may_not_be_written_is_denied),
      cmocka_unit_test(a_read_only_disk_is_denied),
      cmocka_unit_test(a_file_system_without_true_locks_is_refused),
      cmocka_unit_test(a_page_that_was_damaged_is_found),
      cmocka_unit_test(a_writer_elsewhere_is_waited_for_until_the_deadline),
      cmocka_unit_test(nothing_is_left_open),
      cmocka_unit_test(the_defect_of_the_log_is_known_by_version))
