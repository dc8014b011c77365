#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""report: turns what one run of density measured into tables, a JSON file and data for charts.

usage: tests/density/report.py [--quick] [--strict] [--json FILE] [--tables DIR] RAW [USERSPACE]

RAW is what guest.sh wrote, USERSPACE the JSON lines of tests/unit/density. A cell is a pool size,
an algorithm and a scenario; its limit is zblk's. With --strict every limit of memory held and of
bytes moved is a check; the ratio of write times is printed only, since one run on a busy machine
says little about a 99th percentile.

Exit codes: 0 fine; 1 with --strict a limit was missed; 2 bad usage; 3 a cell was not measured.
"""
import argparse
import json
import os
import statistics
import sys

SCENARIOS = ('filled', 'churn', 'shrunk', 'compacted', 'shifted')
LARGE = dict(zip(SCENARIOS, (1.02, 1.05, 1.06, 1.04, 1.06)))
LIMITS = {16: dict(zip(SCENARIOS, (1.03, 1.06, 1.07, 1.05, 1.07))), 256: LARGE, 4096: LARGE}
MOVED_LIMIT = 2.0       # bytes moved for each byte written, in churn
P99_LIMIT = 1.3         # 99th percentile of churned writes / of fresh ones
EMPTY_LIMIT = 64 << 10  # bytes that a large empty device holds
THIN_LIMIT = 0.15 * 2**30 / 2**40       # slot table / device, one percent of it written

# Columns of the chart's totals: what is held, in the order in which it is stacked.
PARTS = ('lost_bytes', 'structures_bytes', 'slot_table_bytes', 'per_cpu_bytes')


def fields(line):
    """Words NAME=VALUE of a line, with numbers as numbers."""
    result = {}
    for word in line.split():
        name, found, value = word.partition('=')
        if found:
            try:
                result[name] = float(value) if '.' in value else int(value)
            except ValueError:
                result[name] = value
    return result


def key_of(value):
    return {'device': value['device'], 'pool_mib': value['pool_mib'],
            'algorithm': value['algorithm']}


def with_limit(row):
    """Adds the limits, which are zblk's, and whether they are kept."""
    ours = row['device'] == 'zblk'
    limit = LIMITS.get(row['pool_mib'], {}).get(row['scenario']) if ours else None
    row['limit'] = limit
    row['met'] = None if limit is None else row['ram_per_payload'] <= limit
    if ours and row['scenario'] == 'churn':
        row['moved_limit'] = MOVED_LIMIT
        row['moved_met'] = row['moved_per_written'] <= MOVED_LIMIT
    return row


def guest_row(value):
    row = dict(key_of(value), scenario=value['scenario'], vehicle='qemu',
               ram_per_payload=value['ratio'])
    for name in ('payload', 'lost', 'structures', 'per_cpu'):
        row[name + '_bytes'] = value[name]
    row['ram_bytes'] = value['total']
    row['slot_table_bytes'] = value['table']
    row['written_bytes'] = value['written']
    moves = value['device'] == 'zblk'
    row['moved_bytes'] = value['moved'] if moves else None
    row['moved_per_written'] = (value['moved'] / value['written']
                                if moves and value['written'] else None)
    row['worker_seconds'] = value['worker_ns'] / 1e9
    row['settle_seconds'] = value['settle_s']
    for name in ('p50_ns', 'p99_ns'):
        row['write_' + name] = value[name] or None
    return row


def mean_row(rows):
    """What was measured several times, with other random numbers each time."""
    ratios = [row['ram_per_payload'] for row in rows]
    result = {name: statistics.mean(row[name] for row in rows)
              if isinstance(value, (int, float)) else value for name, value in rows[0].items()}
    return with_limit(dict(result, pool_mib=rows[0]['pool_mib'], turns=len(rows),
                           ram_per_payload_min=min(ratios), ram_per_payload_max=max(ratios)))


def userspace_row(value):
    wrote = value['scenario'] in ('filled', 'churn', 'shifted')
    return with_limit(dict(
        key_of(value), scenario=value['scenario'], vehicle='userspace',
        ram_per_payload=value['ram_per_payload'],
        moved_per_written=value['moved_per_written'] if wrote else None,
        settle_seconds=value['settle_ms'] / 1000,
        background_ns_per_op=value['background_ns_per_op']))


def latency_row(blocks):
    """Time of writes that replace others, beside that of first writes in the same seconds.

    All figures are medians over the blocks, those of ratios too: blocks that were disturbed by what
    else the host does are few, but would make up most of a 99th percentile over all.
    """
    row = key_of(blocks[0])
    row['writes'] = sum(block['writes'] for block in blocks)
    for name in ('p50_ns', 'p99_ns', 'fresh_p50_ns', 'fresh_p99_ns'):
        row[name] = statistics.median(block[name] for block in blocks)
    for name in ('p50', 'p99'):
        row[name + '_ratio'] = statistics.median(
            block[name + '_ns'] / block['fresh_%s_ns' % name] for block in blocks)
    row['limit'] = P99_LIMIT if row['device'] == 'zblk' else None
    row['met'] = None if row['limit'] is None else row['p99_ratio'] <= P99_LIMIT
    return row


