# SPDX-License-Identifier: GPL-2.0-only
#
# zblk: compressed RAM block devices for Linux.
#
#	make		build the kernel module and zctl
#	make install	install them (as root)
#	make demo	boot a guest and watch zblk hold swap and a filesystem
#	make check	run the tests
#	make lint	check style, types and layers
#	make bench	compare with zram
#	make clean	remove build/
#
# KDIR chooses the kernel to build for, O where to build. Whatever a target needs and the machine
# lacks, demo, check, lint and bench install through apt when run as root.

O	?= build
KDIR	?= $(shell scripts/find-kernel)
PREFIX	?= /usr/local

.PHONY: all module zctl install uninstall check demo lint bench fuzz density clean deps-build deps-zctl

all: module zctl

module: deps-build
	scripts/build-module "$(KDIR)" "$(O)/module"

zctl: deps-zctl
	$(MAKE) -C tools/zctl O="$(abspath $(O))/zctl"

# Building needs headers and libraries; root on a fresh machine gets them, others are told.
deps-build deps-zctl: deps-%:
	scripts/deps $*

install: all
	$(MAKE) -C "$(KDIR)" M="$(abspath $(O))/module" modules_install
	depmod
	$(MAKE) -C tools/zctl O="$(abspath $(O))/zctl" PREFIX="$(PREFIX)" \
		DESTDIR="$(DESTDIR)" install

uninstall:
	$(MAKE) -C tools/zctl PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" uninstall

check:
	tests/check

demo:
	scripts/deps build zctl guest
	$(MAKE) all KDIR="$$(scripts/find-kernel --guest)"
	tests/demo/run

lint:
	scripts/deps build zctl lint
	tests/lint/run

bench:
	tests/bench/run

clean:
	rm -rf "$(O)"
