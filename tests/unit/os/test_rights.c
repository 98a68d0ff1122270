/* SPDX-License-Identifier: Apache-2.0 */
#include "os/rights.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch.h"
#include "support/suite.h"

/* What user 101 in group 0 is told of `path`, "" if nothing refuses. */
static void explain_to_stranger(char words[256], const char *path, enum fox_rights_want want)
{
    int numbers[2];
    pid_t pid;
    ssize_t size;

    assert_int_equal(pipe(numbers), 0);
    pid = fork();
    if (pid == 0) {
        AUTO(fox_str) said = {0};

        if (setuid(101) != 0) {
            _exit(1);
        }
        (void)fox_rights_explain(&said, path, want);
        (void)!write(numbers[1], fox_str_text(&said), said.size);
        _exit(0);
    }
    (void)close(numbers[1]);
    size = read(numbers[0], words, 255);
    words[size > 0 ? size : 0] = '\0';
    (void)close(numbers[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void the_first_level_that_refuses_is_named(void **state)
{
    static const struct {
        mode_t top, pool;
        enum fox_rights_want want;
        const char *words; /* with the scratch folder's path in between */
        const char *rest;
    } cases[] = {
        {0755, 0755, FOX_RIGHTS_READ, "", ""},
        {0755, 0755, FOX_RIGHTS_WRITE, "user 101, group 0 may not write in '",
         "/pool' (owner 0, group 0, mode 0755)"},
        {0755, 0777, FOX_RIGHTS_WRITE, "", ""},
        {0755, 0711, FOX_RIGHTS_READ, "user 101, group 0 may not list '",
         "/pool' (owner 0, group 0, mode 0711)"},
        {0755, 0744, FOX_RIGHTS_READ, "user 101, group 0 may not go through '",
         "/pool' (owner 0, group 0, mode 0744)"},
        {0700, 0777, FOX_RIGHTS_WRITE, "user 101, group 0 may not go through '",
         "' (owner 0, group 0, mode 0700)"},
    };
    AUTO(fox_scratch) scratch = fox_scratch_make();
    const char *pool = fox_scratch_path(&scratch, "pool");

    (void)state;
    fox_scratch_make_folder(&scratch, "pool");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[256] = "", words[256];

        if (cases[i].words[0] != '\0') {
            (void)snprintf(wanted, sizeof wanted, "%s%s%s", cases[i].words, scratch.path,
                           cases[i].rest);
        }
        assert_int_equal(chmod(scratch.path, cases[i].top), 0);
        assert_int_equal(chmod(pool, cases[i].pool), 0);
        explain_to_stranger(words, pool, cases[i].want);
        assert_string_equal(words, wanted);
    }
}

static void a_read_only_file_system_is_named_as_such(void **state)
{
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_str) words = {0};
    const char *pool = fox_scratch_path(&scratch, "pool");

    (void)state;
    fox_scratch_make_folder(&scratch, "pool");
    fox_scratch_mount(&scratch, "pool", "size=1m");
    assert_false(fox_rights_explain(&words, pool, FOX_RIGHTS_WRITE));
    assert_int_equal(mount(NULL, pool, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_false(fox_rights_explain(&words, pool, FOX_RIGHTS_READ));
    assert_true(fox_rights_explain(&words, pool, FOX_RIGHTS_WRITE));
    assert_non_null(strstr(fox_str_text(&words), "/pool' is on a file system that is mounted"));
}

static void what_is_absent_refuses_nothing(void **state)
{
    AUTO(fox_str) words = {0};

    (void)state;
    assert_false(fox_rights_explain(&words, "/nowhere/at/all", FOX_RIGHTS_WRITE));
    assert_false(fox_rights_explain(&words, "nowhere", FOX_RIGHTS_WRITE));
    assert_int_equal(words.size, 0);
}

SUITE(rights, cmocka_unit_test(the_first_level_that_refuses_is_named),
      cmocka_unit_test(a_read_only_file_system_is_named_as_such),
      cmocka_unit_test(what_is_absent_refuses_nothing))
