# SPDX-License-Identifier: Apache-2.0
import datetime
import hashlib
import io
import mmap
import os
import pickle

import pixelfox
import pytest
from conftest import make_picture
from PIL import Image


def test_a_picture_gets_its_eight_variants(tmp_path, photo):
    with pixelfox.open(tmp_path / "gallery") as store:
        image = store.put(photo, owner="ada").wait()
        assert image.state == pixelfox.ImageState.READY
        assert [v.kind for v in image.variants] == [
            "webp", "avif", "thumbnail_small_webp", "thumbnail_small_avif", "thumbnail_small_original",
            "thumbnail_medium_webp", "thumbnail_medium_avif", "thumbnail_medium_original"]
        for variant in image.variants:
            assert hashlib.sha256(variant.read()).hexdigest() == variant.sha256
        with Image.open(image.variants[0].path) as seen:
            assert (seen.format, seen.size) == ("WEBP", (320, 240))


def test_an_image_tells_what_it_is(store, photo, picture):
    image = store.put(photo, owner="ada")
    assert (image.owner, image.title, image.type) == ("ada", "photo.jpg", "image/jpeg")
    assert (image.width_px, image.height_px, image.frame_count) == (320, 240, 1)
    assert image.bytes == len(picture)
    assert image.sha256 == hashlib.sha256(picture).hexdigest()
    assert image.key == pixelfox.layout.original(image.created_ms, image.id, "jpg")
    assert image.visibility is pixelfox.Visibility.PRIVATE
    assert image.failure is None and image.failure_status is pixelfox.Status.OK
    assert abs(image.created - datetime.datetime.now(datetime.timezone.utc)).total_seconds() < 60
    assert isinstance(image.metadata, dict)
    assert image.id in repr(image)


@pytest.mark.parametrize("wrap", [
    bytes, bytearray, memoryview, io.BytesIO,
    lambda data: memoryview(b"x" + data + b"x")[1:-1],
], ids=["bytes", "bytearray", "memoryview", "file", "slice"])
def test_bytes_of_any_kind_are_put_as_they_are(store, picture, wrap):
    image = store.put(wrap(picture), owner="ada")
    assert bytes(image.read()) == picture


def test_a_mapped_file_and_a_descriptor_are_put_as_they_are(store, photo, picture):
    with open(photo, "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert store.put(mapped, owner="map").bytes == len(picture)
        assert store.put(file.fileno(), owner="fd").bytes == len(picture)


def test_a_path_may_be_a_pathlike_and_hold_any_byte(store, tmp_path, picture):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9 \xf0\x9f\x98\x80.jpg")
    with open(path, "wb") as file:
        file.write(picture)
    assert store.put(os.fsdecode(path), owner="ada").bytes == len(picture)


@pytest.mark.parametrize("source", [3.5, None, object(), ["a"]])
def test_what_is_no_picture_s_source_is_refused(store, source):
    with pytest.raises(TypeError):
        store.put(source, owner="ada")


def test_a_text_with_a_zero_inside_is_refused_and_not_cut(store, picture):
    with pytest.raises(ValueError):
        store.put(picture, owner="a\0b")
    with pytest.raises(ValueError):
        store.put("photo\0.jpg", owner="ada")


def test_more_can_be_said_of_a_picture(store, photo):
    image = store.put(photo, owner="ada", title="Sea", visibility=pixelfox.Visibility.PUBLIC,
                      trace_id="r1", outputs={"webp": False})
    assert (image.title, image.visibility, image.trace_id) == ("Sea", pixelfox.Visibility.PUBLIC, "r1")
    assert {v.skip_reason for v in image.wait().variants if "webp" in v.kind} == {"disabled"}


def test_the_title_of_a_path_of_which_more_is_said_is_its_name(store, photo):
    assert store.put(photo, owner="ada", trace_id="r1").title == "photo.jpg"


def test_the_same_bytes_are_the_owner_s_first_image(store, picture):
    first = store.put(picture, owner="ada")
    again = store.put(picture, owner="ada")
    assert again.id == first.id and again.is_duplicate and not first.is_duplicate
    assert store.put(picture, owner="bob").id != first.id


def test_a_checksum_that_does_not_fit_stores_nothing(store, picture):
    with pytest.raises(pixelfox.CorruptError):
        store.put(picture, owner="ada", sha256="0" * 64)
    assert list(store) == []


def test_what_failed_is_an_exception_of_its_own_and_a_builtin(store, tmp_path):
    with pytest.raises(pixelfox.UnsupportedError) as caught:
        store.put(b"hello", owner="ada")
    assert isinstance(caught.value, ValueError)
    assert caught.value.status == pixelfox.Status.UNSUPPORTED
    assert not caught.value.retryable
    for more in ({}, {"title": "x"}):
        with pytest.raises(FileNotFoundError) as caught:
            store.put(tmp_path / "absent.jpg", owner="ada", **more)
        assert isinstance(caught.value, pixelfox.NotFoundError)
        assert "absent.jpg" in str(caught.value)


def test_every_status_has_a_class_that_can_be_pickled():
    statuses = set(pixelfox.Status) - {pixelfox.Status.OK}
    kinds = {kind.status: kind for kind in pixelfox.Error.__subclasses__()}
    assert set(kinds) == statuses
    for kind in kinds.values():
        error = kind("words", 2, 28, 7)
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), copy.origin, copy.code, copy.retry_after_s) == (
            kind, "words", pixelfox.Origin.POOL, 28, 7)
        assert getattr(pixelfox, kind.__name__) is kind


