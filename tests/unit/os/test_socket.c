/* SPDX-License-Identifier: Apache-2.0 */
#include "os/socket.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/file.h"
#include "support/scratch.h"
#include "support/suite.h"

struct pair {
    struct fox_fd one, other;
};

static void pair_let_go(struct pair *pair)
{
    fox_fd_let_go(&pair->one);
    fox_fd_let_go(&pair->other);
}

static struct pair make(void)
{
    pxf_error err = {0};
    struct pair pair = {0};

    assert_ok(fox_socket_pair(&pair.one, &pair.other, PXF_ORIGIN_HELPER, &err));
    assert_true(fcntl(fox_fd_number(&pair.one), F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fox_fd_number(&pair.other), F_GETFD) & FD_CLOEXEC);
    return pair;
}

static void messages_stay_whole_and_in_order(void **state)
{
    pxf_error err = {0};
    AUTO(pair) pair = make();
    char data[16];
    AUTO(fox_socket_message) message = {.data = data, .room = sizeof data};

    (void)state;
    assert_ok(fox_socket_send(&pair.one, "first", 5, -1, &err));
    assert_ok(fox_socket_send(&pair.one, "second", 6, -1, &err));
    assert_ok(fox_socket_receive(&pair.other, &message, -1, &err));
    assert_int_equal(message.size, 5);
    assert_memory_equal(data, "first", 5);
    assert_false(fox_fd_is_open(&message.fd));
    assert_ok(fox_socket_receive(&pair.other, &message, 0, &err));
    assert_int_equal(message.size, 6);
}

static void a_descriptor_travels_with_a_message(void **state)
{
    pxf_error err = {0};
    AUTO(fox_scratch) scratch = fox_scratch_make();
    AUTO(pair) pair = make();
    char data[16], back[8];
    AUTO(fox_socket_message) message = {.data = data, .room = sizeof data};
    AUTO(fox_fd) file = {0};
    size_t size;

    (void)state;
    fox_scratch_put(&scratch, "a", "text");
    assert_ok(fox_file_open(&file, fox_scratch_path(&scratch, "a"), PXF_ORIGIN_POOL, &err));
    assert_ok(fox_socket_send(&pair.one, "!", 1, fox_fd_number(&file), &err));
    assert_ok(fox_socket_receive(&pair.other, &message, -1, &err));
    assert_true(fox_fd_is_open(&message.fd));
    assert_int_not_equal(fox_fd_number(&message.fd), fox_fd_number(&file));
    assert_int_equal(message.fd.origin, PXF_ORIGIN_HELPER);
    assert_true(fcntl(fox_fd_number(&message.fd), F_GETFD) & FD_CLOEXEC);
    assert_ok(fox_file_read_at(&message.fd, 0, back, sizeof back, &size, &err));
    assert_memory_equal(back, "text", 4);
}

static void nothing_within_the_time_is_a_timeout(void **state)
{
    pxf_error err = {0};
    AUTO(pair) pair = make();
    char data[4];
    AUTO(fox_socket_message) message = {.data = data, .room = sizeof data};

    (void)state;
    assert_fails(fox_socket_receive(&pair.other, &message, 0, &err), PXF_TIMEOUT);
    assert_fails(fox_socket_receive(&pair.other, &message, 5, &err), PXF_TIMEOUT);
}

static void a_message_larger_than_the_room_is_an_error(void **state)
{
    const size_t before = fox_scratch_fd_count();
    pxf_error err = {0};
    char data[4];

    (void)state;
    {
        AUTO(pair) pair = make();
        AUTO(fox_socket_message) message = {.data = data, .room = sizeof data};

        assert_ok(fox_socket_send(&pair.one, "12345", 5, fox_fd_number(&pair.one), &err));
        assert_fails(fox_socket_receive(&pair.other, &message, -1, &err), PXF_CORRUPT);
        assert_false(fox_fd_is_open(&message.fd));
        assert_ok(fox_socket_send(&pair.one, "1234", 4, -1, &err));
        assert_ok(fox_socket_receive(&pair.other, &message, -1, &err));
        assert_int_equal(message.size, 4);
    }
    assert_int_equal(fox_scratch_fd_count(), before);
}

