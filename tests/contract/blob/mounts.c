/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "rig.h"

/* Every call on the pool, each on its own; all must say UNAVAILABLE and none NOT_FOUND or OK. */
static void assert_all_unavailable(struct rig *rig, const char *words)
{
    struct fox_blob_put *put = NULL;
    struct fox_blob_source *source = NULL;
    struct fox_blob_stat stat;
    struct fox_blob_health health;
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    assert_int_equal(fox_blob_look(rig->blob, &health, &err), PXF_UNAVAILABLE);
    if (!strstr(err.message, words)) {
        fail_msg("'%s' does not say '%s'", err.message, words);
    }
    fox_fail_clear(&err);
    assert_fails(fox_blob_put_open(rig->blob, "new", "t", &put, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_get(rig->blob, "absent", &source, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_stat(rig->blob, "absent", &stat, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_remove(rig->blob, "absent", NULL, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_remove_temporary(rig->blob, "t", NULL, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_list(rig->blob, "", 10, &list, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_list_temporaries(rig->blob, "", 10, &list, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_test(rig->blob, NULL, NULL, &err), PXF_UNAVAILABLE);
    assert_fails(rig_look(rig, &err), PXF_UNAVAILABLE);
}

static pxf_status adopt(struct rig *rig, const struct fox_blob_local_options *options,
                        pxf_error *err)
{
    return fox_blob_adopt_local(&rig->env, options, FOX_BLOB_ADOPT, err);
}

static size_t names_in(const char *path)
{
    struct stat stat;

    return lstat(path, &stat) == 0 ? (size_t)stat.st_nlink - 2 : 0;
}

static void a_pool_without_its_marker_is_unavailable_until_it_is_back(void **state)
{
    struct rig *rig = *state;
    const char *marker = rig_path(rig, ".pixelfox-pool"), *aside = rig_path(rig, "aside");

    rig_put(rig, "day/a", "content");
    assert_int_equal(rename(marker, aside), 0);
    assert_all_unavailable(rig, "`pixelfox pool adopt big`");
    assert_int_equal(rename(aside, marker), 0);
    assert_true(rig_has(rig, "day/a", "content"));
    rig_put(rig, "day/b", "content");
}

static void an_unmounted_pool_is_offline_and_not_empty(void **state)
{
    struct rig *rig = *state;

    fox_blob_close(rig->blob);
    rig->blob = NULL;
    fox_scratch_mount(&rig->scratch, "pool", "size=1m");
    assert_int_equal(rig->driver->open(rig, 0, NULL), PXF_OK);
    rig_put(rig, "day/a", "content");
    fox_blob_close(rig->blob);
    rig->blob = NULL;
    rig_reopen(rig);
    assert_int_equal(umount2(rig_path(rig, ""), MNT_DETACH), 0);
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
    (void)rmdir(rig_path(rig, ".incoming"));
    assert_all_unavailable(rig, "not mounted");
    assert_int_equal(names_in(rig->options.path), 0);
}

static void an_absent_folder_is_never_made(void **state)
{
    struct rig *rig = *state;
    struct stat stat;

    (void)rmdir(rig_path(rig, ".incoming"));
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
    assert_int_equal(rmdir(rig->options.path), 0);
    assert_all_unavailable(rig, "is not there");
    assert_int_equal(lstat(rig->options.path, &stat), -1);
}

static void another_pools_disk_is_foreign(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    fox_scratch_put(&rig->scratch, "pool/.pixelfox-pool",
                    "{\"pool\": \"0193f3a1-0000-7000-8000-00000000000f\"}");
    assert_all_unavailable(rig, "is foreign: its marker names the pool 0193f3a1-");
    assert_fails(adopt(rig, &rig->options, &err), PXF_CONFLICT);
    assert_int_equal(access(rig_path(rig, "day/a"), F_OK), 0);
}

static void a_marker_that_cannot_be_read_is_nobodys(void **state)
{
    static const char *const texts[] = {
        "", "{", "[]", "{\"pool\": 7}", "{\"pool\": \"x\"}", "{\"made_at\": \"now\"}"};
    struct rig *rig = *state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fox_scratch_put(&rig->scratch, "pool/.pixelfox-pool", texts[i]);
        assert_all_unavailable(rig, "marker");
        assert_fails(adopt(rig, &rig->options, &err), PXF_CONFLICT);
    }
    assert_int_equal(unlink(rig_path(rig, ".pixelfox-pool")), 0);
    assert_int_equal(symlink("/etc/hostname", rig_path(rig, ".pixelfox-pool")), 0);
    assert_all_unavailable(rig, "marker");
}

/* The text of the marker with every `from` turned to `to`. */
static void restyle(char *restyled, size_t size, const char *text, const char *from, const char *to)
{
    size_t used = 0;

    while (*text && used + strlen(to) + 1 < size) {
        const bool is_found = strncmp(text, from, strlen(from)) == 0;
        const char *taken = is_found ? to : text;
        const size_t length = is_found ? strlen(to) : 1;

        memcpy(restyled + used, taken, length);
        used += length;
        text += is_found ? strlen(from) : 1;
    }
    restyled[used] = '\0';
}

static void a_marker_may_be_written_in_any_json_style(void **state)
{
    static const char *const styles[][2] = {
        {"\": \"", "\":\""}, {"\": \"", "\"\n:\t\""}, {", ", ",\n  "}, {"{", "{ \"people\": 7, "}};
    struct rig *rig = *state;
    char text[1024] = "", restyled[2048];
    FILE *file = fopen(rig_path(rig, ".pixelfox-pool"), "re");

    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        restyle(restyled, sizeof restyled, text, styles[i][0], styles[i][1]);
        assert_string_not_equal(restyled, text);
        fox_scratch_put(&rig->scratch, "pool/.pixelfox-pool", restyled);
        rig_reopen(rig);
    }
}

static void a_put_is_checked_at_its_very_end(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "day/a", "t");
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "content", 7, &err));
    assert_int_equal(rename(rig_path(rig, ".pixelfox-pool"), rig_path(rig, "aside")), 0);
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_UNAVAILABLE);
    assert_int_equal(access(rig_path(rig, "day"), F_OK), -1);
    assert_int_equal(rename(rig_path(rig, "aside"), rig_path(rig, ".pixelfox-pool")), 0);
    assert_ok(fox_blob_put_finish(put, NULL, &err));
    assert_true(rig_has(rig, "day/a", "content"));
}

static void a_disk_mounted_over_the_pool_gets_nothing(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "day/a", "t");
    AUTO(fox_blob_put) *other = NULL;
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "content", 7, &err));
    fox_scratch_mount(&rig->scratch, "pool", "size=1m");
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_UNAVAILABLE);
    assert_int_equal(names_in(rig->options.path), 0);
    assert_ok(adopt(rig, &rig->options, &err));
    assert_int_equal(fox_blob_put_finish(put, NULL, &err), PXF_UNAVAILABLE);
    assert_non_null(strstr(err.message, "another disk was mounted"));
    fox_fail_clear(&err);
    assert_int_equal(access(rig_path(rig, "day"), F_OK), -1);
    other = rig_open_put(rig, "day/a", "t");
    assert_ok(fox_blob_put_finish(other, NULL, &err));
    assert_int_equal(access(rig_path(rig, "day/a"), F_OK), 0);
}

