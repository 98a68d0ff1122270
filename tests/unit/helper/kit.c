/* SPDX-License-Identifier: Apache-2.0 */
#include "helper/kit.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"

static const struct fox_meter_row rows[FOX_METER_COUNT] = {
    [FOX_METER_HELPER_STARTS] = {.name = "starts", .kind = FOX_METER_COUNTER, .help = "s"},
    [FOX_METER_HELPER_DEATHS] = {.name = "deaths",
                                 .kind = FOX_METER_COUNTER,
                                 .help = "d",
                                 .labels = {"reason"}},
};

static struct fox_meter_row whole_rows[FOX_METER_COUNT];

static void open_with(struct kit *kit, size_t limit)
{
    const struct fox_helpers_options options = {.path = kit->program, .limit = limit};
    pxf_error err = {0};

    for (size_t i = 0; i < FOX_METER_COUNT; i++) {
        whole_rows[i] =
            rows[i].name
                ? rows[i]
                : (struct fox_meter_row){.name = "other", .kind = FOX_METER_COUNTER, .help = "o"};
    }
    fox_os_env(&kit->env);
    kit->env.meters = fox_meters_new(whole_rows, &err);
    assert_non_null(kit->env.meters);
    assert_ok(fox_helpers_open(&kit->helpers, &kit->env, &options, &err));
}

void kit_open(struct kit *kit, const char *program, size_t limit)
{
    *kit = (struct kit){0};
    (void)snprintf(kit->program, sizeof kit->program, "%s", program);
    open_with(kit, limit);
}

void kit_open_fake(struct kit *kit, const char *manner, size_t limit)
{
    FILE *script;

    *kit = (struct kit){.folder = "/tmp/fox-helper-XXXXXX"};
    assert_non_null(mkdtemp(kit->folder));
    (void)snprintf(kit->program, sizeof kit->program, "%s/fake", kit->folder);
    script = fopen(kit->program, "we");
    assert_non_null(script);
    (void)fprintf(script, "#!/bin/sh\nexec '%s' '%s'\n", FAKE_HELPER, manner);
    assert_int_equal(fclose(script), 0);
    assert_int_equal(chmod(kit->program, 0755), 0);
    open_with(kit, limit);
}

void kit_close(struct kit *kit)
{
    fox_helpers_close(kit->helpers);
    fox_meters_free(kit->env.meters);
    if (kit->folder[0] != '\0') {
        assert_int_equal(unlink(kit->program), 0);
        assert_int_equal(rmdir(kit->folder), 0);
    }
}

size_t kit_fd_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder)) {
        count++;
    }
    (void)closedir(folder);
    return count;
}

double kit_meter(const struct kit *kit, const char *series)
{
    AUTO(fox_str) text = {0};
    char start[64];
    pxf_error err = {0};
    const char *line;

    (void)snprintf(start, sizeof start, "\n%s ", series);
    assert_ok(fox_meters_write(kit->env.meters, &text, &err));
    line = strstr(fox_str_text(&text), start);
    return line ? strtod(line + strlen(start), NULL) : 0;
}

/* "pid (name) state parent …" */
static bool is_child(const char *pid, int parent, const char *name)
{
    char path[300], text[256] = "", found[64] = "";
    int found_parent = 0;
    char state = 'Z';
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%s/stat", pid);
    file = fopen(path, "re");
    if (!file) {
        return false;
    }
    (void)!fgets(text, sizeof text, file);
    (void)fclose(file);
    return sscanf(text, "%*d (%63[^)]) %c %d", found, &state, &found_parent) == 3 && state != 'Z' &&
           found_parent == parent && strncmp(found, name, 15) == 0;
}

int kit_child_of(int parent, const char *name)
{
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    int pid = 0;

    assert_non_null(folder);
    while (pid == 0 && (entry = readdir(folder)) != NULL) {
        if (is_child(entry->d_name, parent, name)) {
            pid = atoi(entry->d_name);
        }
    }
    (void)closedir(folder);
    return pid;
}

