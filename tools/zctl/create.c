// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of "zctl create". See create.h.
 *
 * Each step that changes something outside leaves behind how to undo it, and a step that fails, or
 * Ctrl-C, takes all of them back, the last one first.
 */
#include "create.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "claim.h"
#include "compiler.h"
#include "fs.h"
#include "interrupt.h"
#include "swap.h"
#include "undo.h"

/* What the steps share. */
struct creation {
	const struct wishes *wishes;
	struct claim claim;
	struct undo undo;
};

static enum exit_code undo_claim(void *arg)
{
	return claim_give_back(&((struct creation *)arg)->claim);
}

static enum exit_code undo_swap_on(void *arg)
{
	return swap_off(&((struct creation *)arg)->claim.dev);
}

static enum exit_code undo_mount(void *arg)
{
	return fs_umount(((struct creation *)arg)->wishes->mount_dir);
}

static enum exit_code take_device(struct creation *c)
{
	enum exit_code code;

	if (c->wishes->device)
		code = claim_id(&c->claim, c->wishes->id);
	else
		code = claim_any(&c->claim);
	if (!code)
		undo_push(&c->undo, "give the device back", undo_claim, c);
	return code;
}

static enum exit_code give_size(struct creation *c)
{
	enum exit_code code;

	code = settings_apply(&c->claim.dev, &c->wishes->settings);
	if (!code)
		code = setting_disksize(&c->claim.dev, c->wishes->size);
	if (!code)
		claim_unlock(&c->claim);
	return code;
}

/* Whatever may have got there since the device has a size is not ours to overwrite. */
static enum exit_code look_at_it(struct creation *c)
{
	if (!c->wishes->swap && !c->wishes->fs)
		return ZCTL_OK;
	return fs_need_blank(&c->claim.dev, c->claim.node);
}

static enum exit_code format(struct creation *c)
{
	if (c->wishes->swap)
		return swap_make(&c->claim.dev);
	if (c->wishes->fs)
		return fs_make(&c->claim.dev, c->wishes->fs);
	return ZCTL_OK;
}

static enum exit_code switch_swap_on(struct creation *c)
{
	enum exit_code code = swap_on(&c->claim.dev, c->wishes->priority);

	if (!code)
		undo_push(&c->undo, "switch the swap off", undo_swap_on, c);
	return code;
}

static enum exit_code mount_it(struct creation *c)
{
	const struct wishes *wishes = c->wishes;
	const char *options = wishes->mount_options;
	enum exit_code code;

	code = fs_mount(&c->claim.dev, wishes->fs,
			options ? options : fs_default_options(wishes->fs), wishes->mount_dir);
	if (!code)
		undo_push(&c->undo, "unmount it", undo_mount, c);
	return code;
}

static enum exit_code put_to_use(struct creation *c)
{
	if (c->wishes->swap)
		return switch_swap_on(c);
	if (c->wishes->mount_dir)
		return mount_it(c);
	return ZCTL_OK;
}

/*
 * Whoever does not learn the name cannot use the device, nor take it down. Past stdio, which would
 * keep the name and the error for the end of the program.
 */
static enum exit_code print_name(const struct creation *c)
{
	if (dprintf(STDOUT_FILENO, "%s\n", c->claim.dev.node) < 0)
		return fail(ZCTL_FAILED,
			    "cannot write %s to the standard output: %s: undoing what was done",
			    c->claim.dev.node, strerror(errno));
	return ZCTL_OK;
}

enum exit_code create(const struct wishes *wishes)
{
	static enum exit_code (*const steps[])(struct creation *c) = {
		take_device,
		give_size,
		look_at_it,
		format,
		put_to_use,
	};
	struct creation c = { .wishes = wishes };
	enum exit_code code = ZCTL_OK;

	interrupt_hold();
	for (size_t i = 0; i < ARRAY_SIZE(steps) && !code; i++) {
		code = steps[i](&c);
		if (!code && interrupted())
			code = fail(ZCTL_FAILED, "interrupted: undoing what was done");
	}
	if (!code)
		code = print_name(&c);
	if (code) {
		/* The reason may be one whose exit status says that nothing was changed. */
		if (undo_run(&c.undo))
			code = ZCTL_FAILED;
		interrupt_deliver();
		return code;
	}
	claim_keep(&c.claim);
	return ZCTL_OK;
}
