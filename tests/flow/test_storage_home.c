/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

/* Stores that are copied or moved, and folders that are to be pools: no store ever touches what is
 * another's. */

static void close_store(struct kit *kit)
{
    pxf_store_close(kit->store);
    kit->store = NULL;
}

/* From now on the kit's store is the one in that folder. */
static void turn_to(struct kit *kit, const char *name)
{
    close_store(kit);
    (void)snprintf(kit->path, sizeof kit->path, "%s/%s", kit->scratch.path, name);
    kit_reopen(kit, NULL);
}

static void copy(struct kit *kit, const char *from, const char *to)
{
    char command[300];

    close_store(kit);
    (void)snprintf(command, sizeof command, "cp -a %s/%s %s/%s", kit->scratch.path, from,
                   kit->scratch.path, to);
    assert_int_equal(system(command), 0); /* NOLINT: as a person does it */
}

static void move(struct kit *kit, const char *from, const char *to)
{
    close_store(kit);
    assert_int_equal(
        rename(fox_scratch_path(&kit->scratch, from), fox_scratch_path(&kit->scratch, to)), 0);
}

static void assert_path(struct kit *kit, const char *pool_name, const char *name)
{
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_find(kit->store, pool_name, &err);

    assert_non_null(pool);
    assert_string_equal(pxf_pool_get_text(pool, "path"), fox_scratch_path(&kit->scratch, name));
    pxf_pool_free(pool);
}

static pxf_status add(struct kit *kit, const char *name, const char *path, pxf_error *err)
{
    pxf_pool *pool = pxf_pool_new(name, err);
    pxf_status status;

    assert_non_null(pool);
    assert_int_equal(pxf_pool_set_text(pool, "path", path, err), PXF_OK);
    assert_int_equal(pxf_pool_set_number(pool, "priority", 1, err), PXF_OK);
    status = pxf_pool_add(kit->store, pool, err);
    pxf_pool_free(pool);
    return status;
}

static pxf_status set_path(struct kit *kit, const char *name, const char *folder, pxf_error *err)
{
    pxf_pool *pool = pxf_pool_find(kit->store, name, err);
    pxf_status status;

    assert_non_null(pool);
    assert_int_equal(pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, folder), err),
                     PXF_OK);
    status = pxf_pool_update(kit->store, pool, err);
    pxf_pool_free(pool);
    return status;
}

static void assert_says(const pxf_error *err, const char *words)
{
    if (!strstr(err->message, words)) {
        fail_msg("'%s' does not say '%s'", err->message, words);
    }
}

/* Everything that deletes or sets aside is tried: a picture is removed, and all is repaired. */
static void do_harm(struct kit *kit, const char *id)
{
    struct storage_report report;
    pxf_error err = {0};

    assert_ok(pxf_store_set_text(kit->store, "store.orphan_share_pct", "100", 0, &err));
    assert_ok(pxf_store_set_text(kit->store, "store.clean_up_age_min", "1", 0, &err));
    if (pxf_image_remove(kit->store, id, &err) == PXF_OK) {
        kit_work(kit);
    }
    storage_verify(&report, kit, PXF_VERIFY_REPAIR | PXF_VERIFY_DEEP);
}

static void a_copied_store_lives_on_its_own_pool(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    char id[40];

    (void)snprintf(id, sizeof id, "%s", pxf_image_id(image));
    pxf_image_free(image);
    copy(kit, "store", "copy");
    turn_to(kit, "copy");
    assert_path(kit, "local", "copy/pool");
    assert_true(storage_is_healthy(kit, "local"));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    (void)storage_put(kit, 2, NULL);
    kit_work(kit);
    do_harm(kit, id);
    turn_to(kit, "store");
    assert_path(kit, "local", "store/pool");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    assert_int_equal(kit_file_count(kit), 9);
}

