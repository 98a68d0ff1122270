/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { GO_ON = -1, NAME_BYTES = 64 };

static bool is_named(const struct option_row *row, const char *word, size_t size)
{
    if (size == 1 && row->letter) {
        return word[0] == row->letter;
    }
    return strncmp(row->name, word, size) == 0 && !row->name[size];
}

static int find_option(const struct option_row *rows, size_t count, const char *word, size_t size)
{
    for (size_t i = 0; i < count && rows[i].name; i++) {
        if (is_named(&rows[i], word, size)) {
            return (int)i;
        }
    }
    return -1;
}

/* `-o` and `--output`; a single letter behind two lines is none, nor a word behind one. */
static bool is_spelt(const char *word, size_t size)
{
    return word[1] == '-' ? size > 1 : size == 1;
}

/* One word of an option, taken apart: --name, --name=value, -n, -nVALUE. */
struct spelling {
    const char *name;
    size_t size;
    const char *value; /* what is glued to it; NULL */
};

static struct spelling spell(const char *word)
{
    struct spelling spelling = {.name = word + 1, .size = 1};

    if (word[1] != '-') {
        spelling.value = word[2] ? word + 2 + (word[2] == '=') : NULL;
        return spelling;
    }
    spelling.name = word + 2;
    spelling.size = strcspn(spelling.name, "=");
    spelling.value = spelling.name[spelling.size] ? spelling.name + spelling.size + 1 : NULL;
    return spelling;
}

static int unknown_option(const struct cli *cli, const char *word)
{
    const struct spelling spelling = spell(word);
    char typed[NAME_BYTES] = "";
    struct nearest nearest = nearest_to(typed);

    if (word[1] == '-' && spelling.size < sizeof typed) {
        memcpy(typed, spelling.name, spelling.size);
    }
    for (size_t i = 0; cli->command && i < OPTION_LIMIT && cli->command->options[i].name; i++) {
        nearest_offer(&nearest, cli->command->options[i].name);
    }
    for (size_t i = 0; i < global_option_count; i++) {
        nearest_offer(&nearest, global_options[i].name);
    }
    if (nearest.best) {
        return usage(cli, "no option '%s': did you mean '--%s'?", word, nearest.best);
    }
    return usage(cli, "no option '%s'", word);
}

/* The value of an option that takes one: glued to it, or the next word. NULL with words. */
static const char *take_value(const struct cli *cli, const struct option_row *row,
                              const struct spelling *spelling, int argc, char **argv, int *at)
{
    if (spelling->value) {
        return spelling->value;
    }
    if (*at + 1 >= argc) {
        (void)usage(cli, "'%s' needs a value: %s", argv[*at], row->value);
        return NULL;
    }
    return argv[++*at];
}

static int print_help_of(const struct cli *cli)
{
    if (cli->command) {
        print_help(cli->command);
    } else if (cli->group) {
        print_group_help(cli->group);
    } else {
        print_overview(stdout);
    }
    return EXIT_DONE;
}

static int set_global(struct cli *cli, const char *name, const char *value)
{
    if (strcmp(name, "store") == 0) {
        cli->store_path = value;
    } else if (strcmp(name, "set") == 0) {
        if (cli->set_count == SET_LIMIT) {
            return usage(cli, "no more than %d --set", SET_LIMIT);
        }
        cli->sets[cli->set_count++] = value;
    } else if (strcmp(name, "json") == 0) {
        cli->json = true;
    } else if (strcmp(name, "quiet") == 0) {
        cli->quiet = true;
    } else if (strcmp(name, "no-progress") == 0) {
        cli->no_progress = true;
    } else if (strcmp(name, "version") == 0) {
        cli->wants_version = true; /* --json may stand behind it */
    } else {
        return print_help_of(cli);
    }
    return GO_ON;
}

/* The place of a value among "one|two|three", from 1; 0 if it is none. */
static int place_among(const char *choices, const char *value)
{
    const size_t size = strlen(value);
    int place = 0;

    for (const char *at = choices; at && size > 0; at = strchr(at, '|')) {
        at += *at == '|';
        place++;
        if (strncmp(at, value, size) == 0 && (at[size] == '|' || !at[size])) {
            return place;
        }
    }
    return 0;
}

static int bad_choice(const struct cli *cli, const struct option_row *row, const char *value)
{
    char names[256] = "", *rest = names, *name;
    struct nearest nearest = nearest_to(value);

    (void)snprintf(names, sizeof names, "%s", row->choices);
    while ((name = strsep(&rest, "|"))) {
        nearest_offer(&nearest, name);
    }
    if (nearest.best) {
        return usage(cli, "--%s: no '%s': did you mean '%s'?", row->name, value, nearest.best);
    }
    return usage(cli, "--%s is one of %s, not '%s'", row->name, row->choices, value);
}

