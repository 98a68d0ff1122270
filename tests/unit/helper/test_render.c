/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/kit.h"
#include "helper/protocol.h"

/* The real program with real pictures. */

static const char name[] = "pixelfox-helper";

static const struct fox_recipe as_jpeg = {
    .kind = "jpeg", .output = FOX_OUTPUT_JPEG, .fit = PXF_FIT_FULL, .quality = 90};

/* A JPEG, made by the helper itself of a BMP. */
static int jpeg(struct kit *kit, uint32_t width_px, uint32_t height_px)
{
    const int bmp = kit_bmp(width_px, height_px);
    struct fox_helper_request request = kit_request(bmp);
    AUTO(kit_taken) taken = {0};
    pxf_error err = {0};
    int fd;

    request.recipes = &as_jpeg;
    request.recipe_count = 1;
    assert_ok(kit_render(kit, &request, &taken, &err));
    assert_int_equal(taken.variants[0].format, PXF_FORMAT_JPEG);
    fd = kit_file(fox_bytes_data(taken.variants[0].bytes), fox_bytes_size(taken.variants[0].bytes));
    assert_int_equal(close(bmp), 0);
    return fd;
}

static void check_variant(const struct fox_recipe *recipe, const struct fox_helper_variant *variant)
{
    const struct fox_size size =
        fox_recipe_size(recipe, (struct fox_size){.width_px = 640, .height_px = 400});

    assert_int_equal(variant->skip, FOX_SKIP_NONE);
    assert_int_equal(variant->format, fox_recipe_format(recipe, PXF_FORMAT_JPEG, false));
    assert_int_equal(variant->width_px, size.width_px);
    assert_int_equal(variant->height_px, size.height_px);
    assert_int_equal(
        fox_sniff_format(fox_bytes_data(variant->bytes), fox_bytes_size(variant->bytes)),
        variant->format);
}

static void a_jpeg_becomes_eight_variants(void **state)
{
    AUTO(kit_taken) taken = {0};
    struct fox_helper_request request;
    struct kit kit;
    int fd;
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    fd = jpeg(&kit, 640, 400);
    request = kit_request(fd);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_int_equal(taken.count, FOX_BUILTIN_RECIPE_COUNT);
    assert_string_equal(taken.rule, "");
    for (size_t i = 0; i < FOX_BUILTIN_RECIPE_COUNT; i++) {
        check_variant(&fox_builtin_recipes[i], &taken.variants[i]);
    }
    assert_true(kit_meter(&kit, "starts") == 1);
    assert_int_equal(close(fd), 0);
    kit_close(&kit);
}

static void the_program_tells_its_codecs(void **state)
{
    const char *version = NULL;
    struct kit kit;
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    assert_ok(fox_helpers_version(kit.helpers, &version, &err));
    assert_int_equal(strncmp(version, fox_wire_release(), strlen(fox_wire_release())), 0);
    assert_non_null(strstr(version, "libvips"));
    assert_non_null(strstr(version, "libheif"));
    kit_close(&kit);
}

static void a_damaged_picture_is_told_and_costs_no_helper(void **state)
{
    static char head[600];
    struct kit kit;
    struct fox_helper_request request;
    AUTO(kit_taken) taken = {0};
    int whole, part, nothing;
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    whole = jpeg(&kit, 300, 200);
    assert_int_equal(pread(whole, head, sizeof head, 0), sizeof head);
    part = kit_file(head, sizeof head);
    nothing = kit_file("not a picture at all", 20);
    request = kit_request(whole);
    request.fd = part;
    assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_CORRUPT);
    assert_string_equal(taken.rule, "truncated");
    assert_int_equal(err.origin, PXF_ORIGIN_IMAGE);
    fox_fail_clear(&err);
    request.fd = nothing;
    assert_fails(kit_render(&kit, &request, &taken, &err), PXF_CORRUPT);
    request.fd = whole;
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_true(kit_meter(&kit, "starts") == 1);
    assert_int_equal(close(whole) + close(part) + close(nothing), 0);
    kit_close(&kit);
}

struct killing {
    int sign, after_us;
};

static void *kill_later(void *ctx)
{
    const struct killing *killing = ctx;
    const struct timespec wait = {.tv_nsec = killing->after_us * 1000L};
    int pid;

    while ((pid = kit_child_of(getpid(), name)) == 0) {
    }
    (void)ppoll(NULL, 0, &wait, NULL);
    (void)kill(pid, killing->sign);
    return NULL;
}

/* From the first instant of the process to the middle of its work. */
static void a_helper_may_be_killed_at_any_instant(void **state)
{
    const int bmp = kit_bmp(600, 500);
    struct fox_helper_request request = kit_request(bmp);
    (void)state;
    pxf_error err = {0};

    for (int after_us = 0; after_us <= 120000; after_us += 30000) {
        struct killing killing = {.sign = SIGKILL, .after_us = after_us};
        struct kit kit;
        AUTO(kit_taken) taken = {0};
        pthread_t thread;
        pxf_status status;

        kit_open(&kit, HELPER_PROGRAM, 1);
        assert_int_equal(pthread_create(&thread, NULL, kill_later, &killing), 0);
        status = kit_render(&kit, &request, &taken, &err);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_true(status == PXF_UNAVAILABLE || status == PXF_OK);
        fox_fail_clear(&err);
        request.recipe_count = 1;
        assert_ok(kit_render(&kit, &request, &taken, &err));
        request.recipe_count = FOX_BUILTIN_RECIPE_COUNT;
        kit_close(&kit);
    }
    assert_int_equal(close(bmp), 0);
}

