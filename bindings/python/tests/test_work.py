# SPDX-License-Identifier: Apache-2.0
import asyncio
import os
import threading
import time

import pixelfox
import pytest
from conftest import make_picture


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_started_workers_make_variants_in_the_background(store, picture):
    store.start()
    store.start()
    image = store.put(picture, owner="ada")
    wait_for(lambda: image.reload().state is pixelfox.ImageState.READY)


def test_a_kind_of_one_s_own_runs_and_leaves_its_result(store):
    worker = store.worker(threads=2, kinds=["greet"])
    seen = []

    @worker.kind("greet")
    def greet(job):
        seen.append(threading.current_thread().name)
        job.progress = 500
        return {"hello": job.payload["name"]}

    with worker:
        put = store.jobs.put("greet", {"name": "Ada"})
        wait_for(lambda: store.jobs.find(put.id).state is pixelfox.JobState.DONE)
    assert store.jobs.find(put.id).result == {"hello": "Ada"}
    assert len(seen) == 1
    assert worker.total("done") == 1


def test_an_exception_is_tried_again_and_one_of_ours_goes_by_its_status(store):
    worker = store.worker(kinds=["flaky", "hopeless"])
    worker.add_kind("flaky", lambda job: 1 / 0)

    def hopeless(job):
        raise pixelfox.InvalidError("no use")

    worker.add_kind("hopeless", hopeless)
    flaky, doomed = store.jobs.put("flaky"), store.jobs.put("hopeless")
    while worker.run_one():
        pass
    flaky, doomed = store.jobs.find(flaky.id), store.jobs.find(doomed.id)
    assert flaky.state is pixelfox.JobState.SCHEDULED
    assert "ZeroDivisionError: division by zero" in flaky.error
    assert flaky.attempts == 1
    assert doomed.state is pixelfox.JobState.DEAD and doomed.error == "no use"
    assert "no use" in store.jobs.history(doomed.id)[0]["error"]
    store.jobs.retry(doomed.id)
    assert store.jobs.find(doomed.id).state is pixelfox.JobState.READY


def test_a_job_is_over_when_its_function_returned(store):
    kept = []
    worker = store.worker(kinds=["keep"])
    worker.add_kind("keep", kept.append)
    store.jobs.put("keep")
    assert worker.run_one()
    with pytest.raises(TypeError, match="ended"):
        kept[0].finish()
    with pytest.raises(TypeError, match="ended"):
        kept[0].kind


def test_a_reserved_job_is_one_s_own_until_it_is_ended_or_dropped(store):
    worker = store.worker(kinds=["mine"])
    worker.add_kind("mine", lambda job: None)
    put = store.jobs.put("mine", [1, 2], priority=5)
    job = worker.reserve(30)
    assert (job.id, job.payload, job.priority) == (put.id, [1, 2], 5)
    assert worker.reserve(30) is None
    job.extend(60)
    del job
    worker.reserve(30).finish("done")
    assert store.jobs.find(put.id).result == "done"


def test_the_library_s_own_kinds_are_told():
    kinds = pixelfox.job_kinds()
    assert kinds["image_processing"] and len(kinds) > 3
    assert pixelfox.sqlite_version.startswith("3.")


def test_jobs_are_listed_counted_cancelled_and_unique(store):
    first = store.jobs.put("a_kind", unique="only", delay=60)
    with pytest.raises(pixelfox.ExistsError):
        store.jobs.put("a_kind", unique="only")
    second = store.jobs.put("a_kind", delay=60)
    assert [job.id for job in store.jobs.list(kind="a_kind")] == [second.id, first.id]
    assert [job.id for job in store.jobs.list(cursor=next(iter(store.jobs)).cursor)] == [first.id]
    assert store.jobs.count(kind="a_kind") == 2
    store.jobs.cancel(first.id)
    assert store.jobs.count(kind="a_kind", state=pixelfox.JobState.CANCELLED) == 1
    store.jobs.pause("a_kind")
    store.jobs.resume("a_kind")
    with pytest.raises(TypeError):
        store.jobs.put(None)


def test_events_come_in_order_and_go_on_from_a_cursor(store, picture):
    store.put(picture, owner="ada").wait()
    events = list(store.events(timeout=0))
    assert [event.kind for event in events] == ["image_uploaded", "image_processed"]
    assert list(store.events(events[0].cursor, timeout=0)) == events[1:]
    assert store.newest_cursor() == events[1].cursor
    with pytest.raises(pixelfox.InvalidError, match="none of this store"):
        list(store.events("9", timeout=0))


def test_a_loop_over_events_wakes_for_one_and_ends_with_the_store(store, picture):
    seen = []

    def follow():
        seen.extend(event.kind for event in store.events())

    thread = threading.Thread(target=follow)
    thread.start()
    store.put(picture, owner="ada")
    wait_for(lambda: seen == ["image_uploaded"])
    store.close()
    thread.join(5)
    assert not thread.is_alive()