/* As a stranger would: many descriptors in one message, with or without bytes. */
static void send_many(int socket, size_t count, size_t size)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(8 * sizeof(int))];
    } control = {0};
    char data[] = "bytes";
    struct iovec part = {.iov_base = data, .iov_len = size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = CMSG_SPACE(count * sizeof(int))};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    for (size_t i = 0; i < count; i++) {
        memcpy(CMSG_DATA(header) + i * sizeof(int), &socket, sizeof(int));
    }
    assert_int_equal(sendmsg(socket, &message, 0), size);
}

static void descriptors_nobody_asked_for_are_closed(void **state)
{
    const size_t before = fox_scratch_fd_count();
    pxf_error err = {0};
    char data[8];

    (void)state;
    {
        AUTO(pair) pair = make();
        AUTO(fox_socket_message) message = {.data = data, .room = sizeof data};

        send_many(fox_fd_number(&pair.one), 8, 5);
        assert_fails(fox_socket_receive(&pair.other, &message, -1, &err), PXF_CORRUPT);
        send_many(fox_fd_number(&pair.one), 1, 0);
        assert_fails(fox_socket_receive(&pair.other, &message, -1, &err), PXF_UNAVAILABLE);
        assert_false(fox_fd_is_open(&message.fd));
        assert_int_equal(fox_scratch_fd_count(), before + 2);
    }
    assert_int_equal(fox_scratch_fd_count(), before);
}

static void a_gone_partner_is_unavailable_and_raises_no_signal(void **state)
{
    pxf_error err = {0};
    AUTO(pair) pair = make();
    char data[8];
    AUTO(fox_socket_message) message = {.data = data, .room = sizeof data};

    (void)state;
    assert_ok(fox_socket_send(&pair.one, "last", 4, -1, &err));
    fox_fd_let_go(&pair.one);
    assert_ok(fox_socket_receive(&pair.other, &message, -1, &err));
    assert_int_equal(message.size, 4);
    assert_fails(fox_socket_receive(&pair.other, &message, -1, &err), PXF_UNAVAILABLE);
    assert_fails(fox_socket_send(&pair.other, "x", 1, -1, &err), PXF_UNAVAILABLE);
}

static void sending_never_waits_for_who_does_not_read(void **state)
{
    static char data[FOX_SOCKET_MESSAGE_BYTES + 1];
    pxf_error err = {0};
    AUTO(pair) pair = make();
    pxf_status status = PXF_OK;

    (void)state;
    for (int i = 0; i < 100 && status == PXF_OK; i++) {
        status = fox_socket_send(&pair.one, data, FOX_SOCKET_MESSAGE_BYTES, -1, &err);
    }
    assert_int_equal(status, PXF_BUSY);
    fox_fail_clear(&err);
    assert_fails(fox_socket_send(&pair.one, data, 0, -1, &err), PXF_INVALID);
    assert_fails(fox_socket_send(&pair.one, data, sizeof data, -1, &err), PXF_INVALID);
    assert_fails(fox_socket_send(&pair.other, data, 1, 9999, &err), PXF_IO);
}

SUITE(socket, cmocka_unit_test(messages_stay_whole_and_in_order),
      cmocka_unit_test(a_descriptor_travels_with_a_message),
      cmocka_unit_test(nothing_within_the_time_is_a_timeout),
      cmocka_unit_test(a_message_larger_than_the_room_is_an_error),
      cmocka_unit_test(descriptors_nobody_asked_for_are_closed),
      cmocka_unit_test(a_gone_partner_is_unavailable_and_raises_no_signal),
      cmocka_unit_test(sending_never_waits_for_who_does_not_read))
