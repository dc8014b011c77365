#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""cells: what the comparison measures, with the ratios to reach. Nothing else knows these numbers.

usage: tests/bench/cells.py uml|qemu [--short] [--repeats N]

Prints the plan that guest/kbench.sh follows, one step a line:
    setup ALGORITHM [LEVEL]     devices made anew with this algorithm
    targets LIMIT...            the codecs that join the devices as limits
    fill|verify KIND            all sectors written | read and compared
    run WORDS                   handed to the kernel module as it is

A cell is one line of the result: time of the subject / time of zram for the same work. must and aim
are upper bounds of that ratio; None where the figure is only reported.
"""
import argparse
import re
import sys
from collections import namedtuple

Cell = namedtuple('Cell', 'name algorithm mode op data jobs single pages slices must aim')

KIND_LABEL = {'real': '', 'random': 'incompressible ', 'same': 'same-filled '}
MODE_LABEL = {
    'sync': 'random {op} 4k sync',
    'plugged': 'random {op} 4k sync in a plug',
    'batch32': 'random {op} 4k batch32',
    'batch32-hint': 'random {op} 4k batch32 nr_ios',
    'seq128k': 'sequential {op} 128k',
    'seq1m': 'sequential {op} 1m',
}
# Pages in a slice and slices in a repeat. A slice of one to five milliseconds is long for the clock
# and short for the host's scheduler: most of them run without an interruption, and the median sees
# those. Fewer than some hundred real pages and the branch predictor knows them by heart when the
# next target comes.
PAGES = {'read': 1024, 'write': 512, 'mixed': 512}
SAME_PAGES = 4096
SLICES = {'read': 14, 'write': 16, 'mixed': 16}


def cell(algorithm, mode, op, data='real', must=None, aim=None, jobs=1, single=''):
    name = KIND_LABEL[data] + MODE_LABEL[mode].format(op=op)
    if single:
        name += ' 1 job to %d' % jobs
    elif jobs > 1:
        name += ' %d jobs' % jobs
    pages = SAME_PAGES if data == 'same' else PAGES[op]
    return Cell(name, algorithm, mode, op, data, jobs, single, pages, SLICES[op], must, aim)


def uml_cells():
    """One CPU, kernel code at native speed."""
    cells = [
        cell('lz4', 'sync', 'read', must=1.00, aim=0.90),
        cell('lz4', 'batch32', 'read', must=0.95, aim=0.85),
        cell('lz4', 'batch32-hint', 'read', must=0.95, aim=0.85),
        cell('lz4', 'sync', 'write', must=0.95, aim=0.85),
        cell('lz4', 'batch32', 'write', must=0.92, aim=0.82),
        cell('lz4', 'batch32-hint', 'write', must=0.92, aim=0.82),
        cell('lz4', 'plugged', 'read'),
        cell('lz4', 'plugged', 'write'),
    ]
    for mode in ('seq128k', 'seq1m'):
        for op in ('read', 'write'):
            cells.append(cell('lz4', mode, op, must=0.92, aim=0.82))
    for mode in ('sync', 'batch32', 'seq1m'):
        cells.append(cell('lz4', mode, 'write', 'random', must=0.85, aim=0.70))
        cells.append(cell('lz4', mode, 'read', 'random'))
    for op in ('read', 'write'):
        cells.append(cell('lz4', 'sync', op, 'same', must=1.40, aim=1.15))
        for mode in ('batch32', 'batch32-hint', 'seq128k', 'seq1m'):
            cells.append(cell('lz4', mode, op, 'same', must=1.05, aim=0.90))
    for level in ('zstd:1', 'zstd:3'):
        for mode in ('sync', 'batch32', 'seq1m'):
            for op in ('read', 'write'):
                cells.append(cell(level, mode, op, must=1.00, aim=0.90))
    return cells


def qemu_cells():
    """Two CPUs, Debian's own kernel: what needs a second CPU."""
    return [
        cell('lz4', 'seq1m', 'write', must=0.72, aim=0.60),
        cell('lz4', 'seq1m', 'write', jobs=2),
        # One submitter against zram with two threads.
        cell('lz4', 'seq1m', 'write', jobs=2, single='zblk0', must=1.05),
        cell('lz4', 'seq1m', 'read'),
        cell('lz4', 'sync', 'read'),
        cell('lz4', 'sync', 'write'),
        cell('lz4', 'sync', 'mixed', jobs=2, must=1.00, aim=0.90),
        cell('lz4', 'batch32', 'mixed', jobs=2, must=1.00, aim=0.90),
    ]


