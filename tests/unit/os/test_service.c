/* SPDX-License-Identifier: Apache-2.0 */
#include "os/service.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/access.h"
#include "support/suite.h"

/* What a process does to itself is tried in children: each answers with its exit code. */

static int run(void (*child)(void))
{
    const pid_t pid = fork();
    int status = -1;

    assert_true(pid >= 0);
    if (pid == 0) {
        child();
        _Exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void settle_and_be_asked_to_end(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
    char folder[8] = "";

    fox_service_settle();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)raise(signals[i]);
    }
    _Exit(getcwd(folder, sizeof folder) && strcmp(folder, "/") == 0 ? 7 : 1);
}

static void a_settled_process_leaves_its_end_to_its_host(void **state)
{
    (void)state;
    assert_int_equal(WEXITSTATUS(run(settle_and_be_asked_to_end)), 7);
}

static int teller;

static void tell(int number)
{
    const char letter = (char)('A' + number);

    (void)!write(teller, &letter, 1);
}

static void crash_by_abort(void)
{
    fox_service_on_crash(tell);
    abort();
}

static void crash_by_trap(void)
{
    fox_service_on_crash(tell);
    (void)raise(SIGTRAP);
}

/* Not endless: each level needs its own place. */
static int fall(volatile int depth)
{
    volatile char room[4096] = {0};

    room[depth % 4096] = 1;
    return depth > 100000000 ? depth : fall(depth + 1) + room[depth % 4096];
}

static void crash_by_stack(void)
{
    fox_service_on_crash(tell);
    _Exit(fall(0) > 0 ? 1 : 2);
}

static void last_words_come_before_the_death_by_the_same_signal(void **state)
{
    static const struct {
        void (*child)(void);
        int number;
    } cases[] = {{crash_by_abort, SIGABRT}, {crash_by_trap, SIGTRAP}, {crash_by_stack, SIGSEGV}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int ends[2];
        char letters[4] = "";
        int status;

        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        teller = ends[1];
        status = run(cases[i].child);
        assert_int_equal(close(ends[1]), 0);
        assert_int_equal(read(ends[0], letters, sizeof letters), 1);
        assert_int_equal(letters[0], 'A' + cases[i].number);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), cases[i].number);
        assert_int_equal(close(ends[0]), 0);
    }
}

static bool can_map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED && munmap(memory, bytes) == 0;
}

static void allow_eight_mebibytes_and_then_everything(void)
{
    const size_t large = 16 << 20;

    if (fox_service_allow(8 << 20, NULL) != PXF_OK || can_map(large) || !can_map(4 << 20)) {
        _Exit(1);
    }
    if (fox_service_allow(0, NULL) != PXF_OK || !can_map(large)) {
        _Exit(2);
    }
    _Exit(7);
}

static void memory_is_allowed_beyond_what_is_used_and_given_free_again(void **state)
{
    (void)state;
    assert_int_equal(WEXITSTATUS(run(allow_eight_mebibytes_and_then_everything)), 7);
}

static void be_cramped(void)
{
    if (fox_service_is_cramped() || fox_service_allow(2 << 20, NULL) != PXF_OK ||
        fox_service_is_cramped()) {
        _Exit(1);
    }
    _Exit(fox_service_allow(64 << 10, NULL) == PXF_OK && fox_service_is_cramped() ? 7 : 2);
}

static void a_process_close_to_its_limit_is_cramped(void **state)
{
    (void)state;
    assert_int_equal(WEXITSTATUS(run(be_cramped)), 7);
}

static void a_usage_grows_with_what_is_mapped(void **state)
{
    const size_t large = 64 << 20;
    struct fox_service_usage before = {0}, after = {0};
    void *memory;
    (void)state;
    pxf_error err = {0};

    assert_ok(fox_service_usage(&before, &err));
    memory = mmap(NULL, large, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    memset(memory, 1, large);
    assert_ok(fox_service_usage(&after, &err));
    assert_true(after.address_bytes >= before.address_bytes + large);
    assert_true(after.resident_bytes >= before.resident_bytes + large / 2);
    assert_int_equal(munmap(memory, large), 0);
}

static void only_a_socket_of_whole_messages_is_one(void **state)
{
    static const int types[] = {SOCK_SEQPACKET, SOCK_STREAM, SOCK_DGRAM};

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        int ends[2];

        assert_int_equal(socketpair(AF_UNIX, types[i] | SOCK_CLOEXEC, 0, ends), 0);
        assert_int_equal(fox_service_is_socket(ends[0]), types[i] == SOCK_SEQPACKET);
        assert_int_equal(close(ends[0]) + close(ends[1]), 0);
    }
    assert_false(fox_service_is_socket(-1));
}

static void only_what_nobody_can_write_through_is_read_only(void **state)
{
    static const struct {
        int flags;
        bool is_read_only;
    } cases[] = {{O_RDONLY, true}, {O_WRONLY, false}, {O_RDWR, false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int number = open("/dev/null", cases[i].flags | O_CLOEXEC);

        assert_int_equal(fox_access_is_read_only(number), cases[i].is_read_only);
        assert_int_equal(close(number), 0);
    }
    assert_false(fox_access_is_read_only(-1));
}

static void a_memory_file_is_read_only_once_it_is_sealed(void **state)
{
    const int number = memfd_create("original", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    (void)state;
    assert_false(fox_access_is_read_only(number));
    assert_int_equal(fcntl(number, F_ADD_SEALS, F_SEAL_GROW), 0);
    assert_false(fox_access_is_read_only(number));
    assert_int_equal(fcntl(number, F_ADD_SEALS, F_SEAL_WRITE), 0);
    assert_true(fox_access_is_read_only(number));
    assert_int_equal(close(number), 0);
}

/* Stands before the C library's. */
int getpagesize(void)
{
    return 7;
}

static void a_function_that_the_program_hides_is_found(void **state)
{
    int (*hidden)(void) = (int (*)(void))fox_service_hidden("getpagesize");

    (void)state;
    assert_int_equal(getpagesize(), 7);
    assert_non_null(hidden);
    assert_int_equal(hidden(), sysconf(_SC_PAGESIZE));
    assert_null(fox_service_hidden("fox_no_such_function"));
}

SUITE(service, cmocka_unit_test(a_settled_process_leaves_its_end_to_its_host),
      cmocka_unit_test(last_words_come_before_the_death_by_the_same_signal),
      cmocka_unit_test(memory_is_allowed_beyond_what_is_used_and_given_free_again),
      cmocka_unit_test(a_process_close_to_its_limit_is_cramped),
      cmocka_unit_test(a_usage_grows_with_what_is_mapped),
      cmocka_unit_test(only_a_socket_of_whole_messages_is_one),
      cmocka_unit_test(a_function_that_the_program_hides_is_found),
      cmocka_unit_test(only_what_nobody_can_write_through_is_read_only),
      cmocka_unit_test(a_memory_file_is_read_only_once_it_is_sealed))