static void a_pool_that_is_mounted_anew_comes_back_by_itself(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_source) *source = NULL;
    pxf_error err = {0};

    fox_scratch_mount(&rig->scratch, "pool", "size=1m");
    assert_ok(adopt(rig, &rig->options, &err));
    fox_scratch_make_folder(&rig->scratch, "pool/day");
    fox_scratch_put(&rig->scratch, "pool/day/a", "content");
    assert_true(rig_has(rig, "day/a", "content"));
    rig_put(rig, "day/b", "content");
    assert_int_equal(access(rig_path(rig, "day/b"), F_OK), 0);
    assert_int_equal(umount2(rig_path(rig, ""), MNT_DETACH), 0);
    assert_ok(fox_blob_get(rig->blob, "day/a", &source, &err));
    rig_put(rig, "day/c", "content");
    assert_int_equal(access(rig_path(rig, "day/c"), F_OK), 0);
    assert_true(rig_is_absent(rig, "day/b"));
}

static void a_read_only_disk_can_be_read_and_says_why_not_written(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_put *refused = NULL;
    struct fox_blob_health health;
    pxf_error err = {0};

    rig_make_small(rig, 1 << 20);
    rig_put(rig, "day/a", "content");
    assert_int_equal(mount(NULL, rig->options.path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL),
                     0);
    rig_reopen(rig);
    assert_true(rig_has(rig, "day/a", "content"));
    assert_int_equal(fox_blob_look(rig->blob, &health, &err), PXF_UNAVAILABLE);
    assert_non_null(strstr(err.message, "mounted read-only"));
    fox_fail_clear(&err);
    assert_int_equal(fox_blob_put_open(rig->blob, "day/c", "t2", &refused, &err), PXF_UNAVAILABLE);
    assert_non_null(strstr(err.message, "mounted read-only"));
    fox_fail_clear(&err);
    assert_fails(fox_blob_remove(rig->blob, "day/a", NULL, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_test(rig->blob, NULL, NULL, &err), PXF_UNAVAILABLE);
    assert_int_equal(mount(NULL, rig->options.path, NULL, MS_REMOUNT | MS_BIND, NULL), 0);
    assert_ok(fox_blob_look(rig->blob, &health, &err));
    assert_ok(fox_blob_remove(rig->blob, "day/a", NULL, &err));
}

static void a_stale_handle_is_opened_anew_once(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_source) *source = NULL;
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    calls.open_error = ESTALE;
    assert_ok(fox_blob_get(rig->blob, "day/a", &source, &err));
    assert_int_equal(calls.open_error, 0);
    calls_reset();
}

