/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "rig.h"

/* Whose pool a folder is: two stores, two copies of one store, a store that moved. */

static void assert_says(const pxf_error *err, const char *words)
{
    if (!strstr(err->message, words)) {
        fail_msg("'%s' does not say '%s'", err->message, words);
    }
}

static void look_fails(struct rig *rig, const char *words)
{
    pxf_error err = {0};

    assert_int_equal(rig_look(rig, &err), PXF_UNAVAILABLE);
    assert_says(&err, words);
}

static pxf_status take(struct rig *rig, enum fox_blob_adoption how, pxf_error *err)
{
    fox_fail_clear(err);
    return fox_blob_adopt_local(&rig->env, &rig->options, how, err);
}

static void put_marker(struct rig *rig, const char *text)
{
    fox_scratch_put(&rig->scratch, "pool/.pixelfox-pool", text);
}

/* As a store that lies elsewhere sees it. */
static void leave_home(struct rig *rig)
{
    rig->home.inode++;
    rig->home.path = "/srv/copy";
    fox_blob_close(rig->blob);
    rig->blob = NULL;
}

static void a_copy_of_a_store_touches_nothing_of_its_pool(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob) *copy = NULL;
    AUTO(fox_blob_list) list = {0};
    struct fox_blob_put *put = NULL;
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    leave_home(rig);
    assert_ok(fox_blob_open_local(&copy, &rig->env, &rig->options, &err));
    assert_fails(fox_blob_put_open(copy, "day/b", "t", &put, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_remove(copy, "day/a", NULL, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_set_aside(copy, "day/a", &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_remove_temporary(copy, "t", NULL, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_list(copy, "", 10, &list, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_list_temporaries(copy, "", 10, &list, &err), PXF_UNAVAILABLE);
    assert_int_equal(access(rig_path(rig, "day/a"), F_OK), 0);
    look_fails(rig, "belongs to the store in '/srv/store'");
    look_fails(rig, "`pixelfox pool adopt big`");
}

static void a_moved_store_takes_its_pool_over_and_the_old_one_is_refused(void **state)
{
    struct rig *rig = *state;
    const struct fox_blob_home old = rig->home;
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    leave_home(rig);
    assert_ok(take(rig, FOX_BLOB_ADOPT, &err));
    rig_reopen(rig);
    assert_true(rig_has(rig, "day/a", "content"));
    rig->home = old;
    look_fails(rig, "belongs to the store in '/srv/copy'");
}

static void a_home_is_its_folder_and_one_of_disk_and_path(void **state)
{
    static const struct {
        uint64_t inode, fsid;
        int64_t born_ns;
        const char *path;
        bool is_home;
    } cases[] = {
        {12, 0xabc, 1700000000000000001, "/srv/store", true},
        {12, 0xabc, 1700000000000000001, "/data", true},       /* seen from a container */
        {12, 0xdef, 1700000000000000001, "/srv/store", true},  /* the disk has another number */
        {12, 0xdef, 1700000000000000001, "/srv/clone", false}, /* a snapshot of it */
        {13, 0xabc, 1700000000000000001, "/srv/store", false}, /* put back from a backup */
        {12, 0xabc, 1700000000000000002, "/srv/store", false}, /* a number that was used again */
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pxf_error err = {0};

        rig->home.inode = cases[i].inode;
        rig->home.fsid = cases[i].fsid;
        rig->home.born_ns = cases[i].born_ns;
        rig->home.path = cases[i].path;
        assert_int_equal(rig_look(rig, &err), cases[i].is_home ? PXF_OK : PXF_UNAVAILABLE);
    }
}

static void a_path_of_any_bytes_names_a_home(void **state)
{
    static const char *const paths[] = {"/with space", "/quote\"d", "/back\\slash",
                                        "/\xff\xfe",   "/per%cent", "/new\nline"};
    struct rig *rig = *state;
    char longest[2000] = "/";
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        leave_home(rig);
        rig->home.path = paths[i];
        assert_ok(take(rig, FOX_BLOB_ADOPT, &err));
        rig->home.fsid++;
        assert_ok(rig_look(rig, &err));
    }
    memset(longest + 1, 0xc3, sizeof longest - 2);
    leave_home(rig);
    rig->home.path = longest;
    assert_ok(take(rig, FOX_BLOB_ADOPT, &err));
    assert_ok(rig_look(rig, &err));
}

static void another_stores_pool_is_taken_by_no_way(void **state)
{
    static const enum fox_blob_adoption ways[] = {FOX_BLOB_ADD, FOX_BLOB_ADOPT, FOX_BLOB_FOLLOW};
    struct rig *rig = *state;
    pxf_error err = {0};

    rig->home.store_id.bytes[9] ^= 1;
    look_fails(rig, "of the store in '/srv/store'");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        assert_int_equal(take(rig, ways[i], &err), PXF_CONFLICT);
        assert_says(&err, "is foreign");
    }
}

static void a_marker_of_an_older_version_is_signed_by_a_person(void **state)
{
    struct rig *rig = *state;
    char id[FOX_ID_TEXT_BYTES], text[128];
    pxf_error err = {0};

    fox_id_format(id, &rig->options.pool_id);
    (void)snprintf(text, sizeof text, "{\"pool\": \"%s\", \"made_at\": \"2026-01-01\"}\n", id);
    put_marker(rig, text);
    look_fails(rig, "names no store");
    look_fails(rig, "`pixelfox pool adopt big`");
    assert_ok(take(rig, FOX_BLOB_ADOPT, &err));
    assert_ok(rig_look(rig, &err));
}

static void what_follows_needs_the_pools_own_marker(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    assert_ok(take(rig, FOX_BLOB_FOLLOW, &err));
    leave_home(rig);
    assert_ok(take(rig, FOX_BLOB_FOLLOW, &err));
    assert_ok(rig_look(rig, &err));
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
    assert_fails(take(rig, FOX_BLOB_FOLLOW, &err), PXF_CONFLICT);
    assert_int_equal(access(rig_path(rig, ".pixelfox-pool"), F_OK), -1);
}

static void a_damaged_marker_names_itself_and_the_remedy(void **state)
{
    static const char *const texts[] = {"", "junk", "{\"pool\": 7}", "{\"pool\": \"x\"}"};
    struct rig *rig = *state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put_marker(rig, texts[i]);
        look_fails(rig, "/pool/.pixelfox-pool' is damaged: remove it");
        look_fails(rig, "`pixelfox pool adopt big`");
        assert_int_equal(take(rig, FOX_BLOB_ADOPT, &err), PXF_CONFLICT);
        assert_says(&err, "remove that file");
    }
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
    assert_ok(take(rig, FOX_BLOB_ADOPT, &err));
    assert_ok(rig_look(rig, &err));
}

static void half_a_signature_is_none(void **state)
{
    struct rig *rig = *state;
    char id[FOX_ID_TEXT_BYTES], store[FOX_ID_TEXT_BYTES], text[400];

    fox_id_format(id, &rig->options.pool_id);
    fox_id_format(store, &rig->home.store_id);
    (void)snprintf(text, sizeof text, "{\"pool\": \"%s\", \"store\": \"%s\", \"home\": \"/srv/st",
                   id, store);
    put_marker(rig, text);
    look_fails(rig, "names no store");
}

/* Each sync fails once: whoever had the pool has it still, or the other one has it; nobody finds
 * half a marker. */
static void a_marker_is_the_old_one_or_the_new_one(void **state)
{
    struct rig *rig = *state;
    const struct fox_blob_home old = rig->home;
    pxf_error err = {0};
    size_t failed = 0;

    leave_home(rig);
    for (size_t nth = 1; nth < 20; nth++) {
        const struct fox_blob_home mine = rig->home;

        calls.failing_sync = nth;
        if (take(rig, FOX_BLOB_ADOPT, &err) == PXF_OK) {
            break;
        }
        calls_reset();
        failed++;
        assert_int_equal(err.status, PXF_IO);
        if (rig_look(rig, NULL) != PXF_OK) {
            rig->home = old;
            assert_int_equal(rig_look(rig, NULL), PXF_OK);
        }
        rig->home = old;
        assert_ok(take(rig, FOX_BLOB_ADOPT, &err));
        rig->home = mine;
    }
    calls_reset();
    assert_true(failed >= 5);
    assert_ok(rig_look(rig, &err));
}

/* A folder without a marker that is to be a new pool. */
static void make_new(struct rig *rig)
{
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
}

static void a_new_pool_needs_an_empty_folder(void **state)
{
    static const char *const names[] = {"photo.jpg", ".hidden", ".incoming/theirs",
                                        ".pixelfox-test-mine"};
    struct rig *rig = *state;
    pxf_error err = {0};

    make_new(rig);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "pool/%s", names[i]);
        fox_scratch_put(&rig->scratch, name, "theirs");
        assert_int_equal(take(rig, FOX_BLOB_ADD, &err), PXF_CONFLICT);
        assert_says(&err, names[i]);
        assert_says(&err, "needs an empty folder");
        assert_int_equal(access(rig_path(rig, ".pixelfox-pool"), F_OK), -1);
        assert_int_equal(unlink(rig_path(rig, names[i])), 0);
    }
    fox_scratch_make_folder(&rig->scratch, "pool/original");
    assert_fails(take(rig, FOX_BLOB_ADD, &err), PXF_CONFLICT);
    assert_int_equal(rmdir(rig_path(rig, "original")), 0);
    assert_ok(take(rig, FOX_BLOB_ADD, &err));
}

