/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

/* A catalog that is newer, damaged, or on a disk that is absent or read-only: refused with words,
 * and as it was. */

struct whole {
    char *data;
    size_t size;
};

static struct whole read_whole(struct kit *kit, const char *name)
{
    FILE *file = fopen(fox_scratch_path(&kit->scratch, name), "re");
    struct whole whole = {.data = malloc(16 << 20)};

    assert_non_null(file);
    assert_non_null(whole.data);
    whole.size = fread(whole.data, 1, 16 << 20, file);
    assert_int_equal(fclose(file), 0);
    return whole;
}

/* Changes the catalog behind the store's back, which is closed. */
static void run_sql(struct kit *kit, const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    pxf_store_close(kit->store);
    kit->store = NULL;
    assert_int_equal(sqlite3_open(fox_scratch_path(&kit->scratch, "store/catalog.sqlite"), &db),
                     SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    assert_true(strncmp(sql, "UPDATE", 6) != 0 || sqlite3_total_changes(db) > 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static pxf_status open_status(struct kit *kit, pxf_error *err)
{
    kit->store = pxf_store_open(kit->path, NULL, err);
    return (pxf_status)err->status;
}

static void a_catalog_of_a_newer_version_is_refused_untouched(void **state)
{
    struct kit *kit = *state;
    struct whole before, after;
    pxf_error err = {0};

    (void)storage_put(kit, 1, NULL);
    run_sql(kit, "UPDATE schema SET version = 9999, min_reader = 9999;"
                 "PRAGMA wal_checkpoint(TRUNCATE)");
    before = read_whole(kit, "store/catalog.sqlite");
    assert_int_equal(open_status(kit, &err), PXF_UNSUPPORTED);
    assert_null(kit->store);
    assert_non_null(strstr(err.message, "use a newer program"));
    after = read_whole(kit, "store/catalog.sqlite");
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, before.size);
    free(before.data);
    free(after.data);
}

static void a_newer_catalog_that_this_version_may_read_is_opened(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    run_sql(kit, "UPDATE schema SET version = 9999, min_reader = 1");
    assert_int_equal(open_status(kit, &err), PXF_OK);
    (void)storage_put(kit, 1, NULL);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

/* Writes rubbish over the middle of each page from the second on. */
static void a_damaged_catalog_is_refused_with_words(void **state)
{
    enum { PAGE = 4096 };
    struct kit *kit = *state;
    struct whole whole;
    FILE *file;
    pxf_error err = {0};

    for (uint32_t i = 0; i < 5; i++) {
        (void)storage_put(kit, i, NULL);
    }
    run_sql(kit, "PRAGMA wal_checkpoint(TRUNCATE)");
    whole = read_whole(kit, "store/catalog.sqlite");
    file = fopen(fox_scratch_path(&kit->scratch, "store/catalog.sqlite"), "r+e");
    assert_non_null(file);
    for (size_t at = PAGE; at < whole.size; at += PAGE) {
        assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
        assert_int_equal(fwrite("rubbish, rubbish", 16, 1, file), 1);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(open_status(kit, &err), PXF_CORRUPT);
    assert_int_equal(err.origin, PXF_ORIGIN_CATALOG);
    assert_true(err.message[0] != '\0');
    assert_null(kit->store);
    free(whole.data);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    pxf_store_close(kit->store);
    fox_scratch_put(&kit->scratch, "store/catalog.sqlite",
                    "this was once a catalog, and is now a letter to nobody at all, longer than a "
                    "header of a database, which has a hundred bytes and begins in another way");
    (void)unlink(fox_scratch_path(&kit->scratch, "store/catalog.sqlite-wal"));
    assert_int_not_equal(open_status(kit, &err), PXF_OK);
    assert_true(err.status == PXF_CORRUPT || err.status == PXF_UNSUPPORTED);
    assert_true(storage_exists(kit, "store/catalog.sqlite"));
}

static void a_store_on_a_disk_that_is_not_mounted_is_not_made_anew(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    pxf_store_close(kit->store);
    storage_make_disk(kit, "mnt", "32m");
    (void)snprintf(kit->path, sizeof kit->path, "%s/mnt/store", kit->scratch.path);
    kit->store = NULL;
    kit_reopen(kit, NULL);
    pxf_store_close(kit->store);
    storage_unmount(kit, "mnt");
    (void)snprintf(kit->path, sizeof kit->path, "%s/mnt/store/below", kit->scratch.path);
    assert_int_equal(open_status(kit, &err), PXF_NOT_FOUND);
    assert_false(storage_exists(kit, "mnt/store"));
    storage_mount(kit, "mnt");
    (void)snprintf(kit->path, sizeof kit->path, "%s/mnt/store", kit->scratch.path);
    assert_int_equal(open_status(kit, &err), PXF_OK);
}

static void a_folder_without_a_store_stays_without_one_if_the_settings_say_so(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_config *config = pxf_config_new(&err);

    fox_scratch_make_folder(&kit->scratch, "empty");
    assert_ok(pxf_config_set_text(config, "store.create", "never", &err));
    assert_null(pxf_store_open(fox_scratch_path(&kit->scratch, "empty"), config, &err));
    assert_int_equal(err.status, PXF_NOT_FOUND);
    assert_int_equal(rmdir(fox_scratch_path(&kit->scratch, "empty")), 0); /* nothing was made */
    pxf_config_free(config);
}

static void a_store_on_a_read_only_disk_is_refused_with_words(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    pxf_store_close(kit->store);
    kit->store = NULL;
    storage_make_disk(kit, "mnt", "32m");
    (void)snprintf(kit->path, sizeof kit->path, "%s/mnt/store", kit->scratch.path);
    kit_reopen(kit, NULL);
    (void)storage_put(kit, 1, NULL);
    pxf_store_close(kit->store);
    storage_make_read_only(kit, "mnt");
    assert_int_not_equal(open_status(kit, &err), PXF_OK);
    assert_null(kit->store);
    assert_true(err.status == PXF_DENIED || err.status == PXF_UNAVAILABLE || err.status == PXF_IO);
    assert_true(strstr(err.message, "read-only") || strstr(err.message, "Read-only") ||
                strstr(err.message, "writ"));
    storage_unmount(kit, "mnt");
    storage_mount(kit, "mnt");
    assert_int_equal(open_status(kit, &err), PXF_OK);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_wrong_count_is_told_and_put_right(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    const int64_t used = kit_pool_number(kit, "used_bytes");
    struct storage_report report;
    pxf_error err = {0};

    run_sql(kit, "UPDATE pool SET used_bytes = used_bytes + 1000000, held_bytes = 77;"
                 "UPDATE owner SET used_bytes = 3");
    assert_int_equal(open_status(kit, &err), PXF_OK);
    storage_verify(&report, kit, PXF_VERIFY_QUICK);
    assert_int_equal(report.usage, 2);
    assert_int_equal(report.repaired, 0);
    assert_int_equal(kit_pool_number(kit, "used_bytes"), used + 1000000);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.repaired, 2);
    assert_int_equal(kit_pool_number(kit, "used_bytes"), used);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_catalog, IN_STORE(a_catalog_of_a_newer_version_is_refused_untouched),
      IN_STORE(a_newer_catalog_that_this_version_may_read_is_opened),
      IN_STORE(a_damaged_catalog_is_refused_with_words),
      IN_STORE(a_file_that_is_no_database_is_refused),
      IN_STORE(a_store_on_a_disk_that_is_not_mounted_is_not_made_anew),
      IN_STORE(a_folder_without_a_store_stays_without_one_if_the_settings_say_so),
      IN_STORE(a_store_on_a_read_only_disk_is_refused_with_words),
      IN_STORE(a_wrong_count_is_told_and_put_right))