/* One option, of all commands or of this one. */
static int take_option(struct cli *cli, int argc, char **argv, int *at)
{
    const struct spelling spelling = spell(argv[*at]);
    const struct option_row *rows = cli->command ? cli->command->options : NULL;
    int row = find_option(rows, rows ? OPTION_LIMIT : 0, spelling.name, spelling.size);
    const bool is_own = row >= 0;
    const char *value = "";

    if (!is_own) {
        rows = global_options;
        row = find_option(rows, global_option_count, spelling.name, spelling.size);
    }
    if (row < 0 || !is_spelt(argv[*at], spelling.size)) {
        return unknown_option(cli, argv[*at]);
    }
    if (rows[row].value) {
        value = take_value(cli, &rows[row], &spelling, argc, argv, at);
        if (!value) {
            return EXIT_USAGE;
        }
        if (!*value && !rows[row].may_be_empty) { /* a script's variable was not set */
            return usage(cli, "--%s is empty: it needs %s", rows[row].name, rows[row].value);
        }
    } else if (spelling.value) {
        return usage(cli, "'--%s' takes no value", rows[row].name);
    }
    if (rows[row].choices && place_among(rows[row].choices, value) == 0) {
        return bad_choice(cli, &rows[row], value);
    }
    if (!is_own) {
        return set_global(cli, rows[row].name, value);
    }
    cli->values[row] = value;
    return GO_ON;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1];
}

static bool is_global(const char *word)
{
    const struct spelling spelling = spell(word);

    return find_option(global_options, global_option_count, spelling.name, spelling.size) >= 0;
}

/* Options up to the next other word; behind a group's word its list's own options may follow. */
static int take_options(struct cli *cli, int argc, char **argv, int *at)
{
    int code = GO_ON;

    while (code == GO_ON && *at < argc && is_option(argv[*at]) &&
           (!cli->group || is_global(argv[*at]))) {
        code = take_option(cli, argc, argv, at);
        ++*at;
    }
    return code == GO_ON && cli->wants_version ? print_version(cli) : code;
}

static int check_count(const struct cli *cli)
{
    const struct command *command = cli->command;

    if (cli->argument_count < command->least) {
        return usage(cli, "'%s' needs %s", command->name, command->arguments);
    }
    if (cli->argument_count > command->most) {
        return command->most == 0
                   ? usage(cli, "'%s' takes no '%s'", command->name, cli->arguments[0])
                   : usage(cli, "'%s' takes no more than %s: '%s'", command->name,
                           command->arguments, cli->arguments[command->most]);
    }
    return GO_ON;
}

/* Everything behind the command's name. */
static int take_rest(struct cli *cli, int argc, char **argv, int at)
{
    bool is_over = false; /* behind -- all are arguments */

    cli->arguments = calloc((size_t)argc + 1, sizeof *cli->arguments);
    if (!cli->arguments) {
        return EXIT_SOME_FAILED;
    }
    while (at < argc) {
        int code;

        if (!is_over && strcmp(argv[at], "--") == 0) {
            is_over = true;
            at++;
        } else if (is_over || !is_option(argv[at])) {
            cli->arguments[cli->argument_count++] = argv[at++];
        } else {
            code = take_option(cli, argc, argv, &at);
            at++;
            if (code != GO_ON) {
                return code;
            }
        }
    }
    return cli->wants_version ? print_version(cli) : check_count(cli);
}

static int help(struct cli *cli, int argc, char **argv, int at)
{
    const struct command *command;
    int words;
    const int code = take_options(cli, argc, argv, &at);

    if (code != GO_ON) {
        return code;
    }
    if (at >= argc) {
        print_overview(stdout);
        return EXIT_DONE;
    }
    if (is_group(argv[at]) && at + 1 >= argc) {
        print_group_help(argv[at]);
        return EXIT_DONE;
    }
    command = find_command(cli, argv[at], at + 1 < argc ? argv[at + 1] : NULL, &words);
    if (!command) {
        return EXIT_USAGE;
    }
    print_help(command);
    return EXIT_DONE;
}

/* A command of a group may have options of all commands between its words. */
static int take_command(struct cli *cli, int argc, char **argv, int *at)
{
    const char *word = argv[(*at)++];
    int code = GO_ON, words = 1;

    if (is_group(word)) {
        cli->group = word;
        code = take_options(cli, argc, argv, at);
    }
    if (code != GO_ON) {
        return code;
    }
    cli->command =
        find_command(cli, word, *at < argc && !is_option(argv[*at]) ? argv[*at] : NULL, &words);
    *at += words - 1;
    return cli->command ? GO_ON : EXIT_USAGE;
}

static int not_there(const struct cli *cli)
{
    pxf_error err;

    (void)set_error(&err, PXF_UNSUPPORTED, "'%s' is not there yet in version %s",
                    cli->command->name, pxf_version());
    (void)fail(cli, &err);
    return EXIT_USAGE;
}

int parse(struct cli *cli, int argc, char **argv)
{
    int at = 1;
    int code = take_options(cli, argc, argv, &at);

    if (code != GO_ON) {
        return code;
    }
    if (at >= argc) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[at], "help") == 0) {
        return help(cli, argc, argv, at + 1);
    }
    code = take_command(cli, argc, argv, &at);
    if (code != GO_ON) {
        return code;
    }
    return cli->command->run ? take_rest(cli, argc, argv, at) : not_there(cli);
}

const char *option(const struct cli *cli, const char *name)
{
    const int row = find_option(cli->command->options, OPTION_LIMIT, name, strlen(name));

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

int option_choice(const struct cli *cli, const char *name)
{
    const int row = find_option(cli->command->options, OPTION_LIMIT, name, strlen(name));

    return row >= 0 && cli->values[row]
               ? place_among(cli->command->options[row].choices, cli->values[row])
               : 0;
}
