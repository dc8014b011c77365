#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""report: turns the lines of one comparison into a table, a JSON file and data for charts.

usage: tests/bench/report.py --vehicle uml|qemu --subject NAME [--json FILE] [--charts DIR]
                             [--short] [--calibrate] [--strict] RAW [SCRIPTED...]

RAW is what guest/kbench.sh wrote; SCRIPTED files hold lines of the other guest scripts,
    cell name=NAME algorithm=A target=T repeat=N time=SECONDS
    work name=NAME target=T repeat=N all=MS user=MS system=MS out=PAGES in=PAGES
the second for what was busy meanwhile: all processors, the program and the kernel for it, and swap.
How a ratio is made: in each round every target did the same work, so the times of one round are
paired (the subject's over zram0's). ratio_median is the median over all rounds, which ignores the
rounds that the host interrupted; ratio_min and ratio_max are the least and greatest of the repeats,
each by its own median. The ruler is the same for the second zram device: what it is off 1.00 by is
the error of this run. Of eight ways to make one figure out of the rounds, this one bent the ruler
least on a host with two and a half times more to do than it had processors for.

Exit codes: 0 fine; 1 with --strict a must was missed, with --short a cell is worse than zram by
more than the noise of the run, with --calibrate the ruler is bent; 2 bad usage; 3 a cell was not
measured.
"""
import argparse
import json
import os
import re
import statistics
import sys
from collections import defaultdict

# An import below would leave __pycache__ among the sources.
sys.dont_write_bytecode = True

import cells as plan  # noqa: E402

REFERENCE, RULER, FLOOR = 'zram0', 'zram1', 'ram0'
WORK = ('all', 'user', 'system', 'out', 'in')


def fields(line):
    return dict(word.split('=', 1) for word in line.split() if '=' in word)


class Measured:
    """Everything that one run brought: times by cell key, target and repeat."""

    def __init__(self):
        # (algorithm, mode, op, data, jobs, single) -> target -> [repeat][round] in ns per page
        self.samples = defaultdict(lambda: defaultdict(list))
        self.background = defaultdict(lambda: defaultdict(list))    # the same, one per repeat
        self.latencies = []
        self.scripted = defaultdict(lambda: defaultdict(dict))
        self.work = defaultdict(lambda: defaultdict(list))  # name -> target -> [{what: figure}]
        self.memory = []

    def read(self, path):
        algorithm = None
        with open(path) as lines:
            for line in lines:
                word, value = line.split(None, 1)[0], fields(line)
                if word == 'algorithm':
                    algorithm = line.split()[1]
                elif word == 'sample':
                    key = (algorithm, value['mode'], value['op'], value['data'],
                           int(value['jobs']), value['single'])
                    times = [int(ps) / 1000 for ps in value['ps'].split(',')]
                    self.samples[key][value['target']].append(times)
                    self.background[key][value['target']].append(
                        int(value['background']) / 1000)
                elif word == 'latency':
                    self.latencies.append(dict(value, algorithm=algorithm))
                elif word == 'cell':
                    self.add_scripted(line)
                elif word == 'work':
                    self.work[re.search(r'name="([^"]*)"', line)[1]][value['target']].append(
                        {what: int(value[what]) for what in WORK})
                elif word == 'memory':
                    for name in ('original', 'compressed', 'used'):
                        value[name] = int(value[name])
                    self.memory.append(dict(value, algorithm=algorithm))

    def add_scripted(self, line):
        found = re.search(r'name="([^"]*)" algorithm=(\S+) target=(\S+) repeat=(\d+) '
                          r'time=(\S+)', line)
        if found:
            name, algorithm, target, repeat, seconds = found.groups()
            self.scripted[(name, algorithm)][target][int(repeat)] = float(seconds)


def paired(upper, lower):
    """Median of all rounds; least, greatest and spread of the repeats' medians; or None."""
    if not upper or not lower:
        return None
    rounds = [[a / b for a, b in zip(high, low)] for high, low in zip(upper, lower)]
    repeats = [statistics.median(ratios) for ratios in rounds]
    return (statistics.median(ratio for ratios in rounds for ratio in ratios),
            min(repeats), max(repeats), spread(repeats))


def spread(ratios):
    """How far from 1 the middle half of the ratios reaches; a lone outlier does not count."""
    if len(ratios) < 4:
        return max(abs(r - 1) for r in ratios)
    low, _, high = statistics.quantiles(ratios, n=4)
    return max(abs(low - 1), abs(high - 1))


