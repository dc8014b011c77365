# SPDX-License-Identifier: GPL-2.0-only
#
# zblk: compressed RAM block devices for Linux.
#
#	make		build the kernel module and zctl
#	make install	install them (as root)
#	make demo	boot a guest and watch zblk hold swap and a filesystem
#	make check	run the tests
#	make check-uml	run the KUnit ones in a User Mode Linux kernel
#	make check-highmem	run the functional ones on a 32-bit kernel with high memory
#	make check-debug	run them on a kernel that checks memory, locks and leaks
#	make check-kcsan	run them on a kernel that finds data races
#	make torture	torture swap, devices and file systems for SECONDS= (3600)
#	make lint	check style, types and layers
#	make fuzz	fuzz allocator and parsers for SECONDS= (60)
#	make bench	compare with zram: time
#	make density	compare with zram: memory held for what is stored
#	make clean	remove build/
#
# KDIR chooses the kernel to build for, O where to build. Whatever a target needs and the machine
# lacks it installs through apt, which takes root.

O	?= build
KDIR	?= $(shell scripts/find-kernel)
PREFIX	?= /usr/local

.PHONY: all module zctl install uninstall check demo lint fuzz bench density clean
.PHONY: check-uml check-highmem check-debug check-kcsan torture deps-build deps-zctl

all: module zctl

module: deps-build
	scripts/build-module "$(KDIR)" "$(O)/module"

zctl: deps-zctl
	$(MAKE) -C tools/zctl O="$(abspath $(O))/zctl"

# Building needs headers and libraries; root on a fresh machine gets them, others are told.
deps-build deps-zctl: deps-%:
	scripts/deps $*

install: all
	env -u MAKEFLAGS make -C "$(KDIR)" M="$(abspath $(O))/module" modules_install
	depmod
	$(MAKE) -C tools/zctl O="$(abspath $(O))/zctl" PREFIX="$(PREFIX)" \
		DESTDIR="$(DESTDIR)" install

uninstall:
	$(MAKE) -C tools/zctl PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" uninstall

check:
	tests/check

check-uml:
	tests/check kunit

check-highmem:
	tests/check highmem

check-debug:
	tests/check debug

check-kcsan:
	tests/check kcsan

torture: export ZBLK_TORTURE = $(or $(SECONDS),3600)
torture:
	tests/check torture

demo:
	scripts/deps build zctl guest
	$(MAKE) all KDIR="$$(scripts/find-kernel --guest)"
	tests/demo/run

lint:
	scripts/deps build zctl lint
	tests/lint/run

fuzz:
	tests/unit/fuzz/run $(or $(SECONDS),60)

bench:
	tests/bench/run

density:
	tests/density/run

clean:
	rm -rf "$(O)"
