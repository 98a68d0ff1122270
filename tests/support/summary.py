#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the tests in meson's testlog.json: prints "PASSED FAILED SKIPPED", and on standard error
what failed and why the rest was skipped. cmocka, pytest and go programs say their own numbers; any
other program is one test. A program that failed, or that ran none, counts as at least one failure."""
import json
import re
import sys

COUNTS = {
    "passed": [r"\[  PASSED  \] (\d+) test", r"(\d+) passed", r"()--- PASS: "],
    "failed": [r"\[  FAILED  \] (?:\w+: )?(\d+) test", r"(\d+) failed", r"()--- FAIL: "],
    "skipped": [r"\[  SKIPPED \] (?:\w+: )?(\d+) test", r"(\d+) skipped", r"()--- SKIP: "],
}

REASON = re.compile(r"^(?:skipped: |SKIPPED \[\d+\] |--- SKIP: ).*", re.M)


def count(kind, text):
    """The first pattern that a program's output matches is its way of counting."""
    for pattern in COUNTS[kind]:
        found = re.findall(pattern, text)
        if found:
            return sum(int(number) if number else 1 for number in found)
    return 0


def main():
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    try:
        lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
    except OSError:
        print("0 1 0")
        return
    for line in lines:
        test = json.loads(line)
        text = test.get("stdout", "") + test.get("stderr", "")
        numbers = {kind: count(kind, text) for kind in totals}
        if test["returncode"] == 77:
            numbers = {"passed": 0, "failed": 0, "skipped": 1}
        elif test["result"] != "OK":
            numbers["failed"] = max(numbers["failed"], 1)
            print(f"--- {test['name']}: {test['result']}", file=sys.stderr)
            print(text[-6000:], file=sys.stderr)
        elif sum(numbers.values()) == 0:
            numbers["passed"] = 1
        for reason in REASON.findall(text) if numbers["skipped"] else []:
            print(f"   {test['name'].split(' / ')[-1]}: {reason.strip()}", file=sys.stderr)
        for kind in totals:
            totals[kind] += numbers[kind]
    print(totals["passed"], totals["failed"], totals["skipped"])


main()