def typical(times):
    """Median time over all rounds of all repeats, and the least."""
    flat = [t for repeat in times for t in repeat] if times else []
    return (statistics.median(flat), min(flat)) if flat else (None, None)


def limit_name(cell):
    """What no device can beat on this work: the codec alone on the same pages."""
    return {'real': cell.algorithm, 'random': 'memcpy', 'same': 'same'}[cell.data]


def add_background(row, background, subject):
    """Work put off to kernel threads costs time too; on one CPU as much as if done at once."""
    shares = {}
    for label, target in (('zblk', subject), ('zram', REFERENCE)):
        ns = statistics.median(background.get(target) or [0])
        row['background_' + label] = ns
        shares[label] = 1 + ns / row['time_' + label]
    row['ratio_with_background'] = row['ratio_median'] * shares['zblk'] / shares['zram']


def row_of(vehicle, cell, targets, subject):
    ratio = paired(targets.get(subject), targets.get(REFERENCE))
    if not ratio:
        return None
    ruler = paired(targets.get(RULER), targets.get(REFERENCE)) or (None,) * 4
    limit = targets.get(limit_name(cell))
    row = {
        'vehicle': vehicle, 'cell': cell.name, 'algorithm': cell.algorithm.replace(':', ' '),
        'ratio_median': ratio[0], 'ratio_min': ratio[1], 'ratio_max': ratio[2],
        'must': cell.must, 'aim': cell.aim,
        'limit_ratio': (paired(targets[subject], limit) or [None])[0],
        'limit_ratio_zram': (paired(targets[REFERENCE], limit) or [None])[0],
        'ruler_median': ruler[0], 'ruler_min': ruler[1], 'ruler_max': ruler[2],
        'ruler_spread': ruler[3],
        'repeats': len(targets[subject]), 'unit': 'ns per 4 KiB',
    }
    for label, target in (('zblk', subject), ('zram', REFERENCE), ('floor', FLOOR),
                          ('limit', limit_name(cell)), ('memcpy', 'memcpy')):
        row['time_' + label], row['time_%s_min' % label] = typical(targets.get(target))
    return row


def scripted_row(vehicle, key, targets, subject):
    """The other scripts' figures: one time per repeat, so a repeat is its own only round."""
    name, algorithm = key
    must, aim = plan.SCRIPTED.get(name, (None, None))
    common = sorted(set(targets.get(subject, ())) & set(targets.get(REFERENCE, ())))
    if not common:
        return None
    times = {t: [[targets[t][r]] for r in common if r in targets[t]] for t in targets}
    cell = plan.Cell(name, algorithm, None, None, 'real', 1, '', 0, 0, must, aim)
    return dict(row_of(vehicle, cell, times, subject), unit='s')


def rows_of(vehicle, measured, subject, short, only):
    rows, missing = [], []
    for cell in plan.cells_of(vehicle, short, only):
        key = (cell.algorithm, cell.mode, cell.op, cell.data, cell.jobs, cell.single)
        row = row_of(vehicle, cell, measured.samples.get(key, {}), subject)
        if row:
            add_background(row, measured.background[key], subject)
            rows.append(row)
        else:
            missing.append('%s, %s' % (cell.name, cell.algorithm))
    for key, targets in measured.scripted.items():
        if not re.search(only, ' '.join(key)):
            continue
        row = scripted_row(vehicle, key, targets, subject)
        if row:
            rows.append(row)
        else:
            missing.append('%s, %s' % key)
    measured_names = {row['cell'] for row in rows}
    if vehicle == 'qemu':
        missing += [name for name in plan.scripted_cells(only) if name not in measured_names]
    return rows, missing


def verdict(row):
    """Which bound the median keeps."""
    if row['must'] is None:
        return ''
    if row['aim'] is not None and row['ratio_median'] <= row['aim']:
        return 'aim'
    return 'must' if row['ratio_median'] <= row['must'] else 'MISSED'


def number(value, form='%.2f'):
    return '-' if value is None else form % value


