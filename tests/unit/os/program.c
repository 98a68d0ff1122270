/* SPDX-License-Identifier: Apache-2.0 */
/* The program that the process tests start; its first argument says what it does. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* Tells on descriptor 5 which descriptors are open, which signals are blocked or ignored, and what
 * the environment is. */
static void tell(void)
{
    sigset_t blocked;
    struct sigaction action;

    (void)sigprocmask(SIG_BLOCK, NULL, &blocked);
    (void)sigaction(SIGPIPE, NULL, &action);
    (void)dprintf(5, "fds");
    for (int number = 0; number < 64; number++) {
        if (fcntl(number, F_GETFD) >= 0) {
            (void)dprintf(5, " %d", number);
        }
    }
    (void)dprintf(5, "; usr1 %s; pipe %s; own group %s; environment",
                  sigismember(&blocked, SIGUSR1) ? "blocked" : "open",
                  action.sa_handler == SIG_DFL ? "default" : "changed",
                  getpgrp() == getpid() ? "yes" : "no");
    for (char **at = environ; *at; at++) {
        (void)dprintf(5, " %s", *at);
    }
}

/* Copies what stands in one descriptor to another. */
static void copy(int from, int to)
{
    char text[64];
    const ssize_t size = read(from, text, sizeof text);

    if (size > 0) {
        (void)!write(to, text, (size_t)size);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "exit") == 0) {
        return argc > 2 ? atoi(argv[2]) : 0;
    }
    if (strcmp(what, "tell") == 0) {
        tell();
        return 0;
    }
    if (strcmp(what, "copy") == 0) {
        copy(3, 4);
        copy(4, 3);
        return 0;
    }
    if (strcmp(what, "wait") == 0) {
        for (;;) {
            (void)pause();
        }
    }
    return 99;
}