static void adopting_twice_is_no_error_and_needs_the_folder(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_local_options options = rig->options;
    char missing[96];
    pxf_error err = {0};

    rig_put(rig, "day/a", "content");
    assert_ok(adopt(rig, &options, &err));
    assert_true(rig_has(rig, "day/a", "content"));
    options.pool_id.bytes[3] ^= 1;
    assert_fails(adopt(rig, &options, &err), PXF_CONFLICT);
    (void)snprintf(missing, sizeof missing, "%s/none", rig->scratch.path);
    options.path = missing;
    assert_fails(adopt(rig, &options, &err), PXF_NOT_FOUND);
    assert_int_equal(access(missing, F_OK), -1);
}

RIG_TESTS(mount_tests, cmocka_unit_test(a_pool_without_its_marker_is_unavailable_until_it_is_back),
          cmocka_unit_test(an_unmounted_pool_is_offline_and_not_empty),
          cmocka_unit_test(an_absent_folder_is_never_made),
          cmocka_unit_test(another_pools_disk_is_foreign),
          cmocka_unit_test(a_marker_that_cannot_be_read_is_nobodys),
          cmocka_unit_test(a_marker_may_be_written_in_any_json_style),
          cmocka_unit_test(a_put_is_checked_at_its_very_end),
          cmocka_unit_test(a_disk_mounted_over_the_pool_gets_nothing),
          cmocka_unit_test(a_pool_that_is_mounted_anew_comes_back_by_itself),
          cmocka_unit_test(a_read_only_disk_can_be_read_and_says_why_not_written),
          cmocka_unit_test(a_stale_handle_is_opened_anew_once),
          cmocka_unit_test(adopting_twice_is_no_error_and_needs_the_folder))