def print_table(rows, subject):
    print('%-42s %-7s %6s %13s %6s %5s %5s %-7s %8s %8s %7s %7s %6s' % (
        'time of %s / time of zram' % subject, 'codec', 'median', 'min-max', '+back', 'must', 'aim',
        'reached', subject, 'zram', 'brd', 'limit', '/limit'))
    for row in rows:
        form = '%.0f' if row['unit'].startswith('ns') else '%.3g'
        print('%-42s %-7s %6.3f %6.3f-%6.3f %6s %5s %5s %-7s %8s %8s %7s %7s %6s' % (
            row['cell'], row['algorithm'], row['ratio_median'], row['ratio_min'], row['ratio_max'],
            number(row.get('ratio_with_background'), '%.3f'), number(row['must']),
            number(row['aim']), verdict(row), number(row['time_zblk'], form),
            number(row['time_zram'], form), number(row['time_floor'], form),
            number(row['time_limit'], form), number(row['limit_ratio'])))
    print('Times are medians in %s. +back: the ratio with the time of kernel threads that worked\n'
          'after the clock had stopped. Limit: the codec alone on the same pages (memcpy for\n'
          'incompressible ones); /limit: how many times that %s takes.' % (
              ' or '.join(sorted({row['unit'] for row in rows})), subject))


def print_ruler(rows):
    known = [row for row in rows if row['ruler_median'] is not None]
    if not known:
        return
    worst = max(known, key=lambda row: abs(row['ruler_median'] - 1))
    print('Ruler (second zram / first, equal by construction): %.3f over all cells, '
          'worst %.3f (%s, %s)' % (
              statistics.median(row['ruler_median'] for row in known), worst['ruler_median'],
              worst['cell'], worst['algorithm']))


def overhead_of(rows):
    """The driver's own work on a sync read, as a share of the codec's."""
    for row in rows:
        if row['cell'] == plan.OVERHEAD_CELL and row['algorithm'] == 'lz4' and row['limit_ratio']:
            return {'cell': row['cell'], 'zblk': row['limit_ratio'] - 1,
                    'zram': row['limit_ratio_zram'] - 1, 'must': plan.OVERHEAD[0] - 1,
                    'aim': plan.OVERHEAD[1] - 1}
    return None


def print_overhead(overhead, subject):
    if overhead:
        print('Own work on top of the codec, sync 4k read, lz4: %s %.0f %%, zram %.0f %% '
              '(must be at most %.0f %%, aim %.0f %%)' % (
                  subject, overhead['zblk'] * 100, overhead['zram'] * 100, overhead['must'] * 100,
                  overhead['aim'] * 100))


def latency_rows(measured, subject):
    rows = []
    for value in measured.latencies:
        if value['target'] in (subject, REFERENCE, FLOOR):
            row = {'device': value['target'], 'op': value['op'], 'data': value['data'],
                   'algorithm': value['algorithm']}
            row.update({k: int(value[k]) for k in ('n', 'mean', 'min', 'p10', 'p50', 'p99', 'p999',
                                                   'max')})
            rows.append(row)
    return rows


def print_latencies(rows):
    if not rows:
        return
    print('%-24s %-6s %8s %8s %8s %8s %8s   ns of one 4k sync I/O' % (
        'latency', 'device', 'min', 'p50', 'p99', 'p99.9', 'mean'))
    for row in rows:
        print('%-24s %-6s %8d %8d %8d %8d %8d' % (
            'random %s, %s' % (row['op'], row['algorithm']), row['device'], row['min'], row['p50'],
            row['p99'], row['p999'], row['mean']))


def work_rows(measured):
    """Medians of what was busy while a cell was measured, of each device."""
    return [dict({what: statistics.median(repeat[what] for repeat in repeats) for what in WORK},
                 cell=name, device=target, repeats=len(repeats))
            for name, targets in measured.work.items() for target, repeats in targets.items()]


def print_work(rows):
    if not rows:
        return
    print('%-32s %-6s %8s %8s %8s %10s %10s' % (
        'busy meanwhile, s', 'device', 'CPUs', 'user', 'system', 'pages out', 'pages in'))
    for row in rows:
        print('%-32s %-6s %8.2f %8.2f %8.2f %10d %10d' % (
            row['cell'], row['device'], row['all'] / 1000, row['user'] / 1000,
            row['system'] / 1000, row['out'], row['in']))


def write_json(path, vehicle, document):
    """Rows of another vehicle stay: make bench runs the vehicles one after the other."""
    try:
        with open(path) as old:
            kept = json.load(old)
    except (OSError, ValueError):
        kept = {}
    kept = kept if isinstance(kept, dict) else {}
    rows = [row for row in kept.get('rows', []) if row.get('vehicle') != vehicle]
    kept['rows'] = rows + document.pop('rows')
    kept.setdefault('details', {})[vehicle] = document
    with open(path + '.part', 'w') as out:
        json.dump(kept, out, indent=1)
        out.write('\n')
    os.rename(path + '.part', path)


