/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

static volatile sig_atomic_t interrupts;
static pxf_cancel *interrupted;

/* A second signal leaves at once: what was acknowledged is on disk. */
static void on_signal(int number)
{
    (void)number;
    interrupts++;
    if (interrupts > 1) {
        _exit(EXIT_SIGNAL);
    }
    if (interrupted) {
        pxf_cancel_trip(interrupted);
    }
}

void catch_signals(pxf_cancel *cancel)
{
    struct sigaction action = {.sa_handler = on_signal};

    interrupted = cancel;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

bool is_interrupted(void)
{
    return interrupts > 0;
}

int usage(const struct cli *cli, const char *format, ...)
{
    va_list args;

    fputs("pixelfox: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    if (cli && cli->command) {
        fprintf(stderr, " (see `pixelfox help %s`)\n", cli->command->name);
    } else {
        fputs(" (see `pixelfox --help`)\n", stderr);
    }
    return EXIT_USAGE;
}

/* What the person or the script should think of a failure of the whole command. */
static int code_of(pxf_status status)
{
    switch (status) {
    case PXF_OK:
        return EXIT_DONE;
    case PXF_CANCELLED:
        return is_interrupted() ? EXIT_SIGNAL : EXIT_SOME_FAILED;
    case PXF_UNAVAILABLE:
    case PXF_TIMEOUT:
    case PXF_BUSY:
    case PXF_CLOSED:
    case PXF_FORKED:
        return EXIT_NO_STORE;
    case PXF_INVALID:
    case PXF_NOT_FOUND:
    case PXF_EXISTS:
    case PXF_CONFLICT:
    case PXF_LIMIT:
    case PXF_FULL:
    case PXF_UNSUPPORTED:
    case PXF_CORRUPT:
    case PXF_DENIED:
    case PXF_LOST:
    case PXF_IO:
    case PXF_NO_MEMORY:
    case PXF_INTERNAL:
        return EXIT_SOME_FAILED;
    }
    return EXIT_SOME_FAILED;
}

int fail(const struct cli *cli, const pxf_error *err)
{
    if (cli->json) {
        json_t *object = json_object();

        put_error(object, err);
        print_json(object);
    }
    fprintf(stderr, "pixelfox: %s\n", err->message);
    return code_of((pxf_status)err->status);
}

static bool apply(pxf_config *config, const char *name, const char *value)
{
    pxf_error err;

    if (pxf_config_set_text(config, name, value, &err) == PXF_OK) {
        return true;
    }
    fprintf(stderr, "pixelfox: %s\n", err.message);
    return false;
}

/* render.webp_enabled is PIXELFOX_RENDER_WEBP_ENABLED in the environment. */
static bool apply_environment(pxf_config *config)
{
    for (size_t i = 0; i < pxf_setting_count(); i++) {
        const char *name = pxf_setting_name(i);
        char variable[128] = "PIXELFOX_";
        size_t at = strlen(variable);
        const char *value;

        for (const char *letter = name; *letter && at + 1 < sizeof variable; letter++) {
            variable[at++] = *letter == '.' ? '_' : (char)toupper((unsigned char)*letter);
        }
        variable[at] = '\0';
        value = getenv(variable);
        if (value && !apply(config, name, value)) {
            fprintf(stderr, "pixelfox: (from the environment variable %s)\n", variable);
            return false;
        }
    }
    return true;
}

static void write_log(void *user, pxf_level level, const char *message)
{
    const struct cli *cli = user;

    if (!cli->quiet || level >= PXF_LEVEL_ERROR) {
        fprintf(stderr, "pixelfox: %s\n", message);
    }
}

pxf_config *make_config(const struct cli *cli, bool may_make)
{
    pxf_config *config = pxf_config_new(NULL);
    bool good = config && apply(config, "store.create", may_make ? "if_empty" : "never") &&
                apply_environment(config);

    for (size_t i = 0; good && i < cli->set_count; i++) {
        char name[128];
        const char *equals = strchr(cli->sets[i], '=');
        const size_t size = equals ? (size_t)(equals - cli->sets[i]) : sizeof name;

        if (size >= sizeof name) {
            (void)usage(cli, "--set takes NAME=VALUE, not '%s'", cli->sets[i]);
            good = false;
            break;
        }
        memcpy(name, cli->sets[i], size);
        name[size] = '\0';
        good = apply(config, name, equals + 1);
    }
    if (!good) {
        pxf_config_free(config);
        return NULL;
    }
    pxf_config_set_log(config, write_log, (void *)(uintptr_t)cli);
    return config;
}

int open_store(struct cli *cli)
{
    const char *path = cli->store_path ? cli->store_path : getenv("PIXELFOX_STORE");
    pxf_config *config;
    pxf_error err;

    if (!path) {
        (void)usage(cli, "no store is named: --store DIR or PIXELFOX_STORE");
        return EXIT_USAGE;
    }
    config = make_config(cli, false);
    if (!config) {
        return EXIT_USAGE;
    }
    cli->store = pxf_store_open(path, config, &err);
    pxf_config_free(config);
    if (!cli->store) {
        (void)fail(cli, &err);
        return EXIT_NO_STORE;
    }
    return EXIT_DONE;
}

static int print_version(void)
{
    pxf_config *config = pxf_config_new(NULL);
    const struct cli none = {0};
    pxf_error err;
    pxf_bytes *helper;

    pxf_config_free(config);
    config = make_config(&none, false);
    if (!config) {
        return EXIT_USAGE;
    }
    helper = pxf_helper_version(config, &err);
    printf("pixelfox %s\n", pxf_version());
    printf("helper %s\n", helper ? (const char *)pxf_bytes_data(helper) : err.message);
    pxf_bytes_free(helper);
    pxf_config_free(config);
    return EXIT_DONE;
}

/* An option of all commands; false if it is none, `*ret_code` >= 0 if the run ends here. */
static bool take_global(struct cli *cli, int argc, char **argv, int *at, int *ret_code)
{
    const char *word = argv[*at];

    *ret_code = -1;
    if (strcmp(word, "--json") == 0) {
        cli->json = true;
    } else if (strcmp(word, "--quiet") == 0 || strcmp(word, "-q") == 0) {
        cli->quiet = true;
    } else if (strcmp(word, "--no-progress") == 0) {
        cli->no_progress = true;
    } else if (strcmp(word, "--version") == 0) {
        *ret_code = print_version();
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        cli->command ? print_help(cli->command) : print_overview();
        *ret_code = EXIT_DONE;
    } else if (strcmp(word, "--store") == 0 || strcmp(word, "--set") == 0) {
        if (*at + 1 >= argc) {
            *ret_code = usage(cli, "'%s' needs a value", word);
            return true;
        }
        ++*at;
        if (word[3] == 't') {
            cli->store_path = argv[*at];
        } else if (cli->set_count < SET_LIMIT) {
            cli->sets[cli->set_count++] = argv[*at];
        } else {
            *ret_code = usage(cli, "too many --set");
        }
    } else if (strncmp(word, "--store=", 8) == 0) {
        cli->store_path = word + 8;
    } else {
        return false;
    }
    return true;
}

static int find_option(const struct command *command, const char *word, size_t size)
{
    for (int i = 0; i < OPTION_LIMIT && command->options[i].name; i++) {
        const struct option_row *row = &command->options[i];

        if (size == 1 && row->letter && word[0] == row->letter) {
            return i;
        }
        if (strncmp(row->name, word, size) == 0 && !row->name[size]) {
            return i;
        }
    }
    return -1;
}

/* One option of the command itself; an exit code, -1 to go on. */
static int take_own(struct cli *cli, int argc, char **argv, int *at)
{
    const char *word = argv[*at] + (argv[*at][1] == '-' ? 2 : 1);
    const size_t size = strcspn(word, "=");
    const int row = find_option(cli->command, word, size);

    if (row < 0) {
        return usage(cli, "'%s' has no option '%s'", cli->command->name, argv[*at]);
    }
    if (!cli->command->options[row].value) {
        if (word[size]) {
            return usage(cli, "'--%s' takes no value", cli->command->options[row].name);
        }
        cli->values[row] = "";
        return -1;
    }
    if (word[size]) {
        cli->values[row] = word + size + 1;
        return -1;
    }
    if (*at + 1 >= argc) {
        return usage(cli, "'%s' needs a value: %s", argv[*at], cli->command->options[row].value);
    }
    cli->values[row] = argv[++*at];
    return -1;
}

/* Everything behind the command's name; an exit code, -1 to run it. */
static int take_rest(struct cli *cli, int argc, char **argv, int at)
{
    bool only_arguments = false;

    cli->arguments = calloc((size_t)argc + 1, sizeof *cli->arguments);
    if (!cli->arguments) {
        return EXIT_SOME_FAILED;
    }
    for (; at < argc; at++) {
        int code = -1;

        if (only_arguments || argv[at][0] != '-' || !argv[at][1]) {
            cli->arguments[cli->argument_count++] = argv[at];
        } else if (strcmp(argv[at], "--") == 0) {
            only_arguments = true;
        } else if (!take_global(cli, argc, argv, &at, &code)) {
            code = take_own(cli, argc, argv, &at);
        }
        if (code >= 0) {
            return code;
        }
    }
    return -1;
}

const char *option(const struct cli *cli, const char *name)
{
    const int row = find_option(cli->command, name, strlen(name));

    return row < 0 ? NULL : cli->values[row];
}

bool option_number(const struct cli *cli, const char *name, long long min, long long max,
                   long long absent, long long *ret_number)
{
    const char *text = option(cli, name);
    char *end;

    *ret_number = absent;
    if (!text) {
        return true;
    }
    errno = 0;
    *ret_number = strtoll(text, &end, 10);
    if (end == text || *end || errno || *ret_number < min || *ret_number > max) {
        (void)usage(cli, "--%s is a number from %lld to %lld, not '%s'", name, min, max, text);
        return false;
    }
    return true;
}

static int help(int argc, char **argv, int at)
{
    int words = 0;
    const struct command *command = find_command(argc - at, argv + at, &words);

    if (at >= argc) {
        print_overview();
        return EXIT_DONE;
    }
    if (!command) {
        suggest_command(argv[at]);
        return EXIT_USAGE;
    }
    print_help(command);
    return EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
    int at = 1, code = -1, words = 0;

    while (at < argc && argv[at][0] == '-') {
        if (!take_global(cli, argc, argv, &at, &code)) {
            return usage(cli, "no option '%s'", argv[at]);
        }
        if (code >= 0) {
            return code;
        }
        at++;
    }
    if (at >= argc) {
        print_overview();
        return EXIT_USAGE;
    }
    if (strcmp(argv[at], "help") == 0) {
        return help(argc, argv, at + 1);
    }
    cli->command = find_command(argc - at, argv + at, &words);
    if (!cli->command) {
        suggest_command(argv[at]);
        return EXIT_USAGE;
    }
    code = take_rest(cli, argc, argv, at + words);
    return code >= 0 ? code : cli->command->run(cli);
}

int main(int argc, char **argv)
{
    struct cli cli = {.cancel = pxf_cancel_new(NULL)};
    int code;

    catch_signals(cli.cancel);
    code = run(&cli, argc, argv);
    pxf_store_close(cli.store);
    free(cli.arguments);
    if (fflush(stdout) != 0 && errno != EPIPE) {
        fprintf(stderr, "pixelfox: standard output: %s\n", strerror(errno));
        code = code == EXIT_DONE ? EXIT_SOME_FAILED : code;
    }
    return code;
}