def allocator_cells():
    """The allocator by itself: one object allocated and one freed, in a full pool."""
    return [
        Cell('allocate and free, 1 thread', 'zsmalloc', 'sync', 'write', 'real', 1, '',
             PAGES['write'], SLICES['write'], 1.00, None),
        Cell('allocate and free, 2 threads', 'zsmalloc', 'sync', 'write', 'real', 2, '',
             PAGES['write'], SLICES['write'], 1.00, None),
    ]


# The short form of `make check`: one cell of each shape, the pure path included.
SHORT = {
    'random read 4k sync', 'random write 4k sync', 'random read 4k batch32',
    'random write 4k batch32', 'sequential write 1m', 'sequential read 1m',
    'incompressible random write 4k sync', 'same-filled random write 4k batch32',
}

# Measured in other ways than by the kernel module: guest/fio.sh, guest/swap.sh, guest/compile.sh.
SCRIPTED = {
    'swap-out, global pressure': (0.95, 0.80),
    'swap-out, cgroup': (0.95, 0.80),
    'swap-in, page-cluster 0': (1.05, 0.90),
    'compile in a cgroup at 60 %': (1.00, 0.90),
}

# The driver's own work on a sync read, over the codec's: (must, aim), as time / time of the codec.
OVERHEAD_CELL = 'random read 4k sync'
OVERHEAD = (1.50, 1.25)


def cells_of(vehicle, short=False, only=''):
    cells = {'uml': uml_cells, 'qemu': qemu_cells}[vehicle]() + allocator_cells()
    if short:
        cells = [c for c in cells if c.algorithm == 'lz4' and c.name in SHORT]
    return [c for c in cells if re.search(only, c.name + ' ' + c.algorithm)]


def scripted_cells(only=''):
    return [name for name in SCRIPTED if re.search(only, name + ' lz4')]


def latency_runs(short, only):
    return [] if short or only else [('read', 'real'), ('write', 'real')]


def plan(vehicle, short, only, repeats):
    cells = cells_of(vehicle, short, only)
    for algorithm in dict.fromkeys(c.algorithm for c in cells):
        if algorithm == 'zsmalloc':
            yield 'allocators'
        else:
            yield 'setup ' + algorithm.replace(':', ' ')
            yield 'targets memcpy same ' + algorithm
        for data in ('real', 'random', 'same'):
            group = [c for c in cells if (c.algorithm, c.data) == (algorithm, data)]
            if not group:
                continue
            yield 'fill ' + data
            # Reads first: they find what the fill has laid down, not what rewriting left.
            for c in sorted(group, key=lambda c: c.op != 'read'):
                yield ('run mode=%s op=%s data=%s repeats=%d slices=%d pages=%d jobs=%d%s' %
                       (c.mode, c.op, c.data, repeats, c.slices, c.pages, c.jobs,
                        ' single=' + c.single if c.single else ''))
            if algorithm == 'lz4' and data == 'real':
                for op, kind in latency_runs(short, only):
                    yield ('run mode=latency op=%s data=%s repeats=%d slices=%d pages=1024' %
                           (op, kind, repeats, SLICES[op]))
            if algorithm != 'zsmalloc':
                yield 'verify ' + data


def main():
    parser = argparse.ArgumentParser(description='Print the plan of measurements.')
    parser.add_argument('vehicle', choices=('uml', 'qemu'))
    parser.add_argument('--short', action='store_true')
    parser.add_argument('--only', default='', metavar='REGEX')
    parser.add_argument('--repeats', type=int, default=9)
    parser.add_argument('--scripted', action='store_true',
                        help='not the plan, but the names of the cells that have a script')
    args = parser.parse_args()
    if args.scripted:
        print('\n'.join(scripted_cells(args.only)))
        return 0
    for line in plan(args.vehicle, args.short, args.only, args.repeats):
        print(line)
    return 0


if __name__ == '__main__':
    sys.exit(main())
