/* SPDX-License-Identifier: Apache-2.0 */
#include "os/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/wait.h"
#include "support/scratch.h"
#include "support/suite.h"

static void a_path_is_resolved_through_its_links(void **state)
{
    AUTO(fox_scratch) scratch = fox_scratch_make();
    char *path = NULL;
    pxf_error err = {0};

    (void)state;
    fox_scratch_make_folder(&scratch, "real");
    assert_int_equal(symlink("real", fox_scratch_path(&scratch, "link")), 0);
    assert_ok(
        fox_path_resolve(&path, fox_scratch_path(&scratch, "link/./."), PXF_ORIGIN_POOL, &err));
    assert_string_equal(path, fox_scratch_path(&scratch, "real"));
    free(path);
}

static void what_cannot_be_resolved_says_why(void **state)
{
    static const struct {
        const char *name;
        pxf_status status;
    } cases[] = {
        {"none", PXF_NOT_FOUND},
        {"file/below", PXF_NOT_FOUND},
        {"circle", PXF_INVALID},
    };
    AUTO(fox_scratch) scratch = fox_scratch_make();

    (void)state;
    fox_scratch_put(&scratch, "file", "x");
    assert_int_equal(symlink("circle", fox_scratch_path(&scratch, "circle")), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *path = NULL;
        pxf_error err = {0};

        assert_int_equal(fox_path_resolve(&path, fox_scratch_path(&scratch, cases[i].name),
                                          PXF_ORIGIN_POOL, &err),
                         cases[i].status);
        assert_int_equal(err.origin, PXF_ORIGIN_POOL);
        assert_non_null(strstr(err.message, cases[i].name));
        assert_null(path);
    }
}

static void a_path_lies_within_whole_names_only(void **state)
{
    static const struct {
        const char *path, *folder;
        bool is_within;
    } cases[] = {
        {"/a/b", "/a", true}, {"/a", "/a", true}, {"/ab", "/a", false},  {"/", "/a", false},
        {"/a/b", "/", true},  {"/", "/", true},   {"/b/a", "/a", false}, {"/a/b/c", "/a/b", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fox_path_is_within(cases[i].path, cases[i].folder), cases[i].is_within);
    }
}

static void a_wait_for_nothing_ends_at_its_time(void **state)
{
    static const int64_t waits_ms[] = {-1, 0, 1, 1001};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;

    (void)state;
    fox_wait_init(&never);
    (void)pthread_mutex_lock(&lock);
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        while (fox_wait_ms(&never, &lock, waits_ms[i])) { /* woken without cause */
        }
    }
    (void)pthread_mutex_unlock(&lock);
    (void)pthread_cond_destroy(&never);
}

SUITE(path, cmocka_unit_test(a_path_is_resolved_through_its_links),
      cmocka_unit_test(what_cannot_be_resolved_says_why),
      cmocka_unit_test(a_path_lies_within_whole_names_only),
      cmocka_unit_test(a_wait_for_nothing_ends_at_its_time))