static void a_copied_store_never_touches_a_pool_that_both_name(void **state)
{
    struct kit *kit = *state;
    pxf_image *image;
    char id[40], file[200];

    storage_add_pool(kit, "big", 1, 0);
    image = storage_make(kit, 1);
    assert_string_equal(pxf_image_pool(image), "big");
    (void)snprintf(id, sizeof id, "%s", pxf_image_id(image));
    pxf_image_free(image);
    copy(kit, "store", "copy");
    turn_to(kit, "store");
    image = storage_make(kit, 2); /* which the copy's catalog does not know */
    (void)snprintf(file, sizeof file, "big/%s", pxf_image_key(image));
    storage_age(fox_scratch_path(&kit->scratch, file));
    pxf_image_free(image);
    turn_to(kit, "copy");
    storage_assert_reason(kit, "big", "belongs to the store in");
    storage_assert_reason(kit, "big", "pixelfox pool adopt big");
    assert_string_equal(storage_put(kit, 3, NULL), "local");
    do_harm(kit, id);
    turn_to(kit, "store");
    assert_true(storage_is_healthy(kit, "big"));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_copied_store_gets_a_copy_of_the_pool(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "big", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    copy(kit, "store", "copy");
    copy(kit, "big", "big2");
    turn_to(kit, "copy");
    assert_false(storage_is_healthy(kit, "big"));
    assert_ok(set_path(kit, "big", "big2", &err));
    assert_true(storage_is_healthy(kit, "big"));
    assert_path(kit, "big", "big2");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    turn_to(kit, "store");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

/* A copy is taken for the store itself once a person says so; then the other one is refused. */
static void of_two_copies_one_has_a_pool(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "big", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    copy(kit, "store", "copy");
    turn_to(kit, "copy");
    assert_ok(pxf_pool_adopt(kit->store, "big", &err));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    turn_to(kit, "store");
    storage_assert_reason(kit, "big", "/copy'");
    assert_string_equal(storage_put(kit, 2, NULL), "local");
}

static void a_pool_behind_a_link_is_not_the_copys_own(void **state)
{
    struct kit *kit = *state;

    pxf_image_free(storage_make(kit, 1));
    move(kit, "store/pool", "disk");
    assert_int_equal(symlink(fox_scratch_path(&kit->scratch, "disk"),
                             fox_scratch_path(&kit->scratch, "store/pool")),
                     0);
    turn_to(kit, "store");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    copy(kit, "store", "copy");
    turn_to(kit, "copy");
    storage_assert_reason(kit, "local", "belongs to the store in");
    turn_to(kit, "store");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_moved_store_just_works(void **state)
{
    struct kit *kit = *state;

    storage_add_pool(kit, "big", 1, 0);
    storage_add_pool(kit, "small", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    pxf_image_free(storage_make(kit, 2));
    move(kit, "store", "moved");
    turn_to(kit, "moved");
    assert_path(kit, "local", "moved/pool");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    assert_true(storage_is_healthy(kit, "big"));
    pxf_image_free(storage_make(kit, 3));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_store_that_came_to_another_disk_adopts_its_outside_pools(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "big", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    fox_scratch_make_folder(&kit->scratch, "disk");
    fox_scratch_mount(&kit->scratch, "disk", "size=64m,mode=0755");
    copy(kit, "store", "disk/store");
    move(kit, "store", "gone");
    turn_to(kit, "disk/store");
    storage_assert_reason(kit, "big", "if that store was moved here, `pixelfox pool adopt big`");
    assert_true(storage_is_healthy(kit, "local"));
    assert_ok(pxf_pool_adopt(kit->store, "big", &err));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    close_store(kit);
}

static void a_pool_that_was_moved_is_followed_by_its_path(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "big", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    move(kit, "big", "bigger");
    turn_to(kit, "store");
    storage_assert_reason(kit, "big", "is not there");
    storage_assert_reason(kit, "big", "`pixelfox pool set big path=DIR`");
    fox_scratch_make_folder(&kit->scratch, "empty");
    assert_int_equal(set_path(kit, "big", "empty", &err), PXF_INVALID);
    assert_says(&err, "has no marker");
    assert_false(storage_exists(kit, "empty/.pixelfox-pool"));
    assert_ok(set_path(kit, "big", "bigger", &err));
    assert_true(storage_is_healthy(kit, "big"));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void an_unused_pool_goes_to_an_empty_folder(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "big", 1, 0);
    storage_plant(kit, "full/photo.jpg", 10);
    fox_scratch_make_folder(&kit->scratch, "empty");
    assert_int_equal(set_path(kit, "big", "full", &err), PXF_CONFLICT);
    assert_says(&err, "photo.jpg");
    assert_int_equal(set_path(kit, "big", "store/pool", &err), PXF_INVALID);
    assert_int_equal(set_path(kit, "big", "nowhere", &err), PXF_NOT_FOUND);
    assert_ok(set_path(kit, "big", "empty", &err));
    assert_string_equal(storage_put(kit, 1, NULL), "big");
    assert_true(storage_exists(kit, "empty/original"));
}

/* Changes the catalog as an older version left it; the store is closed. */
static void run_sql(struct kit *kit, const char *sql)
{
    sqlite3 *db = NULL;

    close_store(kit);
    assert_int_equal(sqlite3_open(fox_scratch_path(&kit->scratch, "store/catalog.sqlite"), &db),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_total_changes(db) > 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The marker of a pool as an older version wrote it: it names no store. */
static void unsign(struct kit *kit, const char *name)
{
    FILE *file = fopen(fox_scratch_path(&kit->scratch, name), "re");
    char text[1024];
    char *store;

    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    assert_int_equal(fclose(file), 0);
    store = strstr(text, ", \"store\"");
    assert_non_null(store);
    (void)strcpy(store, "}\n");
    fox_scratch_put(&kit->scratch, name, text);
}

static void a_store_of_an_older_version_keeps_its_pools(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    char sql[200];

    storage_add_pool(kit, "big", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    (void)snprintf(sql, sizeof sql,
                   "UPDATE pool SET path = CAST('%s/store/pool' AS BLOB) WHERE path = "
                   "CAST('pool' AS BLOB)",
                   kit->scratch.path);
    run_sql(kit, sql);
    unsign(kit, "store/pool/.pixelfox-pool");
    unsign(kit, "big/.pixelfox-pool");
    turn_to(kit, "store");
    assert_true(storage_is_healthy(kit, "local"));
    storage_assert_reason(kit, "big", "`pixelfox pool adopt big`");
    assert_ok(pxf_pool_adopt(kit->store, "big", &err));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    move(kit, "store", "moved");
    turn_to(kit, "moved");
    assert_path(kit, "local", "moved/pool");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_moved_store_of_an_older_version_is_told_the_remedy(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    pxf_image_free(storage_make(kit, 1));
    run_sql(kit, "UPDATE pool SET path = CAST('/nowhere/store/pool' AS BLOB)");
    unsign(kit, "store/pool/.pixelfox-pool");
    turn_to(kit, "store");
    storage_assert_reason(kit, "local", "`pixelfox pool set local path=DIR`");
    assert_ok(set_path(kit, "local", "store/pool", &err));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    move(kit, "store", "moved");
    turn_to(kit, "moved");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_pool_in_the_stores_folder_moves_with_it(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    fox_scratch_make_folder(&kit->scratch, "store/second");
    assert_ok(add(kit, "second", fox_scratch_path(&kit->scratch, "store/second"), &err));
    assert_string_equal(storage_put(kit, 1, NULL), "second");
    kit_work(kit);
    move(kit, "store", "moved");
    turn_to(kit, "moved");
    assert_path(kit, "second", "moved/second");
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    storage_set(kit, "second", "priority", "7"); /* another field leaves the place alone */
    move(kit, "moved", "again");
    turn_to(kit, "again");
    assert_path(kit, "second", "again/second");
}

static void a_folder_with_files_becomes_no_pool(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_plant(kit, "photos/2019/holiday.jpg", 100);
    fox_scratch_make_folder(&kit->scratch, "disk");
    fox_scratch_make_folder(&kit->scratch, "disk/lost+found");
    fox_scratch_make_folder(&kit->scratch, "disk/.snapshot");
    assert_int_equal(add(kit, "photos", fox_scratch_path(&kit->scratch, "photos"), &err),
                     PXF_CONFLICT);
    assert_says(&err, "'2019'");
    assert_says(&err, "empty folder");
    assert_false(storage_exists(kit, "photos/.pixelfox-pool"));
    err = (pxf_error){0};
    assert_ok(add(kit, "disk", fox_scratch_path(&kit->scratch, "disk"), &err));
    assert_string_equal(storage_put(kit, 1, NULL), "disk");
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_removed_pool_can_be_added_again(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    char id[40];

    storage_add_pool(kit, "big", 1, 0);
    assert_string_equal(storage_put(kit, 1, id), "big");
    kit_work(kit);
    assert_ok(pxf_image_remove(kit->store, id, &err));
    kit_work(kit);
    assert_ok(pxf_pool_remove(kit->store, "big", &err));
    assert_true(storage_exists(kit, "big/original"));
    assert_ok(add(kit, "other", fox_scratch_path(&kit->scratch, "big"), &err));
    assert_string_equal(storage_put(kit, 1, NULL), "other");
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_folder_that_is_not_there_is_not_found(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    assert_int_equal(add(kit, "big", fox_scratch_path(&kit->scratch, "none"), &err), PXF_NOT_FOUND);
    assert_says(&err, "/none' is not there");
}

static int add_behind_a_closed_folder(struct kit *kit)
{
    pxf_error err = {0};

    kit->store = pxf_store_open(kit->path, NULL, &err);
    EXPECT(kit->store);
    EXPECT(chmod(fox_scratch_path(&kit->scratch, "closed"), 0000) == 0);
    EXPECT(add(kit, "big", fox_scratch_path(&kit->scratch, "closed/pool"), &err) == PXF_DENIED);
    EXPECT(strstr(err.message, "/closed' (owner 65534"));
    EXPECT(strstr(err.message, "may not go through"));
    EXPECT(chmod(fox_scratch_path(&kit->scratch, "closed"), 0755) == 0);
    EXPECT(chmod(fox_scratch_path(&kit->scratch, "closed/pool"), 0000) == 0);
    EXPECT(add(kit, "big", fox_scratch_path(&kit->scratch, "closed/pool"), &err) == PXF_DENIED);
    EXPECT(strstr(err.message, "/closed/pool"));
    EXPECT(chmod(fox_scratch_path(&kit->scratch, "closed/pool"), 0755) == 0);
    return 0;
}

static void a_folder_that_cannot_be_entered_is_denied(void **state)
{
    struct kit *kit = *state;

    fox_scratch_make_folder(&kit->scratch, "closed");
    fox_scratch_make_folder(&kit->scratch, "closed/pool");
    storage_as_nobody(kit, add_behind_a_closed_folder);
}

static void a_damaged_marker_is_named_with_its_remedy(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "big", 1, 0);
    pxf_image_free(storage_make(kit, 1));
    fox_scratch_put(&kit->scratch, "big/.pixelfox-pool", "junk");
    storage_assert_reason(kit, "big", "/big/.pixelfox-pool' is damaged: remove it, then");
    assert_int_equal(pxf_pool_adopt(kit->store, "big", &err), PXF_CONFLICT);
    assert_says(&err, "/big/.pixelfox-pool'");
    assert_int_equal(unlink(fox_scratch_path(&kit->scratch, "big/.pixelfox-pool")), 0);
    err = (pxf_error){0};
    assert_ok(pxf_pool_adopt(kit->store, "big", &err));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_home, IN_STORE(a_copied_store_lives_on_its_own_pool),
      IN_STORE(a_copied_store_never_touches_a_pool_that_both_name),
      IN_STORE(a_copied_store_gets_a_copy_of_the_pool), IN_STORE(of_two_copies_one_has_a_pool),
      IN_STORE(a_pool_behind_a_link_is_not_the_copys_own), IN_STORE(a_moved_store_just_works),
      IN_STORE(a_store_that_came_to_another_disk_adopts_its_outside_pools),
      IN_STORE(a_pool_that_was_moved_is_followed_by_its_path),
      IN_STORE(an_unused_pool_goes_to_an_empty_folder),
      IN_STORE(a_store_of_an_older_version_keeps_its_pools),
      IN_STORE(a_moved_store_of_an_older_version_is_told_the_remedy),
      IN_STORE(a_pool_in_the_stores_folder_moves_with_it),
      IN_STORE(a_folder_with_files_becomes_no_pool), IN_STORE(a_removed_pool_can_be_added_again),
      IN_STORE(a_folder_that_is_not_there_is_not_found),
      IN_STORE(a_folder_that_cannot_be_entered_is_denied),
      IN_STORE(a_damaged_marker_is_named_with_its_remedy))
