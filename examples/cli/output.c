/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

/* The first failure of standard output; by the time that a command ends errno is of other calls. */
static int failure;

/* A pipe or a terminal that somebody else set not to block takes more later. */
static void wait_until_it_takes(int fd)
{
    struct pollfd output = {.fd = fd, .events = POLLOUT};

    (void)poll(&output, 1, -1);
}

int write_whole(int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        const ssize_t written = write(fd, at, size);

        if (written > 0) {
            at += written;
            size -= (size_t)written;
        } else if (written < 0 && is_interrupted()) {
            return EINTR; /* whoever should read may never do so */
        } else if (written < 0 && errno == EAGAIN) {
            wait_until_it_takes(fd);
        } else if (written < 0 && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* 0 tells stdio of a failure. Nothing follows what was torn. */
static ssize_t take(void *cookie, const char *data, size_t size)
{
    (void)cookie;
    if (failure == 0) {
        failure = write_whole(STDOUT_FILENO, data, size);
    }
    return failure == 0 ? (ssize_t)size : 0;
}

void open_output(void)
{
    FILE *output = fopencookie(NULL, "w", (cookie_io_functions_t){.write = take});

    if (output) {
        (void)setvbuf(output, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
        stdout = output;
    }
}

bool is_reader_gone(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO};

    return failure == EPIPE || (poll(&output, 1, 0) == 1 && (output.revents & POLLERR));
}

int close_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return code;
    }
    if (is_reader_gone()) {
        return code;
    }
    if (failure == EINTR) {
        return EXIT_SIGNAL;
    }
    clear_bar();
    fprintf(stderr, "pixelfox: standard output: %s\n", strerror(failure ? failure : EIO));
    return code == EXIT_DONE ? EXIT_SOME_FAILED : code;
}