static void a_helper_killed_between_variants_is_crashed_with_its_signal(void **state)
{
    const int bmp = kit_bmp(400, 300);
    const struct fox_helper_request request = kit_request(bmp);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    taken.kill = kit_child_of(getpid(), name);
    assert_true(taken.kill > 0);
    assert_int_equal(
        fox_helpers_render(kit.helpers, &request, kit_take, &taken, &taken.rule, NULL, &err),
        PXF_UNAVAILABLE);
    assert_string_equal(taken.rule, "crashed");
    assert_int_equal(err.code, SIGKILL);
    fox_fail_clear(&err);
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_int_equal(close(bmp), 0);
    kit_close(&kit);
}

/* The helper is told to abort: what its own handler says is what a host that ignores its children
 * has to go by. */
static void the_signal_is_known_where_nobody_may_wait_for_the_helper(void **state)
{
    const int bmp = kit_bmp(600, 500);
    const struct fox_helper_request request = kit_request(bmp);
    struct killing killing = {.sign = SIGABRT, .after_us = 30000};
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    pthread_t thread;
    (void)state;
    pxf_error err = {0};

    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    kit_open(&kit, HELPER_PROGRAM, 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    assert_int_equal(pthread_create(&thread, NULL, kill_later, &killing), 0);
    assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_UNAVAILABLE);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(err.code, SIGABRT);
    assert_string_equal(taken.rule, "crashed");
    kit_close(&kit);
    assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
    assert_int_equal(close(bmp), 0);
}

/* The thread of that name in a process; 0 if there is none. */
static int thread_of(int pid, const char *thread)
{
    char path[300], line[32];
    struct dirent *entry;
    int found = 0;
    DIR *folder;

    (void)snprintf(path, sizeof path, "/proc/%d/task", pid);
    folder = opendir(path);
    while (folder && found == 0 && (entry = readdir(folder)) != NULL) {
        FILE *file;

        (void)snprintf(path, sizeof path, "/proc/%d/task/%s/comm", pid, entry->d_name);
        file = fopen(path, "re");
        if (file && fgets(line, sizeof line, file) && strncmp(line, thread, strlen(thread)) == 0) {
            found = atoi(entry->d_name);
        }
        if (file) {
            (void)fclose(file);
        }
    }
    if (folder) {
        (void)closedir(folder);
    }
    return found;
}

static void *crash_a_thread(void *ctx)
{
    const int pid = *(const int *)ctx;
    int thread;

    while ((thread = thread_of(pid, "fox-image")) == 0) {
    }
    (void)syscall(SYS_tgkill, pid, thread, SIGSEGV);
    return NULL;
}

/* A codec's crash on the thread that the first one works beside. */
static void a_crash_on_any_thread_leaves_last_words(void **state)
{
    const int bmp = kit_bmp(1500, 1200);
    struct fox_helper_request request = kit_request(bmp);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    pthread_t thread;
    int pid;
    (void)state;
    pxf_error err = {0};

    assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    kit_open(&kit, HELPER_PROGRAM, 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    pid = kit_child_of(getpid(), name);
    request.thread_count = 2;
    assert_int_equal(pthread_create(&thread, NULL, crash_a_thread, &pid), 0);
    assert_int_equal(kit_render(&kit, &request, &taken, &err), PXF_UNAVAILABLE);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(err.code, SIGSEGV);
    assert_string_equal(taken.rule, "crashed");
    kit_close(&kit);
    assert_true(signal(SIGCHLD, SIG_DFL) != SIG_ERR);
    assert_int_equal(close(bmp), 0);
}

static void a_stopped_helper_runs_out_of_time(void **state)
{
    const int bmp = kit_bmp(400, 300);
    struct fox_helper_request request = kit_request(bmp);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    assert_int_equal(kill(kit_child_of(getpid(), name), SIGSTOP), 0);
    request.timeout_ms = 50;
    assert_fails(kit_render(&kit, &request, &taken, &err), PXF_TIMEOUT);
    assert_string_equal(taken.rule, "timeout");
    request.timeout_ms = 60000;
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_int_equal(close(bmp), 0);
    kit_close(&kit);
}

static void what_only_the_host_may_ask_leaves_a_helper_untouched(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    const int bmp = kit_bmp(64, 48);
    const struct fox_helper_request request = kit_request(bmp);
    struct kit kit;
    AUTO(kit_taken) taken = {0};
    (void)state;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    assert_ok(fox_helpers_version(kit.helpers, &(const char *){NULL}, &err));
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        assert_int_equal(kill(kit_child_of(getpid(), name), signals[i]), 0);
    }
    assert_ok(kit_render(&kit, &request, &taken, &err));
    assert_true(kit_meter(&kit, "starts") == 1);
    assert_int_equal(close(bmp), 0);
    kit_close(&kit);
}