def test_asyncio_gets_events_while_its_loop_goes_on(store):
    async def main():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        async def follow(count):
            kinds = []
            async for event in store.events():
                kinds.append(event.kind)
                if len(kinds) == count:
                    return kinds

        ticking = asyncio.ensure_future(tick())
        following = [asyncio.ensure_future(follow(6)) for _ in range(2)]
        for seed in range(3):
            image = await asyncio.to_thread(store.put, make_picture(64, 48, seed), owner="ada")
            await asyncio.to_thread(image.wait)
        answers = await asyncio.wait_for(asyncio.gather(*following), 20)
        ticking.cancel()
        return answers, ticks

    answers, ticks = asyncio.run(main())
    assert all(sorted(kinds) == ["image_processed"] * 3 + ["image_uploaded"] * 3 for kinds in answers)
    assert ticks > 3


def test_an_asynchronous_loop_ends_with_the_store_and_its_timeout(store):
    async def drain(timeout):
        return [event async for event in store.events(timeout=timeout)]

    assert asyncio.run(drain(0.05)) == []
    store.close()
    assert asyncio.run(drain(None)) == []


def test_a_tripped_token_ends_a_wait(store):
    cancel = pixelfox.Cancel()
    threading.Timer(0.1, cancel.trip).start()
    with pytest.raises(pixelfox.CancelledError):
        store.wait(cancel=cancel)
    assert cancel.tripped
    with pytest.raises(pixelfox.CancelledError):
        store.put(b"", owner="ada", cancel=cancel)


def test_a_wait_that_takes_too_long_is_a_timeout(store):
    with pytest.raises(TimeoutError):
        store.wait(0.02)


def test_a_pool_is_added_changed_tested_and_removed(store, tmp_path):
    (tmp_path / "big").mkdir()
    pool = store.pools.add("big", path=tmp_path / "big", tier="warm", max_bytes=1 << 30)
    assert [pool.name for pool in store.pools] == ["big", "local"]
    assert (pool.tier, pool.max_bytes, pool.type) == ("warm", 1 << 30, "local")
    assert all(check.ok for check in store.pools.test("big"))
    assert store.pools.update(pool, priority=7).priority == 7
    with pytest.raises(pixelfox.ConflictError):
        store.pools.update(pool, priority=8)
    with pytest.raises(pixelfox.NotFoundError, match="priority"):
        store.pools.update("big", priorty=8)
    store.pools.remove("big")
    with pytest.raises(pixelfox.NotFoundError):
        store.pools["big"]


def test_the_choice_of_a_pool_needs_no_store():
    small = pixelfox.Pool("small", path="/a", max_bytes=10)
    big = pixelfox.Pool("big", path="/b", max_bytes=1 << 20)
    assert pixelfox.pick([small, big], 100, pixelfox.PickPolicy.FILL) is big
    with pytest.raises(pixelfox.FullError, match="small"):
        pixelfox.pick([small], 100)


def test_a_verification_tells_what_is_missing(store, picture):
    image = store.put(picture, owner="ada").wait()
    verification = store.verify()
    assert list(verification) == [] and verification.totals["images"] == 1
    os.unlink(image.variants[0].path)
    findings = list(store.verify(pixelfox.Verify.DEEP))
    assert [(finding.kind, finding.key) for finding in findings] == [("missing", image.variants[0].key)]


def test_metrics_are_prometheus_text(store, picture):
    store.put(picture, owner="ada")
    assert "# TYPE pixelfox_puts_total counter" in store.metrics()


def test_a_recipe_of_the_store_is_one_more_variant(store, picture):
    store.add_recipe(pixelfox.Recipe("square", output="jpeg", fit="cover", width_px=50, height_px=50))
    variant = store.put(picture, owner="ada").wait().variant("square")
    assert (variant.width_px, variant.height_px, variant.type) == (50, 50, "image/jpeg")
    store.remove_recipe("square")
    with pytest.raises(pixelfox.NotFoundError):
        store.remove_recipe("square")


def test_a_picture_is_rendered_without_a_store(photo, picture):
    webp, = pixelfox.render(photo, kinds=["webp"], render_webp_quality=50)
    assert webp.read()[:4] == b"RIFF" and webp.key is None
    renderer = pixelfox.Renderer(recipes=[pixelfox.Recipe("icon", fit="box", width_px=32, height_px=32)])
    assert renderer.run(picture)[0].width_px == 32
    with pytest.raises(pixelfox.Error):
        renderer.run(picture[:2000])
    assert renderer.failure_rule == "truncated"
    assert renderer.run(picture)[0].kind == "icon"


def test_keys_follow_the_instant_of_acceptance():
    id = "01890a5d-ac96-774b-bcce-b302099a8057"
    assert pixelfox.layout.original(0, id, "jpg") == f"original/1970/01/01/{id}.jpg"
    assert pixelfox.layout.variant(0, id, "webp", "small") == f"variants/1970/01/01/{id}_small.webp"
    assert pixelfox.layout.variant(0, id, "avif") == f"variants/1970/01/01/{id}.avif"
    with pytest.raises(pixelfox.InvalidError):
        pixelfox.layout.original(0, "../x", "jpg")
