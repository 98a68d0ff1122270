/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_OUT_H
#define PIXELFOX_CLI_OUT_H

#include <jansson.h>

#include "cli.h"

/* What the commands print. */

/* One object on a line of its own, and lets go of it. Threads take turns. */
void print_json(json_t *object);

/* Adds a member unless the value is NULL or "", so that what is absent is absent. What is not UTF-8
 * has replacement characters there. */
void put_text(json_t *object, const char *name, const char *value);
void put_number(json_t *object, const char *name, int64_t value);
void put_flag(json_t *object, const char *name, bool value);

/* A string with a replacement character for each byte that is not UTF-8. */
json_t *clean_string(const char *text);

/* Adds a path. One that is not UTF-8 has replacement characters there, and stands as a shell takes
 * it in a second member, <name>_quoted. */
void put_path(json_t *object, const char *name, const char *path);

/* "error": {status, rule, message}; no rule for NULL. */
void put_error(json_t *object, pxf_status status, const char *rule, const char *message);

/* Adds JSON that the library gave as text. */
void put_parsed(json_t *object, const char *name, const char *text);

/* The names that the contract gives to the library's enums. */
const char *image_state_word(pxf_image_state state);
const char *job_state_word(pxf_job_state state);

/* An image's keys; with its variants and metadata for `show`. */
json_t *image_json(const pxf_image *image);
json_t *image_json_whole(const pxf_image *image);
json_t *variant_json(const pxf_variant *variant);

/* "1.4 MB" in a buffer of the caller's. */
enum { SIZE_TEXT_BYTES = 24 };
const char *size_text(char text[SIZE_TEXT_BYTES], uint64_t bytes);

/* "2026-11-25 01:28:06" UTC. */
enum { TIME_TEXT_BYTES = 32 };
const char *time_text(char text[TIME_TEXT_BYTES], int64_t ms);

/* Prints a path so that it can be pasted into a shell. */
void print_path(FILE *stream, const char *path);

/* Prints text on one line, what would move the cursor left out. */
void print_line(FILE *stream, const char *text);

/* Removes a progress bar in front of other words on standard error. */
void clear_bar(void);

/* Before a line on standard output, which may be the same terminal. */
void make_way(void);

/* A bar on a terminal, a line now and then elsewhere, nothing with --quiet or --no-progress. One
 * at a time. */
struct progress {
    const struct cli *cli;
    const char *what;
    int64_t began_ms, shown_ms, shown_done;
    bool is_terminal;
};
void progress_begin(struct progress *progress, const struct cli *cli, const char *what);
bool progress_is_due(const struct progress *progress); /* for totals that take a look */
void progress_show(struct progress *progress, int64_t done, int64_t total);
void progress_end(struct progress *progress);

int64_t clock_ms(void);

#endif
