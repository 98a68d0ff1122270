/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "output.h"

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

static void print_versions(const char *helper, const char *reason)
{
    printf("pixelfox %s\n", PIXELFOX_VERSION);
    printf("library %s\n", pxf_version());
    printf("helper %s%s\n", helper ? "" : "not usable: ", helper ? helper : reason);
    printf("SQLite %s\n", pxf_sqlite_version());
}

static void print_versions_json(const char *helper, const pxf_error *err)
{
    json_t *object = json_object();

    put_text(object, "pixelfox", PIXELFOX_VERSION);
    put_text(object, "library", pxf_version());
    put_text(object, "helper", helper);
    put_text(object, "sqlite", pxf_sqlite_version());
    if (!helper) {
        put_error(object, (pxf_status)err->status, NULL, err->message);
    }
    print_json(object);
}

int print_version(const struct cli *cli)
{
    pxf_config *config = make_config(cli, false);
    pxf_bytes *bytes;
    const char *helper;
    pxf_error err;

    if (!config) {
        return EXIT_USAGE;
    }
    bytes = pxf_helper_version(config, &err);
    helper = bytes ? pxf_bytes_data(bytes) : NULL;
    if (cli->json) {
        print_versions_json(helper, &err);
    } else {
        print_versions(helper, err.message);
    }
    pxf_bytes_free(bytes);
    pxf_config_free(config);
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    int code;

    hold_standard_numbers(); /* before any other file is opened */
    open_output();
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
