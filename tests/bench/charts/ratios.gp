# SPDX-License-Identifier: GPL-2.0-only
# ratios: one line a cell; point and whiskers are median, least and greatest repeat of time / zram's
# time. Columns: cell, median, min, max, must, aim. Variables: table, picture, lines, bounds (how
# many cells have a must).
set terminal pngcairo size 1100, 120 + 22 * lines noenhanced font "sans,10"
set output picture
set datafile separator "\t"
set datafile missing "-"
set title "Time of the subject / time of zram, same run (left is faster)"
set yrange [-lines:1]
set xrange [0:*]
set grid x
set key outside top center horizontal
set arrow from 1, graph 0 to 1, graph 1 nohead lc rgb "#888888" lw 2
measured = "using 2:(-$0):3:4:ytic(1) with xerrorbars pt 7 ps 0.9 lw 2 lc rgb '#2255aa'"
if (bounds) {
	plot table using 5:(-$0) with points pt 9 ps 1.2 lc rgb "#cc3333" title "must", \
	     '' using 6:(-$0) with points pt 11 ps 1.2 lc rgb "#33aa33" title "aim", \
	     '' @measured title "measured"
} else {
	plot table @measured title "measured"
}
