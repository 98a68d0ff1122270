/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "os/fd.h"
#include "support/scratch.h"
#include "support/suite.h"

static const char text[] = "the quick brown fox jumps over the lazy dog";

static struct fox_fd new_file(const struct fox_scratch *scratch, const char *name)
{
    return fox_fd_of(open(fox_scratch_path(scratch, name), O_RDWR | O_CREAT | O_CLOEXEC, 0600),
                     PXF_ORIGIN_POOL);
}

static void an_empty_descriptor_closes_nothing(void **state)
{
    pxf_error err = {0};
    struct fox_fd none = {0};

    (void)state;
    fox_fd_let_go(&none);
    assert_ok(fox_fd_close(&none, &err));
    assert_int_equal(fox_fd_number(&none), -1);
    assert_false(fox_fd_is_open(&none));
    assert_true(fcntl(0, F_GETFD) >= 0);
}

static void a_descriptor_is_closed_at_the_end_of_its_scope(void **state)
{
    int number;

    (void)state;
    {
        AUTO(fox_fd) file = fox_fd_of(open("/dev/null", O_RDONLY | O_CLOEXEC), PXF_ORIGIN_STORE);

        number = fox_fd_number(&file);
        assert_true(fcntl(number, F_GETFD) >= 0);
    }
    assert_int_equal(fcntl(number, F_GETFD), -1);
}

static void a_given_descriptor_has_one_owner(void **state)
{
    struct fox_fd one = fox_fd_of(open("/dev/null", O_RDONLY | O_CLOEXEC), PXF_ORIGIN_STORE);
    AUTO(fox_fd) other = fox_fd_give(&one);

    (void)state;
    assert_false(fox_fd_is_open(&one));
    fox_fd_let_go(&one);
    assert_true(fcntl(fox_fd_number(&other), F_GETFD) >= 0);
}

static void a_duplicate_is_closed_on_exec(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) one = fox_fd_of(open("/dev/null", O_RDONLY | O_CLOEXEC), PXF_ORIGIN_STORE);
    AUTO(fox_fd) other = {0};

    (void)state;
    assert_ok(fox_fd_duplicate(&other, &one, &err));
    assert_int_not_equal(fox_fd_number(&one), fox_fd_number(&other));
    assert_true(fcntl(fox_fd_number(&other), F_GETFD) & FD_CLOEXEC);
    assert_int_equal(other.origin, PXF_ORIGIN_STORE);
}

static void closing_twice_is_an_error_with_its_origin(void **state)
{
    pxf_error err = {0};
    struct fox_fd file = fox_fd_of(open("/dev/null", O_RDONLY | O_CLOEXEC), PXF_ORIGIN_POOL);

    (void)state;
    assert_int_equal(close(fox_fd_number(&file)), 0);
    assert_int_equal(fox_fd_close(&file, &err), PXF_IO);
    assert_int_equal(err.origin, PXF_ORIGIN_POOL);
    assert_int_equal(err.code, EBADF);
    assert_false(fox_fd_is_open(&file));
}

static void what_is_written_is_read_whatever_one_call_moves(void **state)
{
    const struct kernel cases[] = {{0},
                                   {.transfer_bytes = 1},
                                   {.transfer_bytes = 7, .interruptions = 3},
                                   {.interruptions = 9}};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_scratch) scratch = fox_scratch_make();
        AUTO(fox_fd) file = new_file(&scratch, "a");
        char back[sizeof text + 8];
        size_t size;

        kernel = cases[i];
        assert_ok(fox_file_write(&file, text, 10, &err));
        assert_ok(fox_file_write_at(&file, 10, text + 10, sizeof text - 10, &err));
        assert_ok(fox_file_read_at(&file, 0, back, sizeof back, &size, &err));
        assert_int_equal(size, sizeof text);
        assert_string_equal(back, text);
        assert_int_equal(lseek(fox_fd_number(&file), 0, SEEK_SET), 0);
        assert_ok(fox_file_read(&file, back, 5, &size, &err));
        assert_int_equal(size, 5);
        assert_memory_equal(back, text, 5);
        assert_true(kernel.transfers > 4);
        assert_int_equal(kernel.interruptions, 0);
        (void)kernel_reset(NULL);
    }
}

static void reading_past_the_end_gives_nothing(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) file = new_file(&scratch, "a");
    char back[8];
    size_t size = 9;

    (void)state;
    assert_ok(fox_file_read_at(&file, 100, back, sizeof back, &size, &err));
    assert_int_equal(size, 0);
    assert_fails(fox_file_read_at(&file, UINT64_MAX, back, 8, &size, &err), PXF_INVALID);
    assert_fails(fox_file_write_at(&file, INT64_MAX, text, 8, &err), PXF_INVALID);
    assert_fails(fox_file_set_size(&file, UINT64_MAX, &err), PXF_INVALID);
}

static void a_pipe_is_read_to_its_end(void **state)
{
    pxf_error err = {0};
    int numbers[2];
    char back[sizeof text];
    size_t size;

    (void)state;
    assert_int_equal(pipe2(numbers, O_CLOEXEC), 0);

    AUTO(fox_fd) out = fox_fd_of(numbers[0], PXF_ORIGIN_STORE);
    AUTO(fox_fd) in = fox_fd_of(numbers[1], PXF_ORIGIN_STORE);

    assert_ok(fox_file_write(&in, text, sizeof text, &err));
    assert_ok(fox_fd_close(&in, &err));
    assert_ok(fox_file_read(&out, back, sizeof back, &size, &err));
    assert_int_equal(size, sizeof text);
    assert_ok(fox_file_read(&out, back, sizeof back, &size, &err));
    assert_int_equal(size, 0);
}

