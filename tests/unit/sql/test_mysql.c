/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include "support/suite.h"

#include <errmsg.h>
#include <signal.h>
#include <string.h>

static void what_the_server_answers_has_its_status(void **state)
{
    static const struct {
        unsigned number;
        pxf_status status;
        bool is_lost;
    } table[] = {
        {1062, PXF_EXISTS, false},      {1451, PXF_CONFLICT, false},
        {1452, PXF_CONFLICT, false},    {1048, PXF_INVALID, false},
        {1406, PXF_INVALID, false},     {1264, PXF_INVALID, false},
        {1366, PXF_INVALID, false},     {4025, PXF_INVALID, false},
        {1213, PXF_BUSY, false},        {1205, PXF_BUSY, false},
        {1040, PXF_BUSY, false},        {1203, PXF_BUSY, false},
        {1969, PXF_TIMEOUT, false},     {1045, PXF_DENIED, false},
        {1044, PXF_DENIED, false},      {1142, PXF_DENIED, false},
        {1792, PXF_DENIED, false},      {1698, PXF_DENIED, false},
        {1049, PXF_NOT_FOUND, false},   {1114, PXF_FULL, false},
        {1021, PXF_FULL, false},        {1153, PXF_LIMIT, false},
        {1290, PXF_UNAVAILABLE, false}, {1836, PXF_UNAVAILABLE, false},
        {1053, PXF_UNAVAILABLE, true},  {1927, PXF_UNAVAILABLE, true},
        {2002, PXF_UNAVAILABLE, false}, {2003, PXF_UNAVAILABLE, false},
        {2005, PXF_UNAVAILABLE, false}, {2006, PXF_UNAVAILABLE, true},
        {2013, PXF_UNAVAILABLE, true},  {2026, PXF_UNAVAILABLE, false},
        {2014, PXF_INTERNAL, true},     {2008, PXF_NO_MEMORY, true},
        {1037, PXF_NO_MEMORY, false},   {1064, PXF_INTERNAL, false},
        {1146, PXF_INTERNAL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fox_mysql_conn conn = {0};
        pxf_error err = {0};

        assert_int_equal(fox_mysql_fail(&err, &conn, table[i].number, "said", "try"),
                         table[i].status);
        assert_int_equal(err.code, table[i].number);
        assert_int_equal(err.origin, PXF_ORIGIN_CATALOG);
        assert_int_equal(conn.is_lost, table[i].is_lost);
    }
}

static void values_that_the_server_repeats_are_not_handed_on(void **state)
{
    pxf_error err = {0};

    (void)state;
    (void)fox_mysql_fail(&err, NULL, 1062, "Duplicate entry 'hush' for key 'name'", "try");
    assert_null(strstr(err.message, "hush"));
    fox_fail_clear(&err);
    (void)fox_mysql_fail(&err, NULL, 1366, "Incorrect value: 'hush'", "try");
    assert_null(strstr(err.message, "hush"));
}

static void deadlocks_run_again_and_other_failures_do_not(void **state)
{
    (void)state;
    assert_true(fox_mysql_is_rerun(1213));
    assert_true(fox_mysql_is_rerun(1205));
    assert_true(fox_mysql_is_rerun(1020));
    assert_false(fox_mysql_is_rerun(1062));
    assert_false(fox_mysql_is_rerun(2013));
    assert_false(fox_mysql_is_rerun(0));
}

static void a_broken_pipe_inside_does_not_reach_the_host(void **state)
{
    struct fox_mysql_quiet quiet;
    sigset_t mask;

    (void)state;
    quiet = fox_mysql_quiet_begin();
    assert_int_equal(pthread_kill(pthread_self(), SIGPIPE), 0);
    fox_mysql_quiet_end(quiet);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    assert_int_equal(sigismember(&mask, SIGPIPE), 0);
}

static void a_signal_that_the_host_had_waiting_stays(void **state)
{
    struct fox_mysql_quiet quiet;
    sigset_t pipe, pending;
    int taken = 0;

    (void)state;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &pipe, NULL), 0);
    assert_int_equal(pthread_kill(pthread_self(), SIGPIPE), 0);
    quiet = fox_mysql_quiet_begin();
    fox_mysql_quiet_end(quiet);
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 1);
    assert_int_equal(sigwait(&pipe, &taken), 0);
    assert_int_equal(pthread_sigmask(SIG_UNBLOCK, &pipe, NULL), 0);
}

SUITE(mysql, cmocka_unit_test(what_the_server_answers_has_its_status),
      cmocka_unit_test(values_that_the_server_repeats_are_not_handed_on),
      cmocka_unit_test(deadlocks_run_again_and_other_failures_do_not),
      cmocka_unit_test(a_broken_pipe_inside_does_not_reach_the_host),
      cmocka_unit_test(a_signal_that_the_host_had_waiting_stays))
