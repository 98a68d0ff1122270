/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLI_H
#define PIXELFOX_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <pixelfox/pixelfox.h>

/* The command line is one table of commands (table.c); parsing, help, completion and the man page
 * are made from it. Its names, exit codes and JSON keys are a contract: add, never change. */

/* How a command ends. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_SOME_FAILED = 1, /* each told on standard error */
    EXIT_USAGE = 2,
    EXIT_NO_STORE = 3, /* or a service that it needs */
    EXIT_SIGNAL = 130
};

enum { OPTION_LIMIT = 12, SET_LIMIT = 32, ANY_COUNT = 1 << 30 };

/* What the words behind a command are, for whoever completes them. */
enum takes { TAKES_WORDS, TAKES_FILES, TAKES_FOLDERS, TAKES_SETTINGS, TAKES_KINDS, TAKES_SHELLS };

struct option_row {
    const char *name;  /* "owner" of --owner */
    char letter;       /* 'o' of -o, 0 without */
    const char *value; /* what stands behind it in help; NULL: a switch */
    const char *help;
    const char *choices; /* the only values, separated by '|'; NULL: any */
    bool may_be_empty;
};

struct cli;

struct command {
    const char *name; /* "put", "pool add" */
    const char *arguments;
    const char *summary;
    const char *examples;        /* lines behind `pixelfox ` */
    int (*run)(struct cli *cli); /* NULL: its part of the library is not there yet */
    enum takes takes;
    size_t least, most; /* arguments */
    struct option_row options[OPTION_LIMIT];
};

extern const struct command commands[];
extern const size_t command_count;

/* Those of every command. */
extern const struct option_row global_options[];
extern const size_t global_option_count;

/* One run. */
struct cli {
    const struct command *command;
    const char *group; /* while only the first word of a group is read */
    const char *store_path;
    bool json, quiet, no_progress;
    bool wants_version;
    const char *values[OPTION_LIMIT]; /* by the option's row; a switch that is on is "" */
    const char *sets[SET_LIMIT];      /* of --set NAME=VALUE */
    size_t set_count;
    char **arguments;
    size_t argument_count;
    pxf_cancel *cancel; /* tripped by SIGINT and SIGTERM */
    pxf_store *store;
};

/* Reads the words of the command line. An exit code where the run ends here; -1 to go on. */
int parse(struct cli *cli, int argc, char **argv);

/* The value of an option, NULL if it was not given. */
const char *option(const struct cli *cli, const char *name);

/* The value as a whole number from `min` to `max`; `absent` if it was not given. False, with words
 * on standard error, if it is none. */
bool option_number(const struct cli *cli, const char *name, long long min, long long max,
                   long long absent, long long *ret_number);

/* The place in an option's choices plus one: the library's enums begin at 1. 0 without it. */
int option_choice(const struct cli *cli, const char *name);

/* The command that words name; NULL with words on standard error. */
const struct command *find_command(const struct cli *cli, const char *word, const char *next,
                                   int *ret_words);
bool is_group(const char *word);

/* Settings of --set, in front of the environment (PIXELFOX_RENDER_HELPER …); NULL with words if one
 * is bad. */
pxf_config *make_config(const struct cli *cli, bool may_make);

/* The store that the words or the environment name; NULL for none. */
const char *named_store(const struct cli *cli);

/* Opens the store; an exit code, EXIT_DONE for open. */
int open_store(struct cli *cli);

/* Whether variants can be made here; an exit code. */
int check_helper(const struct cli *cli);

/* Tells a failure of the whole command, and gives its exit code. */
int fail(const struct cli *cli, const pxf_error *err);

/* Tells wrong use, with where to read more; its exit code. */
int usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As usage(), in the library's words. */
int wrong(const struct cli *cli, const pxf_error *err);

/* Tells the failure of one thing of several: its words on standard error, and with --json an object
 * {<key>: <name>, "error": …} in the stream. Threads take turns. */
void tell(const struct cli *cli, const char *key, const char *name, const pxf_error *err);

/* As tell(), of a picture: one word of doc/failures.md says why; NULL without. */
void tell_rule(const struct cli *cli, const char *key, const char *name, const pxf_error *err,
               const char *rule);

/* Exit code for a failure of the whole command. */
int code_of_error(const pxf_error *err);

/* As tell(), with the exit code of a command that was about this one thing. */
int fail_of(const struct cli *cli, const char *key, const char *name, const pxf_error *err);

/* The words alone. */
void warn_of(const char *name, const pxf_error *err);

/* Whether a failure says that the store or a service cannot be used now. */
bool is_outage(const pxf_error *err);

/* A failure that the program itself found. */
pxf_status set_error(pxf_error *err, pxf_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
pxf_status set_errno_error(pxf_error *err, int number, const char *what);

void catch_signals(pxf_cancel *cancel);
bool is_interrupted(void);

void print_help(const struct command *command);
void print_group_help(const char *group);
void print_overview(FILE *stream);
int print_version(const struct cli *cli);

/* Collects the name that is nearest to what was typed. */
struct nearest {
    const char *typed;
    const char *best; /* NULL: none is near */
    size_t edits;
};
struct nearest nearest_to(const char *typed);
void nearest_offer(struct nearest *nearest, const char *name);

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
