/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void print_json(json_t *object)
{
    (void)json_dumpf(object, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    (void)fputc('\n', stdout);
    (void)fflush(stdout);
    json_decref(object);
}

void put_text(json_t *object, const char *name, const char *value)
{
    if (value) {
        (void)json_object_set_new(object, name, json_string(value));
    }
}

void put_number(json_t *object, const char *name, int64_t value)
{
    (void)json_object_set_new(object, name, json_integer(value));
}

void put_error(json_t *object, const pxf_error *err)
{
    json_t *error = json_object();

    put_text(error, "status", pxf_status_name((pxf_status)err->status));
    put_text(error, "message", err->message);
    (void)json_object_set_new(object, "error", error);
}

static const char *const image_states[] = {
    [PXF_IMAGE_PENDING] = "pending", [PXF_IMAGE_PROCESSING] = "processing",
    [PXF_IMAGE_READY] = "ready",     [PXF_IMAGE_FAILED] = "failed",
    [PXF_IMAGE_DELETED] = "deleted",
};

static const char *const job_states[] = {
    [PXF_JOB_SCHEDULED] = "scheduled", [PXF_JOB_READY] = "ready",
    [PXF_JOB_RUNNING] = "running",     [PXF_JOB_DONE] = "done",
    [PXF_JOB_DEAD] = "dead",           [PXF_JOB_CANCELLED] = "cancelled",
    [PXF_JOB_PAUSED] = "paused",       [PXF_JOB_STRANDED] = "stranded",
};

static int find_word(const char *const *words, int last, const char *word)
{
    for (int i = 1; i <= last; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return 0;
}

const char *image_state_word(pxf_image_state state)
{
    return image_states[state];
}

bool image_state_of(const char *word, pxf_image_state *ret_state)
{
    *ret_state = (pxf_image_state)find_word(image_states, PXF_IMAGE_DELETED, word);
    return *ret_state != 0;
}

const char *job_state_word(pxf_job_state state)
{
    return job_states[state];
}

bool job_state_of(const char *word, pxf_job_state *ret_state)
{
    *ret_state = (pxf_job_state)find_word(job_states, PXF_JOB_STRANDED, word);
    return *ret_state != 0;
}

static void put_failure(json_t *object, const pxf_image *image)
{
    json_t *failure;

    if (pxf_image_failure_status(image) == PXF_OK) {
        return;
    }
    failure = json_object();
    put_text(failure, "status", pxf_status_name(pxf_image_failure_status(image)));
    put_text(failure, "rule", pxf_image_failure_rule(image));
    put_text(failure, "message", pxf_image_failure(image));
    (void)json_object_set_new(object, "failure", failure);
}

json_t *image_json(const pxf_image *image)
{
    json_t *object = json_object();

    put_text(object, "id", pxf_image_id(image));
    put_text(object, "owner", pxf_image_owner(image));
    put_text(object, "title", pxf_image_title(image));
    put_text(object, "state", image_state_word(pxf_image_get_state(image)));
    put_failure(object, image);
    put_text(object, "type", pxf_image_type(image));
    put_number(object, "width_px", pxf_image_width_px(image));
    put_number(object, "height_px", pxf_image_height_px(image));
    put_number(object, "frame_count", pxf_image_frame_count(image));
    put_number(object, "bytes", (int64_t)pxf_image_bytes(image));
    put_text(object, "sha256", pxf_image_sha256(image));
    put_text(object, "pool", pxf_image_pool(image));
    put_text(object, "key", pxf_image_key(image));
    put_text(object, "url", pxf_image_url(image));
    put_number(object, "created_ms", pxf_image_created_ms(image));
    return object;
}

static json_t *variant_json(const pxf_variant *variant)
{
    json_t *object = json_object();

    put_text(object, "kind", pxf_variant_kind_name(variant));
    if (pxf_variant_skip_reason(variant)) {
        put_text(object, "skip_reason", pxf_variant_skip_reason(variant));
        return object;
    }
    put_text(object, "type", pxf_variant_type(variant));
    put_number(object, "width_px", pxf_variant_width_px(variant));
    put_number(object, "height_px", pxf_variant_height_px(variant));
    put_number(object, "bytes", (int64_t)pxf_variant_bytes(variant));
    put_text(object, "sha256", pxf_variant_sha256(variant));
    put_text(object, "pool", pxf_variant_pool(variant));
    put_text(object, "key", pxf_variant_key(variant));
    put_text(object, "url", pxf_variant_url(variant));
    put_number(object, "render_ms", pxf_variant_render_ms(variant));
    return object;
}

json_t *image_json_whole(const pxf_image *image)
{
    json_t *object = image_json(image);
    json_t *variants = json_array();
    json_t *metadata =
        json_loads(pxf_image_metadata(image) ? pxf_image_metadata(image) : "{}", 0, NULL);

    for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
        (void)json_array_append_new(variants, variant_json(pxf_image_variant(image, i)));
    }
    (void)json_object_set_new(object, "variants", variants);
    if (metadata) {
        (void)json_object_set_new(object, "metadata", metadata);
    }
    return object;
}

const char *size_text(char text[SIZE_TEXT_BYTES], uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    uint64_t whole = bytes, rest = 0;
    size_t unit = 0;

    while (whole >= 1000 && unit < 5) {
        rest = whole % 1000 / 100;
        whole /= 1000;
        unit++;
    }
    if (unit == 0) {
        (void)snprintf(text, SIZE_TEXT_BYTES, "%" PRIu64 " B", whole);
    } else {
        (void)snprintf(text, SIZE_TEXT_BYTES, "%" PRIu64 ".%" PRIu64 " %s", whole, rest,
                       units[unit]);
    }
    return text;
}

const char *time_text(char text[TIME_TEXT_BYTES], int64_t ms)
{
    const time_t seconds = (time_t)(ms / 1000);
    struct tm parts;

    if (!gmtime_r(&seconds, &parts) ||
        strftime(text, TIME_TEXT_BYTES, "%Y-%m-%d %H:%M:%S", &parts) == 0) {
        text[0] = '\0';
    }
    return text;
}

void print_path(FILE *stream, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./-+,@:=";

    if (*path && strspn(path, plain) == strlen(path)) {
        (void)fputs(path, stream);
        return;
    }
    (void)fputc('\'', stream);
    for (; *path; path++) {
        if (*path == '\'') {
            (void)fputs("'\\''", stream);
        } else {
            (void)fputc(*path, stream);
        }
    }
    (void)fputc('\'', stream);
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum { BAR_WIDTH = 30, BAR_EVERY_MS = 100, LINE_EVERY_MS = 10000 };

void progress_begin(struct progress *progress, const struct cli *cli, const char *what,
                    int64_t total)
{
    *progress = (struct progress){
        .cli = cli,
        .what = what,
        .total = total,
        .began_ms = now_ms(),
        .shown_ms = now_ms(),
        .is_terminal = isatty(STDERR_FILENO),
    };
}

static bool is_silent(const struct progress *progress)
{
    return progress->cli->quiet || progress->cli->no_progress;
}

static void show_bar(const struct progress *progress, int64_t done, int64_t spent_ms)
{
    const int64_t total = progress->total > done ? progress->total : done;
    const int filled = total > 0 ? (int)(BAR_WIDTH * done / total) : 0;
    const double rate = spent_ms > 0 ? (double)done * 1000 / (double)spent_ms : 0;

    fprintf(stderr, "\r%s [", progress->what);
    for (int i = 0; i < BAR_WIDTH; i++) {
        (void)fputc(i < filled ? '#' : '.', stderr);
    }
    fprintf(stderr, "] %" PRId64 "/%" PRId64 "  %.1f/s", done, total, rate);
    if (rate > 0 && total > done) {
        fprintf(stderr, "  %.0f s left ", (double)(total - done) / rate);
    }
    fputs("\033[K", stderr);
}

void progress_show(struct progress *progress, int64_t done)
{
    const int64_t now = now_ms();
    const int64_t every_ms = progress->is_terminal ? BAR_EVERY_MS : LINE_EVERY_MS;

    if (is_silent(progress) || now - progress->shown_ms < every_ms) {
        return;
    }
    progress->shown_ms = now;
    if (progress->is_terminal) {
        show_bar(progress, done, now - progress->began_ms);
    } else {
        fprintf(stderr, "%s: %" PRId64 "/%" PRId64 "\n", progress->what, done, progress->total);
    }
}

void progress_end(struct progress *progress)
{
    if (!is_silent(progress) && progress->is_terminal) {
        fputs("\r\033[K", stderr);
    }
}
