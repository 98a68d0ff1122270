/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

static void an_absent_key_is_not_found(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_source *source = NULL;
    struct fox_blob_stat stat;
    pxf_error err = {0};

    assert_fails(fox_blob_get(rig->blob, "a/b/c", &source, &err), PXF_NOT_FOUND);
    assert_fails(fox_blob_stat(rig->blob, "a/b/c", &stat, &err), PXF_NOT_FOUND);
    assert_null(source);
    assert_int_equal(fox_blob_get(rig->blob, "a", &source, &err), PXF_NOT_FOUND);
    assert_int_equal(err.origin, PXF_ORIGIN_POOL);
}

static void any_range_can_be_read(void **state)
{
    static const char text[] = "0123456789";
    struct rig *rig = *state;
    AUTO(fox_blob_source) *source = NULL;
    char back[32];
    size_t size;
    pxf_error err = {0};

    rig_put(rig, "a", text);
    assert_ok(fox_blob_get(rig->blob, "a", &source, &err));
    for (uint64_t from = 0; from < 12; from++) {
        const size_t left = from < 10 ? 10 - (size_t)from : 0;

        assert_ok(fox_reader_read(fox_blob_source_reader(source), from, back, 4, &size, &err));
        assert_int_equal(size, left < 4 ? left : 4);
        assert_memory_equal(back, &text[from < 10 ? from : 0], size);
    }
    assert_ok(fox_reader_read(fox_blob_source_reader(source), UINT64_MAX, back, 4, &size, &err));
    assert_int_equal(size, 0);
}

static void a_removed_blob_is_read_to_its_end_by_who_has_it(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_source) *source = NULL;
    char back[8];
    size_t size;
    pxf_error err = {0};

    rig_put(rig, "a", "content");
    assert_ok(fox_blob_get(rig->blob, "a", &source, &err));
    assert_ok(fox_blob_remove(rig->blob, "a", NULL, &err));
    rig_put(rig, "a", "another");
    assert_ok(fox_reader_read(fox_blob_source_reader(source), 0, back, 8, &size, &err));
    assert_int_equal(size, 7);
    assert_memory_equal(back, "content", 7);
}

static void a_descriptor_holds_the_whole_and_cannot_be_written(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_source) *source = NULL;
    char back[8];
    pxf_error err = {0};
    int fd;

    assert_true(fox_blob_abilities(rig->blob).has_descriptor);
    rig_put(rig, "a", "content");
    assert_ok(fox_blob_get(rig->blob, "a", &source, &err));
    fd = fox_blob_source_fd(source);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(pread(fd, back, sizeof back, 0), 7);
    assert_memory_equal(back, "content", 7);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_true(rig_has(rig, "a", "content"));
}

static void removing_is_certain_and_idempotent(void **state)
{
    struct rig *rig = *state;
    uint64_t freed_bytes = 77;
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    rig_put(rig, "day/b", "other");
    assert_ok(fox_blob_remove(rig->blob, "day/a", &freed_bytes, &err));
    assert_true(freed_bytes >= 7);
    assert_true(rig_is_absent(rig, "day/a"));
    assert_ok(fox_blob_remove(rig->blob, "day/a", &freed_bytes, &err));
    assert_int_equal(freed_bytes, 0);
    assert_ok(fox_blob_remove(rig->blob, "no/such/folder", &freed_bytes, &err));
    assert_int_equal(freed_bytes, 0);
    assert_true(rig_has(rig, "day/b", "other"));
    rig_put(rig, "day/a", "again");
    assert_true(rig_has(rig, "day/a", "again"));
}

static void removing_an_absent_temporary_is_no_error(void **state)
{
    struct rig *rig = *state;
    uint64_t freed_bytes = 77;
    pxf_error err = {0};

    assert_ok(fox_blob_remove_temporary(rig->blob, "none", &freed_bytes, &err));
    assert_int_equal(freed_bytes, 0);
    assert_ok(fox_blob_remove_temporary(rig->blob, "none", NULL, &err));
}

