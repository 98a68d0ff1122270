/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

/* What a signal's handler can reach. */
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

/* A closed standard stream would lend its number to the next file that is opened, the catalog
 * maybe, and what is meant for a terminal would go there. Each is opened the wrong way round, so
 * that its use still fails. */
static void hold_standard_numbers(void)
{
    int number;

    do {
        number = open("/dev/null", O_RDONLY);
        if (number == STDIN_FILENO) {
            (void)close(number);
            number = open("/dev/null", O_WRONLY);
        }
    } while (number >= 0 && number <= STDERR_FILENO);
    if (number > STDERR_FILENO) {
        (void)close(number);
    }
}

int print_version(void)
{
    const struct cli none = {0};
    pxf_config *config = make_config(&none, false);
    pxf_bytes *helper;
    pxf_error err;

    if (!config) {
        return EXIT_USAGE;
    }
    helper = pxf_helper_version(config, &err);
    printf("pixelfox %s\n", PIXELFOX_VERSION);
    printf("library %s\n", pxf_version());
    printf("helper %s%s\n", helper ? "" : "not usable: ",
           helper ? (const char *)pxf_bytes_data(helper) : err.message);
    printf("SQLite %s\n", pxf_sqlite_version());
    pxf_bytes_free(helper);
    pxf_config_free(config);
    return EXIT_DONE;
}

/* What standard output did not take is a failure, unless nobody reads it any more. */
static int close_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return code;
    }
    if (is_reader_gone()) {
        return code;
    }
    fprintf(stderr, "pixelfox: standard output: %s\n", strerror(errno));
    return code == EXIT_DONE ? EXIT_SOME_FAILED : code;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    int code;

    hold_standard_numbers(); /* before any other file is opened */
    cli.cancel = pxf_cancel_new(NULL);
    catch_signals(cli.cancel);
    code = parse(&cli, argc, argv);
    if (code < 0) {
        code = cli.command->run(&cli);
    }
    code = close_output(code);
    pxf_store_close(cli.store);
    free(cli.arguments);
    return code;
}
