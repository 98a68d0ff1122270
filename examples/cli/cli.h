/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_H
#define PIXELFOX_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <pixelfox/pixelfox.h>

/* The command line is one table of commands; parsing, help, completion and the man page are made
 * from it. Its names, exit codes and JSON keys are a contract: add, never change. */

/* How a command ends. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_SOME_FAILED = 1, /* each told on standard error */
    EXIT_USAGE = 2,
    EXIT_NO_STORE = 3, /* or a service that it needs */
    EXIT_SIGNAL = 130
};

enum { OPTION_LIMIT = 24, SET_LIMIT = 32 };

struct option_row {
    const char *name;  /* "owner" of --owner */
    char letter;       /* 'o' of -o, 0 without */
    const char *value; /* what stands behind it in help; NULL: a switch */
    const char *help;
};

struct cli;

struct command {
    const char *name; /* "put", "pool add" */
    const char *arguments;
    const char *summary;
    const char *examples;
    struct option_row options[OPTION_LIMIT];
    int (*run)(struct cli *cli);
};

extern const struct command commands[];
extern const size_t command_count;

/* One run. */
struct cli {
    const struct command *command;
    const char *store_path;
    bool json, quiet, no_progress;
    const char *values[OPTION_LIMIT]; /* by the option's row; a switch that is on is "" */
    const char *sets[SET_LIMIT];      /* of --set NAME=VALUE */
    size_t set_count;
    char **arguments;
    size_t argument_count;
    pxf_cancel *cancel; /* tripped by SIGINT and SIGTERM */
    pxf_store *store;
};

/* The value of an option, NULL if it was not given. */
const char *option(const struct cli *cli, const char *name);

/* The value as a whole number from `min` to `max`; `absent` if it was not given. False, with words
 * on standard error, if it is none. */
bool option_number(const struct cli *cli, const char *name, long long min, long long max,
                   long long absent, long long *ret_number);

/* Settings of --set, in the environment (PIXELFOX_RENDER_HELPER …); NULL with words if one is bad.
 */
pxf_config *make_config(const struct cli *cli, bool may_make);

/* Opens the store of --store or PIXELFOX_STORE; an exit code, EXIT_DONE for open. */
int open_store(struct cli *cli);

/* Exit code for a failure of the whole command, with its words on standard error. */
int fail(const struct cli *cli, const pxf_error *err);
int usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True once a signal asked to stop. */
bool is_interrupted(void);
int interrupt_count(void);
void catch_signals(pxf_cancel *cancel);

void print_help(const struct command *command);
void print_overview(void);
const struct command *find_command(int argc, char **argv, int *ret_words);
void suggest_command(const char *typed);

/* The commands' functions, by file. */
int run_init(struct cli *cli);
int run_put(struct cli *cli);
int run_work(struct cli *cli);
int run_show(struct cli *cli);
int run_list(struct cli *cli);
int run_get(struct cli *cli);
int run_delete(struct cli *cli);
int run_verify(struct cli *cli);
int run_pool_add(struct cli *cli);
int run_pool_list(struct cli *cli);
int run_pool_show(struct cli *cli);
int run_pool_set(struct cli *cli);
int run_pool_remove(struct cli *cli);
int run_pool_test(struct cli *cli);
int run_pool_adopt(struct cli *cli);
int run_settings_list(struct cli *cli);
int run_settings_get(struct cli *cli);
int run_settings_set(struct cli *cli);
int run_jobs_list(struct cli *cli);
int run_jobs_show(struct cli *cli);
int run_jobs_retry(struct cli *cli);
int run_jobs_cancel(struct cli *cli);
int run_jobs_pause(struct cli *cli);
int run_jobs_resume(struct cli *cli);
int run_jobs_top(struct cli *cli);
int run_render(struct cli *cli);
int run_metrics(struct cli *cli);
int run_events(struct cli *cli);
int run_completion(struct cli *cli);
int run_man(struct cli *cli);

#endif
