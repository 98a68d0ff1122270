/* SPDX-License-Identifier: Apache-2.0 */
#include "os/service.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STACK_BYTES = 64 << 10, TEXT_BYTES = 128, CRAMPED_BYTES = 1 << 20 };

static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGILL, SIGFPE, SIGSYS};

/* The one thing a handler can reach. */
static void (*last_words)(int number);

static void offer_to_the_system(void)
{
    static const char score[] = "800";
    const int number = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (number >= 0) {
        (void)!write(number, score, sizeof score - 1);
        (void)close(number);
    }
}

void fox_service_settle(void)
{
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
    (void)!chdir("/");
    offer_to_the_system();
}

bool fox_service_is_socket(int number)
{
    int type = 0;
    socklen_t size = sizeof type;

    return getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

/* The handler is gone by now (SA_RESETHAND): the signal kills when it is raised again. */
static void die(int number)
{
    last_words(number);
    (void)raise(number);
}

void fox_service_on_crash(void (*say)(int number))
{
    /* A stack overflow leaves no room on the thread's own. */
    const stack_t stack = {.ss_sp = malloc(STACK_BYTES), .ss_size = STACK_BYTES};
    struct sigaction action = {.sa_handler = die,
                               .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER)};

    last_words = say;
    if (stack.ss_sp) {
        (void)sigaltstack(&stack, NULL);
    }
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        (void)sigaction(deadly[i], &action, NULL);
    }
}

fox_service_fn fox_service_hidden(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    fox_service_fn hidden;

    memcpy(&hidden, &found, sizeof hidden);
    return hidden;
}

/* A handler may call nothing of stdio: "address resident …", in pages. */
static bool read_usage(struct fox_service_usage *usage)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const int number = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[TEXT_BYTES] = "";
    uint64_t words[2] = {0};
    ssize_t size;
    int word = 0;

    if (number < 0) {
        return false;
    }
    size = read(number, text, sizeof text - 1);
    (void)close(number);
    for (ssize_t i = 0; i < size && word < 2; i++) {
        if (text[i] == ' ') {
            word++;
        } else {
            words[word] = words[word] * 10 + (uint64_t)(text[i] - '0');
        }
    }
    usage->address_bytes = words[0] * page;
    usage->resident_bytes = words[1] * page;
    return word == 2;
}

pxf_status fox_service_usage(struct fox_service_usage *ret_usage, pxf_error *err)
{
    struct fox_service_usage usage;

    if (!read_usage(&usage)) {
        return fox_fail_from(err, PXF_UNAVAILABLE, PXF_ORIGIN_HELPER, errno,
                             "cannot read '/proc/self/statm'");
    }
    *ret_usage = usage;
    return PXF_OK;
}

bool fox_service_is_cramped(void)
{
    struct fox_service_usage usage;
    struct rlimit limit;

    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
           read_usage(&usage) && usage.address_bytes + CRAMPED_BYTES > limit.rlim_cur;
}

pxf_status fox_service_allow(uint64_t bytes, pxf_error *err)
{
    struct fox_service_usage usage = {0};
    struct rlimit limit;

    if (getrlimit(RLIMIT_AS, &limit) != 0) {
        return fox_fail_errno(err, PXF_ORIGIN_HELPER, errno, "no limit of memory");
    }
    limit.rlim_cur = limit.rlim_max;
    if (bytes > 0) {
        TRY(fox_service_usage(&usage, err));
        limit.rlim_cur = usage.address_bytes + bytes;
    }
    if (setrlimit(RLIMIT_AS, &limit) != 0) {
        return fox_fail_errno(err, PXF_ORIGIN_HELPER, errno, "cannot limit memory");
    }
    return PXF_OK;
}
