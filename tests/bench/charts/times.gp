# SPDX-License-Identifier: GPL-2.0-only
# times: where the time of a page goes; the limit (codec or memcpy alone), the subject, zram and
# brd. Columns: cell, limit, subject, zram, brd, all ns per 4 KiB. Variables: table, picture, lines.
set terminal pngcairo size 1100, 140 + 34 * lines noenhanced font "sans,10"
set output picture
set datafile separator "\t"
set datafile missing "-"
set title "ns per 4 KiB page (medians; comparable within this chart only)"
set logscale x
set yrange [-lines:1]
set grid x
set key outside top center horizontal
set style fill solid 0.9 noborder
set boxwidth 0.2
plot table using 2:(-$0 + 0.3):ytic(1) with points pt 5 ps 1.1 lc rgb "#888888" title "limit", \
     '' using 3:(-$0 + 0.1) with points pt 7 ps 1.3 lc rgb "#2255aa" title "subject", \
     '' using 4:(-$0 - 0.1) with points pt 7 ps 1.3 lc rgb "#cc7722" title "zram", \
     '' using 5:(-$0 - 0.3) with points pt 9 ps 1.1 lc rgb "#33aa33" title "brd"
