/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pools that are absent, foreign, read-only or wrongly owned: the others go on, and each comes back
 * by itself. */

static void a_new_empty_disk_is_foreign_until_it_is_adopted(void **state)
{
    struct kit *kit = *state;
    struct storage_report report;
    pxf_error err = {0};
    pxf_image *lost;

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    lost = storage_make(kit, 1);
    assert_string_equal(pxf_image_pool(lost), "first");
    storage_unmount(kit, "first");
    fox_scratch_mount(&kit->scratch, "first", "size=8m,mode=0755");
    kit_reopen(kit, NULL);
    storage_assert_reason(kit, "first", "pixelfox pool adopt");
    assert_string_equal(storage_put(kit, 2, NULL), "local");
    storage_verify(&report, kit, PXF_VERIFY_QUICK);
    assert_int_equal(report.unavailable, 1);
    assert_int_equal(report.count, 1);

    assert_ok(pxf_pool_adopt(kit->store, "first", &err));
    assert_true(storage_is_healthy(kit, "first"));
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.missing, 9);
    assert_int_equal(report.count, 9);
    assert_int_equal(report.repaired, 0);
    assert_true(storage_names(&report, pxf_image_key(lost)));
    assert_string_equal(storage_put(kit, 3, NULL), "first");
    pxf_image_free(lost);
}

static void a_disk_that_is_not_mounted_at_start_stops_nobody(void **state)
{
    struct kit *kit = *state;

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    storage_unmount(kit, "first");
    kit_reopen(kit, NULL);
    assert_false(storage_is_healthy(kit, "first"));
    assert_string_equal(storage_put(kit, 1, NULL), "local");
    assert_false(storage_exists(kit, "first/original"));
    storage_mount(kit, "first");
    assert_true(storage_is_healthy(kit, "first"));
    assert_string_equal(storage_put(kit, 2, NULL), "first");
}

static void a_disk_that_goes_away_while_running_comes_back_by_itself(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *there;
    pxf_bytes *bytes;

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    there = storage_make(kit, 1);
    assert_string_equal(pxf_image_pool(there), "first");
    storage_unmount(kit, "first");
    assert_string_equal(storage_put(kit, 2, NULL), "local");
    assert_false(storage_is_healthy(kit, "first"));
    assert_int_equal(storage_event_count(kit, "pool_unavailable"), 1);
    assert_false(storage_exists(kit, "first/.incoming"));
    storage_mount(kit, "first");
    assert_true(storage_is_healthy(kit, "first"));
    assert_int_equal(storage_event_count(kit, "pool_available"), 1);
    bytes = pxf_image_read(there, PXF_FOR_OWNER, 0, 0, NULL, &err);
    assert_non_null(bytes);
    assert_string_equal(storage_put(kit, 3, NULL), "first");
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_bytes_free(bytes);
    pxf_image_free(there);
}

static void a_read_only_pool_is_read_and_not_written(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *there;
    pxf_bytes *bytes;

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    there = storage_make(kit, 1);
    storage_make_read_only(kit, "first");
    storage_assert_reason(kit, "first", "read-only");
    assert_string_equal(storage_put(kit, 2, NULL), "local");
    bytes = pxf_image_read(there, PXF_FOR_OWNER, 0, 0, NULL, &err);
    assert_non_null(bytes);
    pxf_bytes_free(bytes);
    pxf_image_free(there);
}

static void a_deleted_picture_of_an_absent_pool_goes_once_the_pool_is_back(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *there;
    char original[200];

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    there = storage_make(kit, 1);
    (void)snprintf(original, sizeof original, "first.disk/%s", pxf_image_key(there));
    storage_unmount(kit, "first");
    assert_false(storage_is_healthy(kit, "first"));
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(there), &err));
    kit_work(kit);
    assert_true(storage_exists(kit, original));
    assert_true(storage_number(kit, "first", "used_bytes") > 0);
    pxf_image_free(pxf_image_find(kit->store, pxf_image_id(there), &err));
    assert_int_equal(err.status, PXF_OK); /* its row stays as long as its files may */
    storage_mount(kit, "first");
    pxf_image_free(there);
}

