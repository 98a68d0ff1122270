/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/protocol.h"
#include "os/memfd.h"
#include "os/process.h"
#include "os/socket.h"

/* A helper that speaks the protocol and knows no picture: it makes every variant of the word
 * "variant", and what its first argument says it does wrong. */

static const char word[] = "variant";

/* What the smallest picture's variant may have. */
static const uint64_t large_bytes = UINT64_C(12) << 20;

struct fake {
    const char *manner;
    struct fox_fd line;
    union fox_wire_message request;
};

static bool is(const struct fake *fake, const char *manner)
{
    return strcmp(fake->manner, manner) == 0;
}

static void must(pxf_status status)
{
    if (status != PXF_OK) {
        _Exit(1);
    }
}

static void send_bytes(const struct fake *fake, const void *data, size_t size, int number)
{
    must(fox_socket_send(&fake->line, data, size, number, NULL));
}

static void stay(void)
{
    for (;;) {
        (void)pause();
    }
}

static void hello(const struct fake *fake)
{
    AUTO(fox_fd) self = {0};
    struct fox_wire_hello wire = {.head = fox_wire_head_of(FOX_WIRE_HELLO, 0)};

    fox_wire_set_text(wire.build, sizeof wire.build,
                      is(fake, "other build") ? "0.0.1 abcdef" : fox_wire_build());
    fox_wire_set_text(wire.codecs, sizeof wire.codecs, "no codecs 1.0");
    fox_wire_set_text(wire.trouble, sizeof wire.trouble,
                      is(fake, "trouble") ? "the codec 'x' is missing" : "");
    if (is(fake, "hello of no text")) {
        memset(wire.codecs, 0xff, sizeof wire.codecs);
    }
    if (is(fake, "hello of another version")) {
        wire.head.version++;
    }
    must(fox_process_self(&self, NULL));
    send_bytes(fake, &wire, is(fake, "half a hello") ? sizeof wire / 2 : sizeof wire,
               is(fake, "no pidfd") ? -1 : fox_fd_number(&self));
}

/* A memory file with the word in it. */
static struct fox_fd content(const struct fake *fake)
{
    struct fox_fd memfd = {0};

    if (is(fake, "no memory file")) {
        return fox_fd_of(open("/dev/null", O_RDONLY | O_CLOEXEC), PXF_ORIGIN_HELPER);
    }
    must(fox_memfd_new(&memfd, "fake", PXF_ORIGIN_HELPER, NULL));
    if (!is(fake, "empty")) {
        must(fox_file_write(&memfd, word, sizeof word, NULL));
    }
    if (is(fake, "too large")) {
        must(fox_file_set_size(&memfd, UINT64_C(200) << 20, NULL));
    }
    if (is(fake, "large")) {
        must(fox_file_set_size(&memfd, large_bytes, NULL));
    }
    if (is(fake, "half sealed")) {
        (void)fcntl(fox_fd_number(&memfd), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    } else if (!is(fake, "unsealed")) {
        must(fox_memfd_seal(&memfd, NULL));
    }
    return memfd;
}

static void spoil_variant(const struct fake *fake, struct fox_wire_variant *wire)
{
    wire->index = is(fake, "wrong index") ? 77 : wire->index;
    wire->index = is(fake, "twice") ? 0 : wire->index;
    wire->bytes = is(fake, "other size") ? 4096 : wire->bytes;
    wire->bytes = is(fake, "too large") ? UINT64_C(200) << 20 : wire->bytes;
    wire->bytes = is(fake, "large") ? large_bytes : wire->bytes;
    wire->format = is(fake, "no format") ? 99 : wire->format;
    wire->width_px = is(fake, "no width") ? 0 : wire->width_px;
    wire->skip = is(fake, "skipped with bytes") ? FOX_SKIP_DISABLED : wire->skip;
    wire->skip = is(fake, "skipped for nothing") ? 99 : wire->skip;
    wire->render_ms = is(fake, "before its time") ? -1 : wire->render_ms;
    wire->head.picture += is(fake, "other picture") ? 1 : 0;
    wire->head.magic += is(fake, "no magic") ? 1 : 0;
    wire->head.size += is(fake, "head of another size") ? 1 : 0;
}

static void send_two(const struct fake *fake, const struct fox_wire_variant *wire, int number)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = {0};
    const int numbers[2] = {number, number};
    struct iovec part = {.iov_base = (void *)(uintptr_t)wire, .iov_len = sizeof *wire};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};

    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof numbers);
    memcpy(CMSG_DATA(&control.header), numbers, sizeof numbers);
    (void)sendmsg(fox_fd_number(&fake->line), &message, 0);
}

