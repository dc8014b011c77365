// SPDX-License-Identifier: GPL-2.0-only
/*
 * target: the list of what one run measures, side by side.
 *
 * A word that begins with '/' is a block device, opened exclusively: a device that is mounted or
 * used as swap is refused, because every sector of the span is overwritten. "alloc:KIND:NAME" is an
 * allocator (own, stock; see alloc.c) that results call NAME. Any other word is a
 * codec (memcpy, same, lz4, zstd:LEVEL; see codec.c), measured on the same pages as the limit that
 * no device passes.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kbench.h"

static struct kb_target targets[KB_MAX_TARGETS];
static u32 nr_targets;

static int target_open(struct kb_target *target, const char *word)
{
	bool device = word[0] == '/', alloc = str_has_prefix(word, KB_ALLOC_PREFIX);
	int err;

	strscpy(target->name, device ? kbasename(word) : word, sizeof(target->name));
	target->ops = device ? &kb_blk_ops : alloc ? &kb_alloc_ops : &kb_codec_ops;
	target->filled = KB_NR_DATA;
	target->latencies = NULL;
	target->background = NULL;
	target->holds = kvcalloc(kb_span, sizeof(*target->holds), GFP_KERNEL);
	if (!target->holds)
		return -ENOMEM;
	err = target->ops->open(target, word);
	if (err) {
		pr_err("kbench: cannot open target '%s': error %d\n", word, err);
		kvfree(target->holds);
	}
	return err;
}

void kb_targets_close(void)
{
	while (nr_targets) {
		struct kb_target *target = &targets[--nr_targets];

		target->ops->close(target);
		kvfree(target->holds);
	}
}

/* Replaces the list; when one word fails, the list is empty. */
int kb_targets_set(char *list)
{
	char *word;
	int err;

	kb_targets_close();
	while ((word = strsep(&list, " \t\n"))) {
		if (!*word)
			continue;
		err = -E2BIG;
		if (nr_targets < KB_MAX_TARGETS)
			err = target_open(&targets[nr_targets], word);
		if (err) {
			kb_targets_close();
			return err;
		}
		nr_targets++;
	}
	return 0;
}

u32 kb_targets_count(void)
{
	return nr_targets;
}

struct kb_target *kb_target_get(u32 index)
{
	return &targets[index];
}