void kit_await_no_child(const char *name)
{
    const int64_t until_ms = fox_clock_monotonic_ms() + 2000;

    while (kit_child_of(getpid(), name) != 0) {
        if (fox_clock_monotonic_ms() > until_ms) {
            fail_msg("'%s' does not end", name);
        }
    }
}

int kit_file(const void *data, size_t size)
{
    const int file = memfd_create("original", MFD_CLOEXEC);
    char path[64];
    int reader;

    assert_true(file >= 0);
    assert_int_equal(write(file, data, size), size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    reader = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(reader >= 0);
    assert_int_equal(close(file), 0);
    return reader;
}

static void put(uint8_t *at, uint32_t number)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(number >> (8 * i));
    }
}

enum { BMP_HEAD_BYTES = 54 };

int kit_bmp(uint32_t width_px, uint32_t height_px)
{
    const size_t stride = (width_px * (size_t)3 + 3) / 4 * 4;
    const size_t size = BMP_HEAD_BYTES + stride * height_px;
    uint8_t *bmp = calloc(size, 1);
    uint32_t noise = 1;
    int fd;

    assert_non_null(bmp);
    memcpy(bmp, "BM", 2);
    put(bmp + 2, (uint32_t)size);
    put(bmp + 10, BMP_HEAD_BYTES);
    put(bmp + 14, 40);
    put(bmp + 18, width_px);
    put(bmp + 22, height_px);
    put(bmp + 26, 1 | 24 << 16);
    put(bmp + 34, (uint32_t)(stride * height_px));
    for (size_t i = BMP_HEAD_BYTES; i < size; i++) {
        noise = noise * 1103515245 + 12345;
        bmp[i] = (uint8_t)((i >> 6) + (noise >> 27));
    }
    fd = kit_file(bmp, size);
    free(bmp);
    return fd;
}

static pxf_status read_at(void *ctx, uint64_t offset, void *data, size_t size, size_t *ret_size,
                          pxf_error *err)
{
    const ssize_t got = pread(*(int *)ctx, data, size, (off_t)offset);

    (void)err;
    assert_true(got >= 0);
    *ret_size = (size_t)got;
    return PXF_OK;
}

struct fox_helper_request kit_request(int fd)
{
    struct fox_helper_request request = {.fd = fd,
                                         .recipes = fox_builtin_recipes,
                                         .recipe_count = FOX_BUILTIN_RECIPE_COUNT,
                                         .preset = FOX_PRESET_BALANCED,
                                         .thread_count = 1,
                                         .flatten_rgb = {255, 255, 255},
                                         .timeout_ms = 60000};
    struct stat stat;
    pxf_error err = {0};

    assert_int_equal(fstat(fd, &stat), 0);
    const struct fox_reader reader = {.ctx = &fd, .size = (uint64_t)stat.st_size, .read = read_at};

    assert_ok(fox_sniff_read(&reader, &request.sniff, &err));
    return request;
}

void kit_taken_let_go(struct kit_taken *taken)
{
    for (size_t i = 0; i < FOX_RECIPE_LIMIT; i++) {
        fox_bytes_free(taken->variants[i].bytes);
    }
    *taken = (struct kit_taken){0};
}

pxf_status kit_take(void *ctx, const struct fox_helper_variant *variant, pxf_error *err)
{
    struct kit_taken *taken = ctx;

    taken->count++;
    if (taken->kill > 0) {
        (void)kill(taken->kill, SIGKILL);
    }
    taken->variants[variant->index] = *variant;
    if (variant->bytes) {
        taken->variants[variant->index].bytes = fox_bytes_share(variant->bytes);
    }
    return taken->answer == PXF_OK ? PXF_OK : fox_fail(err, taken->answer, "the taker says no");
}

pxf_status kit_render(struct kit *kit, const struct fox_helper_request *request,
                      struct kit_taken *taken, pxf_error *err)
{
    kit_taken_let_go(taken);
    return fox_helpers_render(kit->helpers, request, kit_take, taken, &taken->rule, NULL, err);
}