static void a_pool_shows_its_health(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_health health = {0};
    pxf_error err = {0};

    assert_ok(fox_blob_look(rig->blob, &health, &err));
    assert_true(health.disk_free_bytes > 0);
    assert_true(health.disk_free_inodes > 0);
    assert_true(health.disk_bytes == 0 || health.disk_free_bytes <= health.disk_bytes);
}

struct told {
    size_t count;
    char names[256];
};

static void note(void *ctx, const char *check, pxf_status status, const char *message)
{
    struct told *told = ctx;

    assert_int_equal(status, PXF_OK);
    assert_true(message[0] != '\0');
    told->count++;
    (void)strncat(told->names, check, sizeof told->names - strlen(told->names) - 2);
    (void)strcat(told->names, " ");
}

static void a_test_tells_of_each_check_and_leaves_nothing(void **state)
{
    struct rig *rig = *state;
    struct told told = {0};
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    assert_ok(fox_blob_test(rig->blob, note, &told, &err));
    assert_ok(fox_blob_test(rig->blob, NULL, NULL, &err));
    assert_non_null(strstr(told.names, "room"));
    if (rig->driver->is_folder) {
        assert_string_equal(told.names, "marker create sync lock rename remove room ");
    }
    assert_ok(fox_blob_list(rig->blob, "", 10, &list, &err));
    assert_int_equal(list.count, 0);
    assert_int_equal(rig_temporary_count(rig), 0);
}

static void a_path_is_told_where_there_is_one(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_str) path = {0};
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    if (!fox_blob_abilities(rig->blob).has_path) {
        assert_fails(fox_blob_path(rig->blob, "day/a", &path, &err), PXF_UNSUPPORTED);
        return;
    }
    assert_ok(fox_blob_path(rig->blob, "day/a", &path, &err));
    assert_string_equal(fox_str_text(&path), rig_path(rig, "day/a"));
    assert_int_equal(access(fox_str_text(&path), R_OK), 0);
}

static void no_call_leaves_a_descriptor_behind(void **state)
{
    struct rig *rig = *state;
    size_t before;
    pxf_error err = {0};

    rig_put(rig, "first", "the folder is open from now on");
    before = fox_scratch_fd_count();
    for (int i = 0; i < 3; i++) {
        AUTO(fox_blob_list) list = {0};
        struct fox_blob_put *put = rig_open_put(rig, "a/b", "t");
        struct fox_blob_source *source = NULL;
        struct fox_blob_health health;

        fox_blob_put_free(put);
        rig_put(rig, "a/b", "content");
        put = rig_open_put(rig, "a/b", "t");
        assert_int_equal(fox_blob_put_finish(put, NULL, NULL), PXF_EXISTS);
        fox_blob_put_free(put);
        assert_ok(fox_blob_get(rig->blob, "a/b", &source, &err));
        fox_blob_source_free(source);
        fox_blob_source_free(NULL);
        assert_int_equal(fox_blob_get(rig->blob, "none", &source, NULL), PXF_NOT_FOUND);
        assert_ok(fox_blob_list(rig->blob, "", 10, &list, &err));
        assert_ok(fox_blob_look(rig->blob, &health, &err));
        assert_ok(fox_blob_test(rig->blob, NULL, NULL, &err));
        assert_ok(fox_blob_remove(rig->blob, "a/b", NULL, &err));
    }
    assert_int_equal(fox_scratch_fd_count(), before);
}

RIG_TESTS(get_tests, cmocka_unit_test(an_absent_key_is_not_found),
          cmocka_unit_test(any_range_can_be_read),
          cmocka_unit_test(a_removed_blob_is_read_to_its_end_by_who_has_it),
          cmocka_unit_test(a_descriptor_holds_the_whole_and_cannot_be_written),
          cmocka_unit_test(removing_is_certain_and_idempotent),
          cmocka_unit_test(removing_an_absent_temporary_is_no_error),
          cmocka_unit_test(a_pool_shows_its_health),
          cmocka_unit_test(a_test_tells_of_each_check_and_leaves_nothing),
          cmocka_unit_test(a_path_is_told_where_there_is_one),
          cmocka_unit_test(no_call_leaves_a_descriptor_behind))