def test_errors_have_an_http_status():
    assert pixelfox.NotFoundError("x").http_status == 404
    assert pixelfox.FullError("x").http_status == 507
    assert pixelfox.LimitError("x").http_status == 413
    assert pixelfox.LimitError("x", retry_after_s=3).http_status == 429
    assert pixelfox.BusyError("x").http_status == pixelfox.ClosedError("x").http_status == 503
    assert pixelfox.InternalError("x").http_status == pixelfox.Error("x").http_status == 500


def test_bytes_are_read_without_a_copy_and_outlive_everything(tmp_path, picture):
    with pixelfox.open(tmp_path / "gallery") as store:
        whole = store.put(picture, owner="ada").read()
    del store
    assert whole.readonly and bytes(whole) == picture
    assert type(whole.obj).__name__ == "Bytes"


def test_a_stored_file_is_a_file_object(store, picture):
    image = store.put(picture, owner="ada").wait()
    with image.open() as file:
        assert file.read() == picture
        assert file.seek(-10, io.SEEK_END) == len(picture) - 10 and file.read() == picture[-10:]
        assert file.seek(5) == 5 and file.read(7) == picture[5:12]
        assert file.read(0) == b"" and file.seekable() and not file.writable()
        with pytest.raises(ValueError):
            file.seek(-1)
    assert len(image.open(reader=pixelfox.Reader.PUBLIC).read()) == len(picture)
    with Image.open(image.variant("webp").open()) as webp:
        assert webp.size == (320, 240)
    with pytest.raises(pixelfox.NotFoundError):
        image.variant("avif").read()


def test_a_part_is_read(store, picture):
    image = store.put(picture, owner="ada")
    assert bytes(image.read(10, 20)) == picture[10:30]
    assert bytes(image.read(len(picture) - 3, 20)) == picture[-3:]
    assert bytes(image.read(len(picture))) == b""
    assert bytes(image.read(0, 0)) == b""


def test_changes_show_in_the_answer_and_a_stale_image_is_told(store, picture):
    old = store.put(picture, owner="ada")
    new = old.set_title("Sea").set_description("Waves").set_visibility(pixelfox.Visibility.UNLISTED)
    assert (new.title, new.description, new.visibility) == ("Sea", "Waves", pixelfox.Visibility.UNLISTED)
    assert old.title is None
    with pytest.raises(pixelfox.ConflictError):
        old.set_title("Land")
    new.add_view()
    assert new.reload().view_count == 1