def kmalloc_of(value):
    result = {'objects': value['objects'], 'object_bytes': value['size'],
              'asked_bytes': value['asked']}
    for name in ('kmalloc', 'zsmalloc'):
        held = value[name + '_held']
        result[name] = {'held_bytes': held, 'free_memory_less_bytes': value[name + '_free'],
                        'waste_percent': 100 * (held / value['asked'] - 1)}
    return result


def thin_of(value):
    limit = int(value['size'] * THIN_LIMIT)
    return {'device': value['device'], 'device_bytes': value['size'],
            'empty_bytes': value['empty'], 'empty_limit': EMPTY_LIMIT,
            'empty_met': value['empty'] < EMPTY_LIMIT, 'written_bytes': value['written'],
            'slot_table_bytes': value['table'], 'slot_table_limit': limit,
            'slot_table_met': value['table'] < limit, 'ram_bytes': value['total']}


class Measured:
    """Everything that one run brought."""

    def __init__(self):
        self.rows = []
        self.latencies = []
        self.classes = []
        self.kmalloc = None
        self.thin = None

    def read_raw(self, path):
        turns, classes, blocks = {}, {}, {}
        with open(path) as lines:
            for line in lines:
                word, value = line.split(None, 1)[0], fields(line)
                if word == 'row':
                    row = guest_row(value)
                    turns.setdefault((*key_of(row).values(), row['scenario']), []).append(row)
                elif word == 'latency':
                    blocks.setdefault(tuple(key_of(value).values()), []).append(value)
                elif word == 'class':
                    # Of the first turn.
                    classes.setdefault((*key_of(value).values(), value['upper_bound']), dict(
                        key_of(value), upper_bound=value['upper_bound'],
                        objects=value['objects'], payload_bytes=value['payload'],
                        lost_bytes=value['lost']))
                elif word == 'thin':
                    self.thin = thin_of(value)
                elif word == 'kmalloc':
                    self.kmalloc = kmalloc_of(value)
        self.rows = [mean_row(rows) for rows in turns.values()]
        self.classes = list(classes.values())
        self.latencies = [latency_row(block) for block in blocks.values()]

    def read_userspace(self, path):
        with open(path) as lines:
            self.rows += [userspace_row(json.loads(line)) for line in lines]

    def find(self, device, pool, algorithm, scenario):
        for row in self.rows:
            if (row['device'], row['pool_mib'], row['algorithm'], row['scenario']) == (
                    device, pool, algorithm, scenario):
                return row
        return None


def cells(quick):
    pools, algorithms = ((16,), ('lz4',)) if quick else ((16, 256, 4096), ('lz4', 'zstd'))
    return [(pool, algorithm, scenario) for pool in pools for algorithm in algorithms
            for scenario in SCENARIOS]


def missing_of(measured, quick):
    missing = ['%d MiB, %s, %s of %s' % (cell + (device,))
               for cell in cells(quick) for device in ('zblk', 'zram')
               if not (device == 'zram' and cell[0] == 4096) and not measured.find(device, *cell)]
    if not measured.kmalloc:
        missing.append('objects in kmalloc')
    if not measured.thin:
        missing.append('a large device')
    return missing


def number(value, form='%.2f'):
    return '-' if value is None else form % value


def word_of(met):
    return {None: '', True: 'met', False: 'MISSED'}[met]


def spread_of(row):
    if row.get('turns', 1) == 1:
        return ''
    return '%.4f-%.4f' % (row['ram_per_payload_min'], row['ram_per_payload_max'])


def print_rows(measured, quick):
    print('%-26s %8s %-13s %6s %-7s %8s %8s %-6s %8s %8s %8s' % (
        'RAM held / payload', 'zblk', '', 'limit', '', 'zram', 'moved', '', 'worker s', 'zram\'s',
        'settle s'))
    for cell in cells(quick):
        zblk, zram = (measured.find(device, *cell) for device in ('zblk', 'zram'))
        if not zblk:
            continue
        print('%5d MiB %-5s %-10s %8.4f %-13s %6.2f %-7s %8s %8s %-6s %8s %8s %8s' % (
            *cell, zblk['ram_per_payload'], spread_of(zblk), zblk['limit'], word_of(zblk['met']),
            number(zram and zram['ram_per_payload'], '%.4f'), number(zblk['moved_per_written']),
            word_of(zblk.get('moved_met')), number(zblk.get('worker_seconds')),
            number(zram and zram['worker_seconds']), number(zblk['settle_seconds'])))
    print('16 MiB: mean of several turns with other random numbers, and the spread.\n'
          'moved: bytes copied for each byte written, zblk; in churn at most %.0f. worker s: CPU\n'
          'time of kernel workers in the scenario. settle s: from the last operation to the last\n'
          'change (compacted: duration). 4096 MiB: allocator in userspace.' % MOVED_LIMIT)


