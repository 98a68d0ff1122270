/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

static void a_queue_of_its_own_joins_nothing(void **state)
{
    struct rig *rig = *state;
    struct fox_sql_tx *some = (struct fox_sql_tx *)state;
    const struct fox_job_spec spec = {.kind = RIG_KIND};
    const struct fox_id image_id = {.bytes = {1}};
    const pxf_error cause = rig_cause(PXF_IO);
    struct fox_job job = {.token = 1};
    enum fox_failed failed;
    pxf_error err = {0};

    assert_false(fox_queue_shares(rig->queue, (struct fox_sql *)state));
    assert_fails(fox_queue_put_in(rig->queue, some, &spec, NULL, &err), PXF_UNSUPPORTED);
    assert_fails(fox_queue_finish_in(rig->queue, some, &job, NULL, &err), PXF_UNSUPPORTED);
    assert_fails(fox_queue_fail_in(rig->queue, some, &job, &cause, false, &failed, &err),
                 PXF_UNSUPPORTED);
    assert_fails(fox_queue_cancel_image(rig->queue, some, &image_id, NULL, &err), PXF_UNSUPPORTED);
}

RIG_TESTS(alone_tests, cmocka_unit_test(a_queue_of_its_own_joins_nothing))