def write_charts(directory, rows, latencies):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, 'ratios.tsv'), 'w') as out:
        for row in rows:
            out.write('%s, %s\t%g\t%g\t%g\t%s\t%s\n' % (
                row['cell'], row['algorithm'], row['ratio_median'], row['ratio_min'],
                row['ratio_max'], number(row['must']), number(row['aim'])))
    with open(os.path.join(directory, 'times.tsv'), 'w') as out:
        for row in rows:
            if row['unit'].startswith('ns') and row['limit_ratio']:
                out.write('%s, %s\t%g\t%g\t%g\t%s\n' % (
                    row['cell'], row['algorithm'], row['time_limit'], row['time_zblk'],
                    row['time_zram'], number(row['time_floor'], '%g')))
    with open(os.path.join(directory, 'latency.tsv'), 'w') as out:
        for row in latencies:
            if row['device'] != FLOOR:
                out.write('%s %s\t%d\t%d\t%d\n' % (row['op'], row['device'], row['p50'], row['p99'],
                                                   row['p999']))


def slower_than_noise(row, run_noise):
    """Slower than zram, or than the must where that allows more, by more than the noise?

    The noise is what two equal devices show: the worst cell of the run, or the spread of this one.
    """
    allowed = max(1.0, row['must'] or 1.0) * (1 + max(run_noise, row['ruler_spread']))
    if row['ratio_median'] > allowed:
        return '%.3f of zram, more than %.3f' % (row['ratio_median'], allowed)
    return None


def bent(row):
    """Two equal devices: does the spread leave 1.0 out, with the median off by 3 %?"""
    if row['ratio_min'] <= 1 <= row['ratio_max'] or abs(row['ratio_median'] - 1) <= 0.03:
        return None
    return '%.3f (%.3f-%.3f) between two equal devices' % (
        row['ratio_median'], row['ratio_min'], row['ratio_max'])


def must_missed(row):
    if verdict(row) != 'MISSED':
        return None
    return '%.3f of zram, must be at most %.2f' % (row['ratio_median'], row['must'])


def check(rows, problem_of):
    """One line a cell, in the words of the other test suites; how many failed."""
    failed = 0
    for row in rows:
        name = 'bench %s %s' % (row['cell'], row['algorithm'])
        problem = problem_of(row)
        if problem:
            failed += 1
            print('not ok %s: %s' % (name, problem))
        else:
            print('ok ' + name)
    return failed


def parse():
    parser = argparse.ArgumentParser(description='Report one comparison.')
    parser.add_argument('--vehicle', choices=('uml', 'qemu'), required=True)
    parser.add_argument('--subject', required=True)
    parser.add_argument('--json')
    parser.add_argument('--charts')
    parser.add_argument('--short', action='store_true')
    parser.add_argument('--only', default='')
    parser.add_argument('--calibrate', action='store_true')
    parser.add_argument('--strict', action='store_true')
    parser.add_argument('raw', nargs='+')
    return parser.parse_args()


def main():
    args = parse()
    measured = Measured()
    for path in args.raw:
        measured.read(path)
    rows, missing = rows_of(args.vehicle, measured, args.subject, args.short, args.only)
    if args.calibrate:
        for row in rows:
            row['must'] = row['aim'] = None
    latencies = latency_rows(measured, args.subject)
    if rows:
        print_table(rows, args.subject)
        print_overhead(overhead_of(rows), args.subject)
        print_latencies(latencies)
        print_work(work_rows(measured))
        print_ruler(rows)
    for name in missing:
        print('report: not measured: ' + name, file=sys.stderr)
    if args.json:
        write_json(args.json, args.vehicle, {
            'rows': rows, 'subject': args.subject, 'latency': latencies,
            'overhead_on_sync_read': overhead_of(rows), 'memory': measured.memory,
            'busy': work_rows(measured)})
    if args.charts:
        write_charts(args.charts, rows, latencies)
    if missing:
        return 3

    failed = 0
    if args.calibrate:
        failed = check(rows, bent)
    elif args.short:
        run_noise = max(abs(row['ruler_median'] - 1) for row in rows)
        failed = check(rows, lambda row: slower_than_noise(row, run_noise))
    elif args.strict:
        failed = check(rows, must_missed)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
