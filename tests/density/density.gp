# SPDX-License-Identifier: GPL-2.0-only
# density: where each byte goes. Left, zblk's size classes: payload above, lost below; right, what
# zblk and zram hold beyond the payload. Tables are report.py's: classes (upper bound, payload,
# lost), totals (scenario and device, payload, lost, structures, slot table, per CPU), in bytes.
# Variables: classes, totals, picture, what (pool and algorithm).
set terminal pngcairo size 1400, 800 noenhanced font "sans,11"
set output picture
set datafile separator "\t"
set style data histograms
set style histogram rowstacked
set style fill solid 0.9 noborder
set boxwidth 0.75 relative
set grid y
set multiplot title "Where each byte goes: ".what

set size 0.48, 0.47
set origin 0, 0.47
set title "zblk, filled: payload by size class"
set xlabel "objects up to, bytes"
set ylabel "MiB"
set yrange [0:*]
set key top left
plot classes using ($2 / 2**20):xtic(1) lc rgb "#2255aa" title "payload", \
     '' using ($3 / 2**20) lc rgb "#cc2222" title "lost"

set origin 0, 0
set title "zblk, filled: lost to fragmentation by size class"
set ylabel "KiB"
plot classes using ($3 / 2**10):xtic(1) lc rgb "#cc2222" notitle

set size 0.52, 0.94
set origin 0.48, 0
set offsets 0, 0, graph 0.05, 0
set title "held beyond the payload, of the payload"
set xlabel ""
set ylabel "% (churn: at its end)"
set xtics rotate by -45
set key top left
plot totals using (100.0 * $3 / $2):xtic(1) lc rgb "#cc2222" title "lost in pages of objects", \
     '' using (100.0 * $4 / $2) lc rgb "#cc7722" title "allocator's structures", \
     '' using (100.0 * $5 / $2) lc rgb "#33aa33" title "slot table", \
     '' using (100.0 * $6 / $2) lc rgb "#888888" title "mapping buffers of CPUs", \
     '' using 0:(100.0 * ($3 + $4 + $5 + $6) / $2):(sprintf("%.1f", \
	100.0 * ($3 + $4 + $5 + $6) / $2)) with labels offset 0, 0.6 notitle
unset multiplot
