/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

/* The manual page in roff's man macros, printed from the table. */

static const char head[] =
    ".SH NAME\npixelfox \\- keeps pictures and their variants\n"
    ".SH SYNOPSIS\n.B pixelfox\n[\\fB\\-\\-store\\fR \\fIDIR\\fR] [\\fB\\-\\-json\\fR] "
    "\\fICOMMAND\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n"
    ".SH DESCRIPTION\nA store is a folder with a catalog and one or more pools that hold pictures. "
    "A picture that is put is on disk when the command ends; workers make its variants in WebP and "
    "AVIF and its thumbnails.\n";

static const char tail[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nAll is done.\n"
    ".TP\n.B 1\nSome of the given things failed; each was told on standard error, the others are "
    "done.\n"
    ".TP\n.B 2\nWrong use.\n"
    ".TP\n.B 3\nThe store, or a service that it needs, cannot be used.\n"
    ".TP\n.B 130\nStopped by a signal; what was acknowledged stays. A\n.B work\nthat drained after "
    "SIGTERM or SIGINT ends 0.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B PIXELFOX_STORE\nThe store where\n.B \\-\\-store\nis not given.\n"
    ".TP\n.B PIXELFOX_\\fINAME\\fR\nA setting, its name in upper case with _ for the dot: "
    "PIXELFOX_WORKER_THREADS.\n"
    ".SH JSON\nWith\n.B \\-\\-json\nstandard output carries one object per line. The error of a "
    "single thing stands in the stream as its name and\n.I error\n, an object of\n.I status\nand\n"
    ".I message\n.\n";

/* A character beyond ASCII, by its number: roff reads none as UTF-8. Our own texts are valid. */
static const char *print_wide(const char *text)
{
    const unsigned char first = (unsigned char)*text++;
    unsigned number = first >= 0xf0 ? first & 0x07 : first >= 0xe0 ? first & 0x0f : first & 0x1f;

    while (((unsigned char)*text & 0xc0) == 0x80) {
        number = number << 6 | ((unsigned char)*text++ & 0x3f);
    }
    printf("\\[u%04X]", number);
    return text;
}

/* Up to the end of the line. One that begins with a dot or a quote would be a request; hyphens are
 * to be copied. */
static const char *print_roff(const char *text)
{
    if (*text == '.' || *text == '\'') {
        fputs("\\&", stdout);
    }
    while (*text && *text != '\n') {
        if (*text == '\\') {
            fputs("\\e", stdout);
        } else if (*text == '-') {
            fputs("\\-", stdout);
        } else if ((unsigned char)*text >= 0xc0) {
            text = print_wide(text);
            continue;
        } else {
            (void)fputc(*text, stdout);
        }
        text++;
    }
    return text;
}

static void print_option(const struct option_row *row)
{
    fputs(".TP\n\\fB", stdout);
    if (row->letter) {
        printf("\\-%c\\fR, \\fB", row->letter);
    }
    fputs("\\-\\-", stdout);
    (void)print_roff(row->name);
    if (row->value) {
        fputs("\\fR \\fI", stdout);
        (void)print_roff(row->value);
    }
    fputs("\\fR\n", stdout);
    (void)print_roff(row->help);
    fputs(".\n", stdout);
}

static void print_examples(const char *lines)
{
    fputs(".PP\n.RS\n.nf\n", stdout);
    while (*lines) {
        fputs("pixelfox ", stdout);
        lines = print_roff(lines);
        lines += *lines == '\n';
        (void)fputc('\n', stdout);
    }
    fputs(".fi\n.RE\n", stdout);
}

static void print_command(const struct command *command)
{
    fputs(".SS \"", stdout);
    (void)print_roff(command->name);
    fputs(*command->arguments ? " " : "", stdout);
    (void)print_roff(command->arguments);
    printf("\"\n%c", command->summary[0] - 'a' + 'A');
    (void)print_roff(command->summary + 1);
    fputs(".\n", stdout);
    for (size_t i = 0; i < OPTION_LIMIT && command->options[i].name; i++) {
        print_option(&command->options[i]);
    }
    print_examples(command->examples);
}

int run_man(struct cli *cli)
{
    (void)cli;
    printf(".TH PIXELFOX 1 \"\" \"pixelfox %s\" \"User Commands\"\n%s", pxf_version(), head);
    fputs(".SH OPTIONS OF ALL COMMANDS\n", stdout);
    for (size_t i = 0; i < global_option_count; i++) {
        print_option(&global_options[i]);
    }
    fputs(".SH COMMANDS\n", stdout);
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].run) {
            print_command(&commands[i]);
        }
    }
    fputs(tail, stdout);
    return EXIT_DONE;
}
