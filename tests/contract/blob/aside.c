/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"

static size_t listed(struct rig *rig)
{
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    assert_ok(fox_blob_list(rig->blob, "", 1000, &list, &err));
    return list.count;
}

static void what_is_set_aside_is_under_no_key_and_in_no_list(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    rig_put(rig, "a/b/c.png", "orphan");
    rig_put(rig, "a/b/d.png", "kept");
    assert_ok(fox_blob_set_aside(rig->blob, "a/b/c.png", &err));
    assert_true(rig_is_absent(rig, "a/b/c.png"));
    assert_true(rig_has(rig, "a/b/d.png", "kept"));
    assert_int_equal(listed(rig), 1);
    assert_int_equal(rig_temporary_count(rig), 0);
}

static void a_key_is_free_again_once_its_blob_was_set_aside(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    for (int i = 0; i < 3; i++) {
        char text[8];

        (void)snprintf(text, sizeof text, "%d", i);
        rig_put(rig, "again", text);
        assert_true(rig_has(rig, "again", text));
        assert_ok(fox_blob_set_aside(rig->blob, "again", &err));
    }
    assert_true(rig_is_absent(rig, "again"));
}

static void setting_aside_what_is_not_there_is_not_found(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    assert_int_equal(fox_blob_set_aside(rig->blob, "none", &err), PXF_NOT_FOUND);
    assert_int_equal(err.origin, PXF_ORIGIN_POOL);
    err = (pxf_error){0};
    assert_fails(fox_blob_set_aside(rig->blob, "no/folder/either", &err), PXF_NOT_FOUND);
    assert_fails(fox_blob_set_aside(rig->blob, "../x", &err), PXF_INVALID);
}

static void no_key_is_in_quarantine(void **state)
{
    static const char *const taken[] = {".quarantine", ".quarantine/a", ".Quarantine/a"};
    struct rig *rig = *state;
    struct fox_blob_put *put = NULL;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        assert_fails(fox_blob_put_open(rig->blob, taken[i], "t", &put, &err), PXF_INVALID);
        assert_fails(fox_blob_set_aside(rig->blob, taken[i], &err), PXF_INVALID);
    }
}

static void who_reads_it_reads_it_to_its_end(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_source) *source = NULL;
    char back[8] = "";
    size_t size = 0;
    pxf_error err = {0};

    rig_put(rig, "read", "bytes");
    assert_ok(fox_blob_get(rig->blob, "read", &source, &err));
    assert_ok(fox_blob_set_aside(rig->blob, "read", &err));
    assert_ok(fox_reader_read(fox_blob_source_reader(source), 0, back, sizeof back, &size, &err));
    assert_string_equal(back, "bytes");
}

RIG_TESTS(aside_tests, cmocka_unit_test(what_is_set_aside_is_under_no_key_and_in_no_list),
          cmocka_unit_test(a_key_is_free_again_once_its_blob_was_set_aside),
          cmocka_unit_test(setting_aside_what_is_not_there_is_not_found),
          cmocka_unit_test(no_key_is_in_quarantine),
          cmocka_unit_test(who_reads_it_reads_it_to_its_end))

static void a_person_can_take_it_back(void **state)
{
    struct rig *rig = *state;
    char from[300];
    pxf_error err = {0};

    rig_put(rig, "a/b.png", "bytes");
    assert_ok(fox_blob_set_aside(rig->blob, "a/b.png", &err));
    (void)snprintf(from, sizeof from, "%s", rig_path(rig, ".quarantine/a/b.png"));
    assert_int_equal(rename(from, rig_path(rig, "a/b.png")), 0);
    assert_true(rig_has(rig, "a/b.png", "bytes"));
}

static void nobody_else_looks_into_quarantine(void **state)
{
    struct rig *rig = *state;
    struct stat stat_of;
    pxf_error err = {0};

    rig_put(rig, "a/b.png", "bytes");
    assert_ok(fox_blob_set_aside(rig->blob, "a/b.png", &err));
    assert_int_equal(stat(rig_path(rig, ".quarantine"), &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 07777, 0700);
}

static void a_second_file_of_that_name_gets_a_number(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    for (int i = 0; i < 3; i++) {
        rig_put(rig, "a/b.png", "bytes");
        assert_ok(fox_blob_set_aside(rig->blob, "a/b.png", &err));
    }
    assert_int_equal(access(rig_path(rig, ".quarantine/a/b.png"), F_OK), 0);
    assert_int_equal(access(rig_path(rig, ".quarantine/a/b.png.2"), F_OK), 0);
    assert_int_equal(access(rig_path(rig, ".quarantine/a/b.png.3"), F_OK), 0);
}

static void a_link_in_a_keys_place_is_left_alone(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    rig_put(rig, "a/b.png", "bytes");
    assert_int_equal(symlink("/etc/passwd", rig_path(rig, "a/link")), 0);
    assert_fails(fox_blob_set_aside(rig->blob, "a/link", &err), PXF_INVALID);
    assert_int_equal(unlink(rig_path(rig, "a/link")), 0);
}

static void nothing_is_set_aside_in_a_pool_that_is_not_itself(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    rig_put(rig, "a/b.png", "bytes");
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
    assert_fails(fox_blob_set_aside(rig->blob, "a/b.png", &err), PXF_UNAVAILABLE);
    assert_int_equal(access(rig_path(rig, "a/b.png"), F_OK), 0);
}

RIG_TESTS(aside_folder_tests, cmocka_unit_test(a_person_can_take_it_back),
          cmocka_unit_test(nobody_else_looks_into_quarantine),
          cmocka_unit_test(a_second_file_of_that_name_gets_a_number),
          cmocka_unit_test(a_link_in_a_keys_place_is_left_alone),
          cmocka_unit_test(nothing_is_set_aside_in_a_pool_that_is_not_itself))
