/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "rig.h"

static void bytes_are_synced_before_the_name_and_the_name_before_the_answer(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "a/b/c", "t");
    AUTO(fox_blob_put) *second = rig_open_put(rig, "a/b/d", "t2");
    const char *rename_of_blob;
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "content", 7, &err));
    calls.is_logging = true;
    assert_ok(fox_blob_put_finish(put, NULL, &err));
    calls.is_logging = false;
    rename_of_blob = strrchr(calls.log, 'r');
    assert_non_null(rename_of_blob);
    assert_memory_equal(calls.log, "fc", 2);
    assert_null(strchr(rename_of_blob, 'f'));
    assert_true(strlen(rename_of_blob) >= 4);
    calls_reset();
    calls.is_logging = true;
    assert_ok(fox_blob_put_finish(second, NULL, &err));
    assert_memory_equal(calls.log, "fc", 2);
    assert_string_equal(strrchr(calls.log, 'r'), "rd");
    calls_reset();
}

static void folders_that_another_process_made_are_synced_once(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "a/b/c", "t");
    pxf_error err = {0};

    fox_scratch_make_folder(&rig->scratch, "pool/a");
    fox_scratch_make_folder(&rig->scratch, "pool/a/b");
    calls.is_logging = true;
    assert_ok(fox_blob_put_finish(put, NULL, &err));
    assert_true(strlen(strrchr(calls.log, 'r')) >= 4);
    calls_reset();
}

static void a_removal_is_synced_before_the_answer(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};

    rig_put(rig, "a/b", "content");
    calls.is_logging = true;
    assert_ok(fox_blob_remove(rig->blob, "a/b", NULL, &err));
    assert_non_null(strchr(calls.log, 'd'));
    calls_reset();
    rig_put(rig, "a/b", "content");
    calls.failing_sync = 1;
    assert_fails(fox_blob_remove(rig->blob, "a/b", NULL, &err), PXF_IO);
    calls_reset();
    assert_ok(fox_blob_remove(rig->blob, "a/b", NULL, &err));
}

/* Each sync of a put fails once: nothing may stand under the key, and the put is never finished
 * again. */
static void a_sync_that_fails_is_final(void **state)
{
    struct rig *rig = *state;
    pxf_error err = {0};
    size_t failed = 0;

    for (size_t nth = 1; nth < 20; nth++) {
        char key[32];
        AUTO(fox_blob_put) *put = NULL;

        (void)snprintf(key, sizeof key, "new-%zu/b/c", nth);
        put = rig_open_put(rig, key, "t");
        assert_ok(fox_blob_put_write(put, "content", 7, &err));
        calls.failing_sync = nth;
        if (fox_blob_put_finish(put, NULL, &err) == PXF_OK) {
            calls_reset();
            assert_true(rig_has(rig, key, "content"));
            break;
        }
        calls_reset();
        assert_int_equal(err.status, PXF_IO);
        fox_fail_clear(&err);
        failed++;
        assert_true(rig_is_absent(rig, key));
        assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_INVALID);
        assert_true(rig_is_absent(rig, key));
    }
    assert_true(failed >= 4);
    assert_int_equal(rig_temporary_count(rig), 0);
}

static void an_error_at_the_close_is_a_failure(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "a", "t");
    struct fox_reader reader;
    char back[8];
    size_t size;
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "content", 7, &err));
    calls.close_error = EDQUOT;
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_FULL);
    calls_reset();
    assert_true(rig_is_absent(rig, "a"));
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_INVALID);
    reader = fox_blob_put_reader(put);
    assert_ok(fox_reader_read(&reader, 0, back, sizeof back, &size, &err));
    assert_memory_equal(back, "content", 7);
}

enum { KILLS = 25, TEXT = 50000 };

/* Puts one blob after the other, each of one letter, and tells of each, until it is killed. */
static _Noreturn void put_for_ever(struct rig *rig, int life, int told)
{
    static char text[TEXT];

    for (int i = 0;; i++) {
        AUTO(fox_blob_put) *put = NULL;
        char key[64], temporary[64];

        (void)snprintf(key, sizeof key, "day%d/%d-%d", i % 3, life, i);
        (void)snprintf(temporary, sizeof temporary, "t%d-%d", life, i);
        memset(text, 'a' + i % 26, TEXT);
        if (fox_blob_put_open(rig->blob, key, temporary, &put, NULL) != PXF_OK ||
            fox_blob_put_write(put, text, TEXT / 2, NULL) != PXF_OK ||
            fox_blob_put_write(put, text, TEXT - TEXT / 2, NULL) != PXF_OK ||
            fox_blob_put_finish(put, NULL, NULL) != PXF_OK || write(told, "!", 1) != 1) {
            _exit(1);
        }
    }
}

/* Kills the child at some instant behind its third acknowledged put. */
static void kill_somewhere(pid_t pid, int told, int life)
{
    char byte;

    for (int i = 0; i < 3; i++) {
        assert_int_equal(read(told, &byte, 1), 1);
    }
    (void)usleep((useconds_t)(life * 211 % 2000));
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void check_whole(struct rig *rig, const struct fox_blob_entry *entry)
{
    AUTO(fox_blob_source) *source = NULL;
    static char text[TEXT];
    size_t size;
    pxf_error err = {0};

    assert_int_equal(entry->size, TEXT);
    assert_ok(fox_blob_get(rig->blob, entry->key, &source, &err));
    assert_ok(fox_reader_read(fox_blob_source_reader(source), 0, text, TEXT, &size, &err));
    assert_int_equal(size, TEXT);
    for (size_t i = 1; i < TEXT; i++) {
        assert_true(text[i] == text[0]);
    }
}

static void a_kill_at_any_instant_leaves_whole_blobs_and_named_temporaries(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0}, left = {0};
    pxf_error err = {0};

    for (int life = 0; life < KILLS; life++) {
        int told[2];
        pid_t pid;

        assert_int_equal(pipe(told), 0);
        pid = fork();
        if (pid == 0) {
            put_for_ever(rig, life, told[1]);
        }
        kill_somewhere(pid, told[0], life);
        (void)close(told[0]);
        (void)close(told[1]);
    }
    assert_ok(fox_blob_list(rig->blob, "", 100000, &list, &err));
    assert_true(list.count >= 3 * KILLS);
    for (size_t i = 0; i < list.count; i++) {
        check_whole(rig, &list.entries[i]);
    }
    assert_ok(fox_blob_list_temporaries(rig->blob, "", 1000, &left, &err));
    assert_true(left.count <= KILLS);
    for (size_t i = 0; i < left.count; i++) {
        assert_ok(fox_blob_remove_temporary(rig->blob, left.entries[i].key, NULL, &err));
    }
    assert_int_equal(rig_temporary_count(rig), 0);
}

RIG_TESTS(kill_tests,
          cmocka_unit_test(bytes_are_synced_before_the_name_and_the_name_before_the_answer),
          cmocka_unit_test(folders_that_another_process_made_are_synced_once),
          cmocka_unit_test(a_removal_is_synced_before_the_answer),
          cmocka_unit_test(a_sync_that_fails_is_final),
          cmocka_unit_test(an_error_at_the_close_is_a_failure),
          cmocka_unit_test(a_kill_at_any_instant_leaves_whole_blobs_and_named_temporaries))