static void errors_of_the_system_carry_origin_and_number(void **state)
{
    pxf_error err = {0};
    AUTO(fox_fd) full = fox_fd_of(open("/dev/full", O_RDWR | O_CLOEXEC), PXF_ORIGIN_POOL);
    char back[1];
    size_t size = 7;

    (void)state;
    assert_int_equal(fox_file_write(&full, text, 4, &err), PXF_FULL);
    assert_int_equal(err.code, ENOSPC);
    assert_int_equal(err.origin, PXF_ORIGIN_POOL);
    fox_fail_clear(&err);
    assert_fails(fox_file_set_size(&full, 3, &err), PXF_IO);

    AUTO(fox_fd) writing = fox_fd_of(open("/dev/null", O_WRONLY | O_CLOEXEC), PXF_ORIGIN_STORE);

    assert_fails(fox_file_read(&writing, back, 1, &size, &err), PXF_IO);
    assert_fails(fox_file_read_at(&writing, 0, back, 1, &size, &err), PXF_IO);
    assert_int_equal(size, 7);
    assert_fails(fox_file_sync(&writing, &err), PXF_IO);
    assert_fails(fox_file_sync_all(&writing, &err), PXF_IO);
}

static void a_file_is_cut_synced_and_looked_at(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) file = new_file(&scratch, "a");
    struct fox_file_stat stat;
    struct stat system;

    (void)state;
    assert_ok(fox_file_write(&file, text, sizeof text, &err));
    assert_ok(fox_file_set_size(&file, 9, &err));
    assert_ok(fox_file_set_mode(&file, 0640, &err));
    assert_ok(fox_file_sync(&file, &err));
    assert_ok(fox_file_sync_all(&file, &err));
    assert_ok(fox_file_stat(&stat, &file, &err));
    assert_int_equal(fstat(fox_fd_number(&file), &system), 0);
    assert_int_equal(stat.kind, FOX_FILE_REGULAR);
    assert_int_equal(stat.size, 9);
    assert_int_equal(stat.mode, 0640);
    assert_int_equal(stat.inode, system.st_ino);
    assert_int_equal(stat.uid, getuid());
    assert_int_equal(stat.link_count, 1);
    assert_int_equal(stat.stored_bytes, system.st_blocks * 512);
    assert_int_equal(stat.modified_ms,
                     system.st_mtim.tv_sec * 1000 + system.st_mtim.tv_nsec / 1000000);
}

static void only_a_regular_file_is_opened(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) file = {0};

    (void)state;
    fox_scratch_put(&scratch, "a", text);
    assert_int_equal(symlink("a", fox_scratch_path(&scratch, "link")), 0);
    assert_int_equal(mkfifo(fox_scratch_path(&scratch, "pipe"), 0600), 0);
    assert_ok(fox_file_open(&file, fox_scratch_path(&scratch, "link"), PXF_ORIGIN_NONE, &err));
    assert_fails(fox_file_open(&file, fox_scratch_path(&scratch, "pipe"), PXF_ORIGIN_NONE, &err),
                 PXF_INVALID);
    assert_fails(fox_file_open(&file, scratch.path, PXF_ORIGIN_NONE, &err), PXF_INVALID);
    assert_fails(fox_file_open(&file, "/dev/zero", PXF_ORIGIN_NONE, &err), PXF_INVALID);
    assert_fails(fox_file_open(&file, fox_scratch_path(&scratch, "none"), PXF_ORIGIN_NONE, &err),
                 PXF_NOT_FOUND);
}

static void a_reader_reads_at_any_place(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(fox_fd) file = new_file(&scratch, "a");
    struct fox_reader reader;
    char back[4];
    size_t size;

    (void)state;
    assert_ok(fox_file_write(&file, text, sizeof text, &err));
    assert_ok(fox_file_reader(&reader, &file, &err));
    assert_int_equal(reader.size, sizeof text);
    assert_ok(fox_reader_read(&reader, 4, back, 4, &size, &err));
    assert_memory_equal(back, text + 4, 4);
    assert_ok(fox_reader_read(&reader, sizeof text - 2, back, 4, &size, &err));
    assert_int_equal(size, 2);
}

SUITE(file, cmocka_unit_test(an_empty_descriptor_closes_nothing),
      cmocka_unit_test(a_descriptor_is_closed_at_the_end_of_its_scope),
      cmocka_unit_test(a_given_descriptor_has_one_owner),
      cmocka_unit_test(a_duplicate_is_closed_on_exec),
      cmocka_unit_test(closing_twice_is_an_error_with_its_origin),
      cmocka_unit_test_teardown(what_is_written_is_read_whatever_one_call_moves, kernel_reset),
      cmocka_unit_test(reading_past_the_end_gives_nothing),
      cmocka_unit_test(a_pipe_is_read_to_its_end),
      cmocka_unit_test(errors_of_the_system_carry_origin_and_number),
      cmocka_unit_test(a_file_is_cut_synced_and_looked_at),
      cmocka_unit_test(only_a_regular_file_is_opened),
      cmocka_unit_test(a_reader_reads_at_any_place))