static void a_folder_of_another_store_is_nobody_elses(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_new("stolen", &err);
    pxf_store *other;

    (void)snprintf(kit->path, sizeof kit->path, "%s/other", kit->scratch.path);
    other = pxf_store_open(kit->path, NULL, &err);
    assert_non_null(other);
    assert_ok(pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, "other/pool"), &err));
    assert_fails(pxf_pool_add(kit->store, pool, &err), PXF_CONFLICT);
    assert_null(pxf_pool_find(kit->store, "stolen", &err));
    pxf_pool_free(pool);
    pxf_store_close(other);
}

static void swapped_disks_are_both_foreign(void **state)
{
    struct kit *kit = *state;

    storage_make_disk(kit, "one", "4m");
    storage_make_disk(kit, "two", "4m");
    storage_add_pool(kit, "one", 1, 0);
    storage_add_pool(kit, "two", 2, 0);
    storage_unmount(kit, "one");
    storage_unmount(kit, "two");
    assert_int_equal(
        rename(fox_scratch_path(&kit->scratch, "one"), fox_scratch_path(&kit->scratch, "three")),
        0);
    assert_int_equal(
        rename(fox_scratch_path(&kit->scratch, "two"), fox_scratch_path(&kit->scratch, "one")), 0);
    assert_int_equal(
        rename(fox_scratch_path(&kit->scratch, "three"), fox_scratch_path(&kit->scratch, "two")),
        0);
    fox_scratch_put(&kit->scratch, "one/.pixelfox-pool",
                    "{\"pool\": \"019ab3c0-0000-7000-8000-000000000001\"}");
    storage_assert_reason(kit, "one", "foreign");
    assert_false(storage_is_healthy(kit, "two"));
    assert_string_equal(storage_put(kit, 1, NULL), "local");
}

static void a_pool_in_use_is_not_removed(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    storage_add_pool(kit, "first", 1, 0);
    assert_string_equal(storage_put(kit, 1, NULL), "first");
    assert_fails(pxf_pool_remove(kit->store, "first", &err), PXF_CONFLICT);
    assert_true(storage_is_healthy(kit, "first"));
    storage_add_pool(kit, "empty", 200, 0);
    assert_ok(pxf_pool_remove(kit->store, "empty", &err));
    assert_true(storage_exists(kit, "empty"));
}

static void what_would_lose_files_cannot_be_changed_once_a_pool_is_used(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_pool *pool;

    storage_add_pool(kit, "first", 1, 0);
    fox_scratch_make_folder(&kit->scratch, "elsewhere");
    assert_string_equal(storage_put(kit, 1, NULL), "first");
    pool = pxf_pool_find(kit->store, "first", &err);
    assert_ok(pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, "elsewhere"), &err));
    assert_fails(pxf_pool_update(kit->store, pool, &err), PXF_INVALID);
    pxf_pool_free(pool);
    pool = pxf_pool_find(kit->store, "first", &err);
    assert_ok(pxf_pool_set_number(pool, "max_bytes", 1, &err));
    assert_fails(pxf_pool_update(kit->store, pool, &err), PXF_INVALID);
    pxf_pool_free(pool);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_stale_pool_handle_writes_no_old_counts(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_pool *stale = pxf_pool_find(kit->store, "local", &err);

    assert_int_equal(pxf_pool_used_bytes(stale), 0);
    (void)storage_put(kit, 1, NULL);
    kit_work(kit);
    assert_ok(pxf_pool_set_number(stale, "weight", 7, &err));
    assert_ok(pxf_pool_update(kit->store, stale, &err));
    assert_true(storage_number(kit, "local", "used_bytes") > 0);
    kit_assert_sound(kit, PXF_VERIFY_QUICK);
    pxf_pool_free(stale);
}

static void a_pool_is_added_as_it_was_said(void **state)
{
    static const char *const states[] = {"read_only", "draining", "offline"};
    struct kit *kit = *state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        pxf_pool *pool, *added;
        char name[16];

        (void)snprintf(name, sizeof name, "p%zu", i);
        fox_scratch_make_folder(&kit->scratch, name);
        pool = pxf_pool_new(name, &err);
        assert_ok(pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, name), &err));
        assert_ok(pxf_pool_set_text(pool, "state", states[i], &err));
        assert_ok(pxf_pool_set_number(pool, "priority", 0, &err));
        assert_ok(pxf_pool_add(kit->store, pool, &err));
        added = pxf_pool_find(kit->store, name, &err);
        assert_string_equal(pxf_pool_get_text(added, "state"), states[i]);
        assert_int_equal(pxf_pool_get_number(added, "priority"), 0);
        pxf_pool_free(added);
        pxf_pool_free(pool);
    }
    assert_string_equal(storage_put(kit, 1, NULL), "local");
}