static void what_a_file_system_keeps_at_its_top_is_nobodys_file(void **state)
{
    static const char *const names[] = {"lost+found", ".snapshot", ".snapshots", ".zfs",
                                        "#snapshot"};
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0};
    struct fox_blob_put *put = NULL;
    pxf_error err = {0};

    make_new(rig);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "pool/%s", names[i]);
        fox_scratch_make_folder(&rig->scratch, name);
        (void)snprintf(name, sizeof name, "pool/%s/old.jpg", names[i]);
        fox_scratch_put(&rig->scratch, name, "kept");
    }
    assert_ok(take(rig, FOX_BLOB_ADD, &err));
    rig_reopen(rig);
    assert_ok(fox_blob_list(rig->blob, "", 10, &list, &err));
    assert_int_equal(list.count, 0);
    assert_fails(fox_blob_put_open(rig->blob, ".snapshot/a", "t", &put, &err), PXF_INVALID);
}

static void a_file_of_that_name_is_no_snapshot(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    make_new(rig);
    fox_scratch_put(&rig->scratch, "pool/.snapshot", "a file");
    assert_fails(take(rig, FOX_BLOB_ADD, &err), PXF_CONFLICT);
}

static void a_making_that_was_killed_is_begun_again(void **state)
{
    struct rig *rig = *state;
    struct fox_id found;
    pxf_error err = {0};

    make_new(rig);
    fox_scratch_put(&rig->scratch, "pool/.incoming/0193f3a1-0000-7000-8000-00000000000f", "{");
    fox_scratch_put(&rig->scratch, "pool/.pixelfox-test-0193f3a1-0000-7000-8000-00000000000f", "t");
    assert_false(fox_blob_find_local(&found, rig->options.path, &rig->home));
    assert_ok(take(rig, FOX_BLOB_ADD, &err));
    assert_true(fox_blob_find_local(&found, rig->options.path, &rig->home));
    assert_true(fox_id_equals(&found, &rig->options.pool_id));
    assert_ok(take(rig, FOX_BLOB_ADD, &err));
    leave_home(rig);
    assert_false(fox_blob_find_local(&found, rig->options.path, &rig->home));
    assert_fails(take(rig, FOX_BLOB_ADD, &err), PXF_CONFLICT);
}

RIG_TESTS(home_tests, cmocka_unit_test(a_copy_of_a_store_touches_nothing_of_its_pool),
          cmocka_unit_test(a_moved_store_takes_its_pool_over_and_the_old_one_is_refused),
          cmocka_unit_test(a_home_is_its_folder_and_one_of_disk_and_path),
          cmocka_unit_test(a_path_of_any_bytes_names_a_home),
          cmocka_unit_test(another_stores_pool_is_taken_by_no_way),
          cmocka_unit_test(a_marker_of_an_older_version_is_signed_by_a_person),
          cmocka_unit_test(what_follows_needs_the_pools_own_marker),
          cmocka_unit_test(a_damaged_marker_names_itself_and_the_remedy),
          cmocka_unit_test(half_a_signature_is_none),
          cmocka_unit_test(a_marker_is_the_old_one_or_the_new_one),
          cmocka_unit_test(a_new_pool_needs_an_empty_folder),
          cmocka_unit_test(what_a_file_system_keeps_at_its_top_is_nobodys_file),
          cmocka_unit_test(a_file_of_that_name_is_no_snapshot),
          cmocka_unit_test(a_making_that_was_killed_is_begun_again))
