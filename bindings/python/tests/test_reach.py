# SPDX-License-Identifier: Apache-2.0
"""What the public headers have is there in Python, too."""
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[1]
HEADERS = SOURCE.parents[1] / "include" / "pixelfox"

#: Functions that the package has no use for, and why.
NOT_CALLED = {
    "pxf_bytes_copy": "Python's bytes go in as they are",
    "pxf_bytes_data": "the buffer protocol of _clib.Bytes",
    "pxf_bytes_size": "the buffer protocol of _clib.Bytes",
    "pxf_config_set_log": "_clib.set_log calls it",
    "pxf_image_put_fd": "a descriptor is read as a file object, so that signals are seen in between",
    "pxf_status_name": "Status has the names",
}
#: A handle's capsule ends it.
ENDED_BY_ITS_CAPSULE = re.compile(r"pxf_\w+_free|pxf_store_close")


def test_every_function_of_the_headers_is_called_or_has_a_reason():
    declared = {name for header in HEADERS.glob("*.h")
                for name in re.findall(r"^PXF_API\s[^;]*?\b(pxf_\w+)\(", header.read_text(), re.M)}
    assert len(declared) > 200
    package = "".join(path.read_text() for path in (SOURCE / "pixelfox").glob("*.py"))
    called = set(re.findall(r"\b_clib\.(pxf_\w+)", package))
    capsules = set(re.findall(r"OWNED\(\w+, (pxf_\w+)\)", (SOURCE / "pixelfox" / "clib_support.c").read_text()))
    ended = {name for name in declared if ENDED_BY_ITS_CAPSULE.fullmatch(name)} - {"pxf_bytes_free"}
    assert ended == capsules
    assert called - declared == set()
    assert declared - called - ended - {"pxf_bytes_free"} == set(NOT_CALLED)
    assert called & set(NOT_CALLED) == set()


def test_every_enumeration_has_all_values_of_its_header():
    text = "".join(path.read_text() for path in HEADERS.glob("*.h"))
    enumerations = set(re.findall(r"typedef enum (pxf_\w+)", text))
    assert enumerations - {"pxf_status", "pxf_origin", "pxf_level", "pxf_image_state", "pxf_visibility", "pxf_reader",
                           "pxf_job_state", "pxf_pick_policy", "pxf_verify"} == {
        # Fields of pools and recipes, and MIME types, are words in Python.
        "pxf_tier", "pxf_pool_type", "pxf_pool_state", "pxf_format", "pxf_fit"}