def print_latencies(latencies):
    print('\n%-24s %9s %9s %9s %9s %6s %6s %6s' % (
        'churned / fresh write, us', 'p50', 'fresh', 'p99', 'fresh', 'p50', 'p99', 'limit'))
    for row in latencies:
        print('%5d MiB %-5s %-8s %9.1f %9.1f %9.1f %9.1f %6.2f %6.2f %6s %s' % (
            row['pool_mib'], row['algorithm'], row['device'], row['p50_ns'] / 1e3,
            row['fresh_p50_ns'] / 1e3, row['p99_ns'] / 1e3, row['fresh_p99_ns'] / 1e3,
            row['p50_ratio'], row['p99_ratio'], number(row['limit']), word_of(row['met'])))


def print_thin(thin):
    print('\nzblk of %d GiB: holds %d bytes empty, less than %d: %s; slot table with one percent\n'
          'written at random 64 KiB extents: %.1f MiB, less than %.1f: %s' % (
              thin['device_bytes'] >> 30, thin['empty_bytes'], thin['empty_limit'],
              word_of(thin['empty_met']), thin['slot_table_bytes'] / 2**20,
              thin['slot_table_limit'] / 2**20, word_of(thin['slot_table_met'])))


def print_kmalloc(kmalloc):
    print('\n%d objects of %d bytes: %d bytes asked' % (
        kmalloc['objects'], kmalloc['object_bytes'], kmalloc['asked_bytes']))
    for name in ('kmalloc', 'zsmalloc'):
        print('%10s holds %12d bytes, %6.2f %% more (free memory became less by %d)' % (
            name, kmalloc[name]['held_bytes'], kmalloc[name]['waste_percent'],
            kmalloc[name]['free_memory_less_bytes']))


def write_json(path, measured):
    with open(path + '.part', 'w') as out:
        json.dump({'rows': measured.rows, 'latency': measured.latencies,
                   'classes': measured.classes, 'thin': measured.thin,
                   'kmalloc': measured.kmalloc}, out, indent=1)
        out.write('\n')
    os.rename(path + '.part', path)


def write_tables(directory, measured):
    """For each algorithm: the classes of the largest pool, and what all rows of it hold."""
    in_guest = [row for row in measured.rows if row['vehicle'] == 'qemu']
    pool = max(row['pool_mib'] for row in in_guest)
    for algorithm in sorted({row['algorithm'] for row in in_guest}):
        with open(os.path.join(directory, 'classes-%s.tsv' % algorithm), 'w') as out:
            for size in sorted((size for size in measured.classes
                                if (size['pool_mib'], size['algorithm']) == (pool, algorithm)),
                               key=lambda size: size['upper_bound']):
                out.write('%(upper_bound)d\t%(payload_bytes)d\t%(lost_bytes)d\n' % size)
        with open(os.path.join(directory, 'totals-%s.tsv' % algorithm), 'w') as out:
            for scenario in SCENARIOS:
                for device in ('zblk', 'zram'):
                    row = measured.find(device, pool, algorithm, scenario)
                    if row:
                        out.write('%s, %s\t%d\t%s\n' % (
                            scenario, device, row['payload_bytes'],
                            '\t'.join(str(row[part]) for part in PARTS)))


def check(name, problem):
    print('not ok density %s: %s' % (name, problem) if problem else 'ok density ' + name)
    return bool(problem)


def check_all(measured):
    """One line a limit, in the words of the test suites; how many were missed."""
    failed = 0
    for row in measured.rows:
        if row['limit'] is None:
            continue
        name = '%d MiB %s %s' % (row['pool_mib'], row['algorithm'], row['scenario'])
        failed += check(name, None if row['met'] else '%.4f of the payload, at most %.2f' % (
            row['ram_per_payload'], row['limit']))
        if 'moved_met' in row:
            failed += check(name + ' moved', None if row['moved_met'] else
                            '%.2f bytes for each written, at most %.2f' % (
                                row['moved_per_written'], row['moved_limit']))
    thin = measured.thin
    for part, bound in (('empty', 'empty_limit'), ('slot_table', 'slot_table_limit')):
        failed += check('large device ' + part, None if thin[part + '_met'] else
                        '%d bytes, less than %d wanted' % (thin[part + '_bytes'], thin[bound]))
    return failed


def parse():
    parser = argparse.ArgumentParser(description='Report one run of density.')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--strict', action='store_true')
    parser.add_argument('--json')
    parser.add_argument('--tables')
    parser.add_argument('raw')
    parser.add_argument('userspace', nargs='?')
    return parser.parse_args()


def main():
    args = parse()
    measured = Measured()
    measured.read_raw(args.raw)
    if args.userspace:
        measured.read_userspace(args.userspace)
    print_rows(measured, args.quick)
    print_latencies(measured.latencies)
    if measured.thin:
        print_thin(measured.thin)
    if measured.kmalloc:
        print_kmalloc(measured.kmalloc)
    if args.json:
        write_json(args.json, measured)
    if args.tables:
        write_tables(args.tables, measured)
    missing = missing_of(measured, args.quick)
    for name in missing:
        print('report: not measured: ' + name, file=sys.stderr)
    if missing:
        return 3
    return 1 if args.strict and check_all(measured) else 0


if __name__ == '__main__':
    sys.exit(main())
