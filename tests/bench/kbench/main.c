// SPDX-License-Identifier: GPL-2.0-only
/*
 * main: kbench's four files in debugfs, and what is set up before and undone after them.
 *
 *   /sys/kernel/debug/kbench/
 *     corpus   write a path: its pages join the corpus. Reads: pages held
 *     targets  write a list of block devices and codecs, which replaces the one before
 *     run      write a command (command.c); returns when it has been measured
 *     results  read the lines measured so far; write anything to empty it
 *
 * Everything on a listed block device within the span is overwritten.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "alloc.h"
#include "kbench.h"

#define RESULTS_SIZE	SZ_4M
#define LINE_MAX_SIZE	1024

u32 kb_span = 16384;
module_param_named(span, kb_span, uint, 0444);
MODULE_PARM_DESC(span, "4 KiB sectors used of each device, a multiple of 256 (default 16384)");

static uint real_pages = 16384;
module_param(real_pages, uint, 0444);
MODULE_PARM_DESC(real_pages, "pages of real data to hold (default 16384)");

static DEFINE_MUTEX(lock);	/* everything below, and one run at a time */
static struct seq_buf results;
static char *results_space;
static struct dentry *folder;

/* What user space wrote, as a string. Free with kfree(). */
static char *read_line(const char __user *from, size_t size)
{
	if (!size || size > LINE_MAX_SIZE)
		return ERR_PTR(-EINVAL);
	return memdup_user_nul(from, size);
}

static ssize_t corpus_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	char *line = read_line(from, size);
	int got;

	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&lock);
	got = kb_corpus_load(strim(line));
	mutex_unlock(&lock);
	kfree(line);
	return got < 0 ? got : size;
}

static ssize_t corpus_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	char text[16];
	int length;

	mutex_lock(&lock);
	length = scnprintf(text, sizeof(text), "%u\n", kb_corpus_size(KB_REAL));
	mutex_unlock(&lock);
	return simple_read_from_buffer(to, size, pos, text, length);
}

static ssize_t targets_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	char *line = read_line(from, size);
	int err;

	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&lock);
	err = kb_targets_set(line);
	mutex_unlock(&lock);
	kfree(line);
	return err ? err : size;
}

static ssize_t run_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	char *line = read_line(from, size);
	struct kb_run run;
	int err;

	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&lock);
	err = kb_command_parse(line, &run);
	if (!err)
		err = kb_plan_run(&run, &results);
	mutex_unlock(&lock);
	kfree(line);
	return err ? err : size;
}

static ssize_t results_write(struct file *file, const char __user *from, size_t size, loff_t *pos)
{
	mutex_lock(&lock);
	seq_buf_clear(&results);
	mutex_unlock(&lock);
	return size;
}

static ssize_t results_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	ssize_t got;

	mutex_lock(&lock);
	got = simple_read_from_buffer(to, size, pos, results_space, seq_buf_used(&results));
	mutex_unlock(&lock);
	return got;
}

static const struct file_operations corpus_fops = {
	.owner = THIS_MODULE,
	.write = corpus_write,
	.read = corpus_read,
};

static const struct file_operations targets_fops = {
	.owner = THIS_MODULE,
	.write = targets_write,
};

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.write = run_write,
};

static const struct file_operations results_fops = {
	.owner = THIS_MODULE,
	.write = results_write,
	.read = results_read,
};

static int __init kbench_init(void)
{
	int err;

	if (!kb_span || kb_span % KB_BIG_MAX) {
		pr_err("kbench: span must be a multiple of %d\n", KB_BIG_MAX);
		return -EINVAL;
	}
	results_space = vzalloc(RESULTS_SIZE);
	if (!results_space)
		return -ENOMEM;
	seq_buf_init(&results, results_space, RESULTS_SIZE);
	err = kb_corpus_init(real_pages);
	if (err)
		goto err_results;
	err = kb_jobs_init();
	if (err)
		goto err_corpus;

	err = kb_alloc_init();
	if (err)
		goto err_jobs;

	folder = debugfs_create_dir("kbench", NULL);
	debugfs_create_file("corpus", 0600, folder, NULL, &corpus_fops);
	debugfs_create_file("targets", 0200, folder, NULL, &targets_fops);
	debugfs_create_file("run", 0200, folder, NULL, &run_fops);
	debugfs_create_file("results", 0600, folder, NULL, &results_fops);
	return 0;

err_jobs:
	kb_jobs_exit();
err_corpus:
	kb_corpus_exit();
err_results:
	vfree(results_space);
	return err;
}

static void __exit kbench_exit(void)
{
	debugfs_remove(folder);
	kb_targets_close();
	kb_alloc_exit();
	kb_jobs_exit();
	kb_corpus_exit();
	vfree(results_space);
}

module_init(kbench_init);
module_exit(kbench_exit);
MODULE_DESCRIPTION("Side by side timing of block devices and codecs on 4 KiB pages");
MODULE_LICENSE("GPL");