def test_a_list_is_newest_first_and_goes_on_from_a_cursor(store):
    made = [store.put(make_picture(64, 48, seed), owner="ada" if seed % 2 else "bob")
            for seed in range(1, 7)]
    # Ids decide between images of one millisecond.
    newest = sorted(made, key=lambda image: (image.created_ms, image.id), reverse=True)
    assert [image.id for image in store] == [image.id for image in newest]
    assert {image.owner for image in store.list(owner="ada")} == {"ada"}
    images = store.list()
    first = [next(images).id, next(images).id]
    rest = [image.id for image in store.list(cursor=images.cursor)]
    assert first + rest == [image.id for image in newest]
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    assert list(store.list(since=later)) == []
    assert len(list(store.list(until=later))) == 6
    with pytest.raises(ValueError):
        store.list(since=datetime.datetime.now())


def test_a_listed_image_has_its_variants_and_metadata(store, picture):
    store.put(picture, owner="ada").wait()
    listed = next(store.list())
    assert len(listed.variants) == 8
    assert listed.variant("webp").width_px == 320
    assert listed.variant("none") is None
    assert isinstance(listed.metadata, dict)


def test_a_removed_image_is_hidden_at_once(store, picture):
    image = store.put(picture, owner="ada")
    image.remove()
    image.remove()
    assert list(store) == []
    assert image.reload().state is pixelfox.ImageState.DELETED
    store.put(picture, owner="bob")
    store.remove_owner("bob")


def test_an_upload_comes_in_pieces(store, picture):
    with store.upload("ada", title="Sea", size=len(picture)) as upload:
        for at in range(0, len(picture), 1000):
            upload.append(picture[at:at + 1000])
        assert upload.offset == len(picture)
        image = upload.finish()
    assert image.title == "Sea" and bytes(image.read()) == picture
    with pytest.raises(pixelfox.InvalidError):
        upload.append(b"more")


def test_an_upload_that_is_not_finished_leaves_nothing(store, picture):
    with store.upload("ada") as upload:
        upload.append(picture)
    assert list(store) == []
    assert store.pools["local"].held_bytes == 0


def test_a_file_object_s_own_error_comes_out_and_nothing_is_stored(store, picture):
    class Broken(io.RawIOBase):
        def __init__(self):
            self.left = [picture[:1000]]

        def read(self, size=-1):
            if not self.left:
                raise KeyError("mine")
            return self.left.pop()

    with pytest.raises(KeyError, match="mine"):
        store.put(Broken(), owner="ada")
    assert list(store) == []


def test_of_a_file_object_so_many_bytes_are_read_and_fewer_are_none(store, picture):
    stream = io.BytesIO(picture + b"the next request")
    assert bytes(store.put(stream, owner="ada", size=len(picture)).wait().read()) == picture
    assert stream.read() == b"the next request"
    with pytest.raises(pixelfox.InvalidError, match=f"ended after {len(picture) - 5} of {len(picture)} bytes"):
        store.put(io.BytesIO(picture[:-5]), owner="bob", size=len(picture))
    assert list(store.list(owner="bob")) == []
    assert store.pools["local"].held_bytes == 0
    with pytest.raises(TypeError, match="size is for file objects"):
        store.put(picture, owner="bob", size=len(picture))


def test_a_closed_store_says_so(tmp_path, picture):
    store = pixelfox.open(tmp_path / "gallery")
    image = store.put(picture, owner="ada")
    store.close()
    store.close()
    for call in (lambda: store.find(image.id), image.wait, image.read, store.metrics, lambda: list(store)):
        with pytest.raises(pixelfox.ClosedError):
            call()
    assert image.owner == "ada"


def test_any_order_of_letting_go_is_right(tmp_path, picture):
    store = pixelfox.open(tmp_path / "gallery", render_avif_enabled=False)
    image = store.put(picture, owner="ada").wait()
    variant, listing, upload = image.variants[0], store.list(), store.upload("ada")
    del image
    assert len(variant.read()) == variant.bytes
    store.close()
    del store
    assert variant.kind == "webp"
    del listing, variant, upload
