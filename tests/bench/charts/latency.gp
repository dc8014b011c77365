# SPDX-License-Identifier: GPL-2.0-only
# latency: percentiles of single 4 KiB I/Os. Columns: label, p50, p99, p99.9 in ns.
# Variables: table, picture, lines.
set terminal pngcairo size 900, 500 noenhanced font "sans,10"
set output picture
set datafile separator "\t"
set title "Latency of one synchronous 4 KiB I/O, lz4"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set logscale y
set yrange [500:*]
set ylabel "ns"
set grid y
set key top left
plot table using 2:xtic(1) title "p50" lc rgb "#2255aa", \
     '' using 3 title "p99" lc rgb "#cc7722", \
     '' using 4 title "p99.9" lc rgb "#cc3333"
