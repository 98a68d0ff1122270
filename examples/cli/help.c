/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

enum { COLUMN = 22, WORD_LIMIT = 48, WORD_BYTES = 16, LINE_LIMIT = 80 };

/* The first word of a command: the group of "pool add" is "pool". */
static bool begins_with(const char *name, const char *word)
{
    const size_t size = strlen(word);

    return strncmp(name, word, size) == 0 && (name[size] == ' ' || !name[size]);
}

bool is_group(const char *word)
{
    for (size_t i = 0; i < command_count; i++) {
        if (begins_with(commands[i].name, word) && commands[i].name[strlen(word)] == ' ') {
            return true;
        }
    }
    return false;
}

static const struct command *find_in_group(const char *group, const char *word)
{
    const size_t size = strlen(group);

    for (size_t i = 0; i < command_count; i++) {
        if (begins_with(commands[i].name, group) && commands[i].name[size] == ' ' &&
            strcmp(commands[i].name + size + 1, word) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static const struct command *suggest(const struct cli *cli, const char *typed, const char *group,
                                     const char *best)
{
    const char *blank = *group ? " " : "";

    if (!*typed) {
        (void)usage(cli, "'%s' needs a command of its own", group);
    } else if (best) {
        (void)usage(cli, "no command '%s%s%s': did you mean '%s%s%s'?", group, blank, typed, group,
                    blank, best);
    } else {
        (void)usage(cli, "no command '%s%s%s'", group, blank, typed);
    }
    return NULL;
}

static const struct command *suggest_in_group(const struct cli *cli, const char *group,
                                              const char *typed)
{
    struct nearest nearest = nearest_to(typed);

    for (size_t i = 0; i < command_count; i++) {
        if (begins_with(commands[i].name, group)) {
            nearest_offer(&nearest, commands[i].name + strlen(group) + 1);
        }
    }
    return suggest(cli, typed, group, nearest.best);
}

static const struct command *suggest_command(const struct cli *cli, const char *typed)
{
    struct nearest nearest = nearest_to(typed);
    char words[WORD_LIMIT][WORD_BYTES] = {""};

    for (size_t i = 0; i < command_count && i < WORD_LIMIT; i++) {
        (void)snprintf(words[i], sizeof words[i], "%.*s", (int)strcspn(commands[i].name, " "),
                       commands[i].name);
        if (commands[i].run) {
            nearest_offer(&nearest, words[i]);
        }
    }
    return suggest(cli, typed, "", nearest.best);
}

/* A group without a second word is its list. */
const struct command *find_command(const struct cli *cli, const char *word, const char *next,
                                   int *ret_words)
{
    const struct command *found;

    *ret_words = 1;
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, word) == 0) {
            return &commands[i];
        }
    }
    if (!is_group(word)) {
        return suggest_command(cli, word);
    }
    if (!next) {
        found = find_in_group(word, "list");
        return found ? found : suggest_in_group(cli, word, "");
    }
    *ret_words = 2;
    found = find_in_group(word, next);
    return found ? found : suggest_in_group(cli, word, next);
}

/* Bytes that take no column: those behind the first of a character. */
static int hidden_bytes(const char *text)
{
    int count = 0;

    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) == 0x80;
    }
    return count;
}

static void print_option(const struct option_row *row)
{
    char left[64];
    const char letter[] = {'-', row->letter, ',', ' ', '\0'};

    (void)snprintf(left, sizeof left, "%s--%s%s%s", row->letter ? letter : "    ", row->name,
                   row->value ? " " : "", row->value ? row->value : "");
    printf("  %-*s  %s\n", COLUMN + hidden_bytes(left), left, row->help);
}

static void print_examples(const struct command *command)
{
    const char *at = command->examples;

    printf("\nExamples:\n");
    while (at && *at) {
        const size_t size = strcspn(at, "\n");

        printf("  pixelfox %.*s\n", (int)size, at);
        at += size + (at[size] == '\n');
    }
}

static void print_global_options(FILE *stream)
{
    int column = fprintf(stream, "\nOf all commands:") - 1;

    for (size_t i = 0; i < global_option_count; i++) {
        const struct option_row *row = &global_options[i];

        if (column > LINE_LIMIT - WORD_BYTES) {
            column = fprintf(stream, "\n                ") - 1;
        }
        column += fprintf(stream, " --%s%s%s", row->name, row->value ? " " : "",
                          row->value ? row->value : "");
    }
    (void)fputc('\n', stream);
}

void print_help(const struct command *command)
{
    printf("Usage: pixelfox %s%s%s%s\n\n%c%s.\n", command->name,
           command->options[0].name ? " [options]" : "", *command->arguments ? " " : "",
           command->arguments, command->summary[0] - 'a' + 'A', command->summary + 1);
    if (!command->run) {
        printf("This is not there yet in version %s.\n", pxf_version());
        return;
    }
    if (command->options[0].name) {
        printf("\nOptions:\n");
    }
    for (size_t i = 0; i < OPTION_LIMIT && command->options[i].name; i++) {
        print_option(&command->options[i]);
    }
    print_examples(command);
    print_global_options(stdout);
}

void print_group_help(const char *group)
{
    const size_t size = strlen(group);

    printf("Usage: pixelfox %s COMMAND [options] [arguments]\n\n", group);
    for (size_t i = 0; i < command_count; i++) {
        if (begins_with(commands[i].name, group)) {
            printf("  %-10s%s%s\n", commands[i].name + size + 1, commands[i].summary,
                   commands[i].run ? "" : " (not there yet)");
        }
    }
    printf("\n`pixelfox help %s COMMAND` tells more.\n", group);
}

/* "list add …" of a group. */
static void print_group(FILE *stream, const char *group)
{
    const size_t size = strlen(group);
    int column = fprintf(stream, "  %-12s", group);

    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].run && begins_with(commands[i].name, group)) {
            column +=
                fprintf(stream, "%s%s", column > 14 ? " | " : "", commands[i].name + size + 1);
        }
    }
    (void)fputc('\n', stream);
}

static void print_commands(FILE *stream)
{
    char shown[WORD_BYTES] = "";

    for (size_t i = 0; i < command_count; i++) {
        const size_t size = strcspn(commands[i].name, " ");

        if (!commands[i].run) {
            continue;
        }
        if (!commands[i].name[size]) {
            fprintf(stream, "  %-12s%s\n", commands[i].name, commands[i].summary);
        } else if (strncmp(shown, commands[i].name, size) != 0 || shown[size]) {
            (void)snprintf(shown, sizeof shown, "%.*s", (int)size, commands[i].name);
            print_group(stream, shown);
        }
    }
}

void print_overview(FILE *stream)
{
    fprintf(stream, "Usage: pixelfox [--store DIR] [--json] COMMAND [options] [arguments]\n"
                    "Keeps pictures and their variants. `pixelfox help COMMAND` tells more.\n\n");
    print_commands(stream);
    print_global_options(stream);
    fprintf(stream, "Example: pixelfox init gallery; pixelfox --store gallery put --wait a.jpg\n");
}
