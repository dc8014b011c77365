#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ktap: one line a test case from a kernel console that holds KUnit's output.

usage: tests/kunit/ktap.py CONSOLE

Prints "ok SUITE.CASE", "not ok SUITE.CASE" or "skip SUITE.CASE (reason)"; under a failed one,
indented, what the kernel printed since the case before it. A suite that stops in the middle,
promises more cases than it reports, or fails as a whole (its set-up, for one) is a failure with a
line of its own, so that a guest that dies in a test can never look like a guest that passed.
Parameters of a parametrised case are part of their case.

Exit codes: 0 all passed, 1 something failed, 2 bad usage, 3 no case was run.
"""
import re
import sys

RESULT = re.compile(r'^(?P<indent> *)(?P<verdict>ok|not ok) \d+ (?:- )?(?P<name>[^#]*?)'
                    r'(?: # (?P<note>.*))?$')
PLAN = re.compile(r'^    1\.\.(\d+)$')
SUBTEST = re.compile(r'^    # Subtest: (\S+)$')
NOISE = re.compile(r'^ *(KTAP version \d+|1\.\.\d+|# Subtest: .*|# module: .*|# \S+: pass:.*|'
                   r'# Totals: .*)$')
CASE_INDENT = 4


class Suite:
    def __init__(self, name):
        self.name = name
        self.planned = None
        self.seen = 0
        self.failed = 0


class Reader:
    def __init__(self):
        self.suite = None
        self.context = []
        self.cases = 0
        self.failures = 0

    def fail(self, name, lines):
        print('not ok ' + name)
        for line in lines:
            print('    ' + line)
        self.failures += 1

    def case(self, verdict, name, note):
        self.cases += 1
        self.suite.seen += 1
        full = '%s.%s' % (self.suite.name, name)
        if note and note.startswith('SKIP'):
            print('skip %s (%s)' % (full, note[4:].strip() or 'no reason given'))
        elif verdict == 'ok':
            print('ok ' + full)
        else:
            self.suite.failed += 1
            self.fail(full, self.context)

    def close(self, verdict):
        suite = self.suite
        if suite.planned is not None and suite.seen != suite.planned:
            self.fail(suite.name, ['%d cases announced, %d reported' % (suite.planned, suite.seen)])
        elif verdict == 'not ok' and not suite.failed:
            self.fail(suite.name, self.context or ['the suite failed as a whole'])
        self.suite = None

    def line(self, text):
        subtest, plan, result = SUBTEST.match(text), PLAN.match(text), RESULT.match(text)
        if subtest:
            self.end_of_input()
            self.suite = Suite(subtest.group(1))
            self.context = []
        elif self.suite and plan and self.suite.planned is None:
            self.suite.planned = int(plan.group(1))
        elif self.suite and result and len(result.group('indent')) == CASE_INDENT:
            self.case(result.group('verdict'), result.group('name').strip(), result.group('note'))
            self.context = []
        elif self.suite and result and not result.group('indent'):
            self.close(result.group('verdict'))
            self.context = []
        elif not NOISE.match(text):
            self.context.append(text.strip())

    def end_of_input(self):
        if self.suite:
            self.fail(self.suite.name, ['stopped after %d cases' % self.suite.seen] +
                      self.context[:60])
            self.suite = None


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        print('usage: tests/kunit/ktap.py CONSOLE', file=sys.stderr)
        return 2
    reader = Reader()
    with open(sys.argv[1], errors='replace') as console:
        for text in console:
            reader.line(text.rstrip('\n'))
    reader.end_of_input()
    if reader.failures:
        return 1
    return 0 if reader.cases else 3


if __name__ == '__main__':
    sys.exit(main())