static void variant(const struct fake *fake, uint32_t index)
{
    AUTO(fox_fd) memfd = content(fake);
    struct fox_wire_variant wire = {
        .head = fox_wire_head_of(FOX_WIRE_VARIANT, fake->request.head.picture),
        .index = index,
        .format = PXF_FORMAT_WEBP,
        .width_px = 10,
        .height_px = 10,
        .bytes = sizeof word,
    };

    spoil_variant(fake, &wire);
    if (is(fake, "two descriptors")) {
        send_two(fake, &wire, fox_fd_number(&memfd));
        return;
    }
    send_bytes(fake, &wire, sizeof wire, is(fake, "no descriptor") ? -1 : fox_fd_number(&memfd));
}

static void last_words(const struct fake *fake, int number, bool memory_failed)
{
    const struct fox_wire_last_words wire = {
        .head = fox_wire_head_of(FOX_WIRE_LAST_WORDS, fake->request.head.picture),
        .signal = number,
        .memory_failed = memory_failed,
    };

    send_bytes(fake, &wire, sizeof wire, -1);
}

static void end(const struct fake *fake)
{
    struct fox_wire_end wire = {.head = fox_wire_head_of(FOX_WIRE_END, fake->request.head.picture)};

    if (is(fake, "corrupt")) {
        wire.status = PXF_CORRUPT;
        fox_wire_set_text(wire.rule, sizeof wire.rule, "truncated");
        fox_wire_set_text(wire.message, sizeof wire.message, "truncated: it ends early");
    }
    if (is(fake, "rule of another status")) {
        wire.status = PXF_CORRUPT;
        fox_wire_set_text(wire.rule, sizeof wire.rule, "timeout");
    }
    if (is(fake, "end of no text")) {
        memset(wire.message, 'x', sizeof wire.message);
    }
    if (is(fake, "end of bad UTF-8")) {
        wire.status = PXF_CORRUPT;
        wire.message[0] = '\xff';
    }
    if (is(fake, "end of no status")) {
        wire.status = 4711;
    }
    if (is(fake, "greedy")) {
        wire.resident_bytes = UINT64_C(1) << 40;
    }
    send_bytes(fake, &wire, sizeof wire, -1);
}

/* What happens before the first variant, or instead of it. */
static void begin(const struct fake *fake)
{
    if (is(fake, "die")) {
        (void)raise(SIGKILL);
    }
    if (is(fake, "leave")) {
        _Exit(0);
    }
    if (is(fake, "hang")) {
        stay();
    }
    if (is(fake, "hang up")) {
        (void)close(FOX_WIRE_SOCKET_FD);
        stay();
    }
    if (is(fake, "run out of memory")) {
        last_words(fake, 0, true);
        last_words(fake, SIGSEGV, false);
        (void)raise(SIGSEGV);
    }
    if (is(fake, "say and die")) {
        last_words(fake, SIGSEGV, false);
        (void)raise(SIGSEGV);
    }
    if (is(fake, "say much")) {
        for (int i = 0; i < 9; i++) {
            last_words(fake, SIGSEGV, false);
        }
    }
    if (is(fake, "garbage")) {
        send_bytes(fake, "garbage", sizeof "garbage", -1);
    }
    if (is(fake, "much garbage")) {
        static char noise[60000];

        send_bytes(fake, noise, sizeof noise, -1);
    }
    if (is(fake, "hello again")) {
        hello(fake);
    }
}

static void serve(const struct fake *fake)
{
    const uint32_t count = fake->request.request.recipe_count;

    begin(fake);
    for (uint32_t i = 0; i < count; i++) {
        variant(fake, i);
        if (is(fake, "die after one")) {
            (void)raise(SIGKILL);
        }
        if (is(fake, "end after one")) {
            break;
        }
        if (is(fake, "corrupt")) {
            break;
        }
    }
    end(fake);
    if (is(fake, "die when idle")) {
        _Exit(0);
    }
}

int main(int argc, char **argv)
{
    struct fake fake = {.manner = argc > 1 ? argv[1] : "",
                        .line = fox_fd_of(FOX_WIRE_SOCKET_FD, PXF_ORIGIN_HELPER)};

    if (is(&fake, "leave at once")) {
        return 3;
    }
    if (is(&fake, "mute")) {
        stay();
    }
    hello(&fake);
    for (;;) {
        struct fox_socket_message message = {.data = &fake.request, .room = sizeof fake.request};

        if (fox_socket_receive(&fake.line, &message, -1, NULL) != PXF_OK) {
            return 0;
        }
        fox_fd_let_go(&message.fd);
        serve(&fake);
    }
}