static void there_is_one_default_pool_or_none(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_new("second", &err);

    fox_scratch_make_folder(&kit->scratch, "second");
    assert_ok(pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, "second"), &err));
    assert_ok(pxf_pool_set_flag(pool, "is_default", true, &err));
    assert_fails(pxf_pool_add(kit->store, pool, &err), PXF_EXISTS);
    assert_ok(pxf_pool_set_flag(pool, "is_default", false, &err));
    pxf_pool_free(pool);
    assert_int_equal(storage_number(kit, "local", "is_default"), 1);
}

/* As a user without rights: the pool's folder is root's. */
static int add_without_rights(struct kit *kit)
{
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_new("rootly", &err);
    pxf_image *image;

    kit->store = pxf_store_open(kit->path, NULL, &err);
    EXPECT(kit->store);
    EXPECT(pxf_pool_set_text(pool, "path", "/var", &err) == PXF_OK);
    EXPECT(pxf_pool_add(kit->store, pool, &err) == PXF_DENIED || err.status == PXF_UNAVAILABLE);
    EXPECT(strstr(err.message, "/var"));
    EXPECT(strstr(err.message, "65534"));
    EXPECT(strstr(err.message, "0755"));
    pxf_pool_free(pool);
    EXPECT(!pxf_pool_find(kit->store, "rootly", &err));
    image = kit_put(kit, "ada", 20, 20, 1);
    EXPECT(image && strcmp(pxf_image_pool(image), "local") == 0);
    pxf_image_free(image);
    return 0;
}

static void a_pool_that_cannot_be_written_is_refused_with_user_path_and_right(void **state)
{
    storage_as_nobody(*state, add_without_rights);
}

static int open_without_rights(struct kit *kit)
{
    pxf_error err = {0};
    pxf_image *image;

    EXPECT(chmod(fox_scratch_path(&kit->scratch, "first"), 0555) == 0);
    kit->store = pxf_store_open(kit->path, NULL, &err);
    EXPECT(kit->store);
    EXPECT(!storage_is_healthy(kit, "first"));
    storage_assert_reason(kit, "first", "65534");
    storage_assert_reason(kit, "first", "/first");
    image = kit_put(kit, "ada", 20, 20, 1);
    EXPECT(image && strcmp(pxf_image_pool(image), "local") == 0);
    pxf_image_free(image);
    EXPECT(chmod(fox_scratch_path(&kit->scratch, "first"), 0755) == 0);
    EXPECT(storage_is_healthy(kit, "first"));
    image = kit_put(kit, "ada", 20, 20, 2);
    EXPECT(image && strcmp(pxf_image_pool(image), "first") == 0);
    pxf_image_free(image);
    return 0;
}

static void a_pool_that_lost_its_rights_is_told_at_start_and_others_go_on(void **state)
{
    storage_add_pool(*state, "first", 1, 0);
    storage_as_nobody(*state, open_without_rights);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_pools, IN_STORE(a_new_empty_disk_is_foreign_until_it_is_adopted),
      IN_STORE(a_disk_that_is_not_mounted_at_start_stops_nobody),
      IN_STORE(a_disk_that_goes_away_while_running_comes_back_by_itself),
      IN_STORE(a_read_only_pool_is_read_and_not_written),
      IN_STORE(a_deleted_picture_of_an_absent_pool_goes_once_the_pool_is_back),
      IN_STORE(a_folder_of_another_store_is_nobody_elses), IN_STORE(swapped_disks_are_both_foreign),
      IN_STORE(a_pool_in_use_is_not_removed),
      IN_STORE(what_would_lose_files_cannot_be_changed_once_a_pool_is_used),
      IN_STORE(a_stale_pool_handle_writes_no_old_counts), IN_STORE(a_pool_is_added_as_it_was_said),
      IN_STORE(there_is_one_default_pool_or_none),
      IN_STORE(a_pool_that_cannot_be_written_is_refused_with_user_path_and_right),
      IN_STORE(a_pool_that_lost_its_rights_is_told_at_start_and_others_go_on))