enum { THREADS = 4 };

static void *render_one(void *ctx)
{
    const int bmp = kit_bmp(320, 200);
    const struct fox_helper_request request = kit_request(bmp);
    AUTO(kit_taken) taken = {0};
    const pxf_status status = kit_render(ctx, &request, &taken, NULL);

    (void)close(bmp);
    return status == PXF_OK && taken.count == 8 ? ctx : NULL;
}

static void four_threads_share_two_helpers(void **state)
{
    struct kit kit;
    pthread_t threads[THREADS];
    void *answer;

    (void)state;
    kit_open(&kit, HELPER_PROGRAM, 2);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, render_one, &kit), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &answer), 0);
        assert_ptr_equal(answer, &kit);
    }
    assert_true(kit_meter(&kit, "starts") == 2);
    kit_close(&kit);
}

/* What a host tells of before it dies. */
struct family {
    int helper;
    int child; /* of the host: a fork that holds copies of its sockets */
};

static _Noreturn void be_a_host(int teller)
{
    const int bmp = kit_bmp(1500, 1500);
    const struct fox_helper_request request = kit_request(bmp);
    struct family family = {0};
    AUTO(kit_taken) taken = {0};
    struct kit kit;
    pxf_error err = {0};

    kit_open(&kit, HELPER_PROGRAM, 1);
    (void)fox_helpers_version(kit.helpers, &(const char *){NULL}, &err);
    family.helper = kit_child_of(getpid(), name);
    family.child = fork();
    while (family.child == 0) {
        (void)pause();
    }
    (void)!write(teller, &family, sizeof family);
    (void)kit_render(&kit, &request, &taken, &err);
    _Exit(0);
}

/* A host in a process of its own, with a helper at work. */
static pid_t start_host(struct family *ret_family)
{
    int ends[2];
    pid_t host;

    assert_int_equal(pipe(ends), 0);
    host = fork();
    assert_true(host >= 0);
    if (host == 0) {
        be_a_host(ends[1]);
    }
    assert_int_equal(read(ends[0], ret_family, sizeof *ret_family), sizeof *ret_family);
    assert_int_equal(close(ends[0]) + close(ends[1]), 0);
    return host;
}

static void a_helper_ends_within_a_second_of_its_host(void **state)
{
    struct family family = {0};
    const pid_t host = start_host(&family);
    struct pollfd pidfd = {.events = POLLIN};

    (void)state;
    assert_true(family.helper > 0 && family.child > 0);
    pidfd.fd = pidfd_open(family.helper, 0);
    assert_true(pidfd.fd >= 0);
    assert_int_equal(kill(host, SIGKILL), 0);
    assert_int_equal(poll(&pidfd, 1, 1000), 1);
    assert_int_equal(waitpid(host, NULL, 0), host);
    assert_int_equal(kill(family.child, SIGKILL), 0);
    assert_int_equal(close(pidfd.fd), 0);
}

/* Runs the program by hand; its first line and exit code. */
static int run(const char *argument, char *line, int size)
{
    char command[512];
    FILE *pipe;

    (void)snprintf(command, sizeof command, "'%s' %s 2>&1", HELPER_PROGRAM, argument);
    pipe = popen(command, "re");
    assert_non_null(pipe);
    line[0] = '\0';
    (void)!fgets(line, size, pipe);
    return WEXITSTATUS(pclose(pipe));
}

static void run_by_hand_the_program_says_what_it_is(void **state)
{
    char line[512];

    (void)state;
    assert_int_equal(run("", line, sizeof line), 2);
    assert_non_null(strstr(line, "libpixelfox"));
    assert_int_equal(run("--serve", line, sizeof line), 2);
    assert_int_equal(run("--version", line, sizeof line), 0);
    assert_non_null(strstr(line, fox_wire_build()));
}

SUITE(render, cmocka_unit_test(a_jpeg_becomes_eight_variants),
      cmocka_unit_test(the_program_tells_its_codecs),
      cmocka_unit_test(a_damaged_picture_is_told_and_costs_no_helper),
      cmocka_unit_test(a_helper_may_be_killed_at_any_instant),
      cmocka_unit_test(a_helper_killed_between_variants_is_crashed_with_its_signal),
      cmocka_unit_test(the_signal_is_known_where_nobody_may_wait_for_the_helper),
      cmocka_unit_test(a_crash_on_any_thread_leaves_last_words),
      cmocka_unit_test(a_stopped_helper_runs_out_of_time),
      cmocka_unit_test(what_only_the_host_may_ask_leaves_a_helper_untouched),
      cmocka_unit_test(four_threads_share_two_helpers),
      cmocka_unit_test(a_helper_ends_within_a_second_of_its_host),
      cmocka_unit_test(run_by_hand_the_program_says_what_it_is))
