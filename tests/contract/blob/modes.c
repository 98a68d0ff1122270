/* SPDX-License-Identifier: Apache-2.0 */
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

static unsigned mode_of(const struct rig *rig, const char *name)
{
    struct stat stat;

    assert_int_equal(lstat(rig_path(rig, name), &stat), 0);
    return stat.st_mode & 07777U;
}

static void modes_are_those_of_the_settings_whatever_the_umask_is(void **state)
{
    static const struct {
        mode_t mask;
        uint32_t file, folder;
    } cases[] = {{0077, 0640, 0750}, {0000, 0640, 0750}, {0077, 0644, 0755}, {0022, 0600, 0700}};
    struct rig *rig = *state;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mode_t before = umask(cases[i].mask);
        AUTO(fox_blob_put) *put = NULL;

        rig->options.file_mode = cases[i].file;
        rig->options.folder_mode = cases[i].folder;
        rig_reopen(rig);
        put = rig_open_put(rig, "original/2026/11/a", "t");
        assert_int_equal(mode_of(rig, ".incoming/t"), cases[i].file);
        assert_ok(fox_blob_put_finish(put, NULL, &err));
        (void)umask(before);
        assert_int_equal(mode_of(rig, "original/2026/11/a"), cases[i].file);
        assert_int_equal(mode_of(rig, "original"), cases[i].folder);
        assert_int_equal(mode_of(rig, "original/2026"), cases[i].folder);
        assert_int_equal(mode_of(rig, "original/2026/11"), cases[i].folder);
        assert_int_equal(mode_of(rig, ".incoming"), 0700);
        assert_int_equal(mode_of(rig, ".pixelfox-pool"), 0644);
        assert_ok(fox_blob_remove(rig->blob, "original/2026/11/a", NULL, &err));
        assert_int_equal(rmdir(rig_path(rig, "original/2026/11")), 0);
        assert_int_equal(rmdir(rig_path(rig, "original/2026")), 0);
        assert_int_equal(rmdir(rig_path(rig, "original")), 0);
    }
}

/* Answers through a pipe: a status and a message. */
struct answer {
    int status;
    char message[PXF_MESSAGE_BYTES];
};

typedef pxf_status (*as_fn)(struct rig *rig, pxf_error *err);

/* Runs `fn` in a child that is user 101 in group 0. */
static struct answer as_stranger(struct rig *rig, as_fn fn)
{
    struct answer answer = {.status = -1};
    int numbers[2], status;
    pid_t pid;

    assert_int_equal(pipe(numbers), 0);
    pid = fork();
    if (pid == 0) {
        pxf_error err = {0};

        if (setgroups(0, NULL) != 0 || setgid(0) != 0 || setuid(101) != 0) {
            _exit(2);
        }
        answer.status = (int)fn(rig, &err);
        memcpy(answer.message, err.message, sizeof answer.message);
        (void)!write(numbers[1], &answer, sizeof answer);
        _exit(0);
    }
    assert_int_equal(read(numbers[0], &answer, sizeof answer), sizeof answer);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void)close(numbers[0]);
    (void)close(numbers[1]);
    return answer;
}

static pxf_status put_something(struct rig *rig, pxf_error *err)
{
    AUTO(fox_blob_put) *put = NULL;

    return fox_blob_put_open(rig->blob, "a", "stranger", &put, err);
}

static pxf_status put_deep(struct rig *rig, pxf_error *err)
{
    AUTO(fox_blob_put) *put = NULL;

    TRY(fox_blob_put_open(rig->blob, "day/a", "stranger", &put, err));
    return fox_blob_put_finish(put, NULL, err);
}

static pxf_status adopt(struct rig *rig, pxf_error *err)
{
    return fox_blob_adopt_local(&rig->env, &rig->options, FOX_BLOB_ADOPT, err);
}

static pxf_status look(struct rig *rig, pxf_error *err)
{
    struct fox_blob_health health;

    return fox_blob_look(rig->blob, &health, err);
}

static pxf_status test(struct rig *rig, pxf_error *err)
{
    return fox_blob_test(rig->blob, NULL, NULL, err);
}

static pxf_status read_it(struct rig *rig, pxf_error *err)
{
    AUTO(fox_blob_source) *source = NULL;

    return fox_blob_get(rig->blob, "day/a", &source, err);
}

static void assert_words(struct answer answer, pxf_status status, const char *words)
{
    assert_int_equal(answer.status, status);
    if (!strstr(answer.message, words)) {
        fail_msg("'%s' does not say '%s'", answer.message, words);
    }
}

static void a_pool_of_another_user_is_refused_in_words(void **state)
{
    struct rig *rig = *state;

    assert_words(as_stranger(rig, put_something), PXF_UNAVAILABLE, "user 101, group 0 may not");
    assert_words(as_stranger(rig, look), PXF_UNAVAILABLE, "may not write in");
    assert_words(as_stranger(rig, look), PXF_UNAVAILABLE, "(owner 0, group 0, mode 0755)");
    assert_words(as_stranger(rig, look), PXF_UNAVAILABLE, rig->options.path);
    assert_words(as_stranger(rig, test), PXF_UNAVAILABLE, "user 101, group 0 may not");
    assert_words(as_stranger(rig, adopt), PXF_DENIED, "may not write in");
    assert_int_equal(as_stranger(rig, rig_look).status, PXF_OK);
    assert_int_equal(chmod(rig->options.path, 0700), 0);
    assert_words(as_stranger(rig, rig_look), PXF_UNAVAILABLE, "mode 0700");
    assert_words(as_stranger(rig, look), PXF_UNAVAILABLE, "mode 0700");
    assert_int_equal(chmod(rig->scratch.path, 0700), 0);
    assert_words(as_stranger(rig, rig_look), PXF_UNAVAILABLE, "may not go through");
    assert_words(as_stranger(rig, rig_look), PXF_UNAVAILABLE, rig->scratch.path);
}

static void a_folder_that_refuses_is_named(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, "day/b", "content");
    assert_int_equal(chown(rig->options.path, 101, 0), 0);
    assert_int_equal(chown(rig_path(rig, ".incoming"), 101, 0), 0);
    assert_words(as_stranger(rig, put_deep), PXF_UNAVAILABLE, "/pool/day' (owner 0");
}

static void what_the_settings_make_can_be_read_by_another_user(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, "day/a", "content");
    assert_int_equal(as_stranger(rig, read_it).status, PXF_OK);
}

RIG_TESTS(mode_tests, cmocka_unit_test(modes_are_those_of_the_settings_whatever_the_umask_is),
          cmocka_unit_test(a_pool_of_another_user_is_refused_in_words),
          cmocka_unit_test(a_folder_that_refuses_is_named),
          cmocka_unit_test(what_the_settings_make_can_be_read_by_another_user))
