// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: loading and sharing dictionaries.
 */
#include <linux/err.h>
#include <linux/kernel_read_file.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "dictionary.h"

/**
 * zblk_dictionary_load() - read a dictionary from a file
 * @path: the file's absolute path
 *
 * Context: may sleep.
 * Return: the dictionary, which the caller holds, or an ERR_PTR: -EFBIG above ZBLK_DICTIONARY_MAX;
 * -EINVAL if it is empty or no regular file; -ENOENT, -EACCES and what else opening and reading a
 * file can end in; -ENOMEM.
 */
struct zblk_dictionary *zblk_dictionary_load(const char *path)
{
	struct zblk_dictionary *dictionary = kzalloc(sizeof(*dictionary), GFP_KERNEL);
	ssize_t length;

	if (!dictionary)
		return ERR_PTR(-ENOMEM);
	kref_init(&dictionary->users);
	length = kernel_read_file_from_path(path, 0, &dictionary->bytes, ZBLK_DICTIONARY_MAX, NULL,
					    READING_POLICY);
	if (length <= 0) {
		kfree(dictionary);
		return ERR_PTR(length ?: -EINVAL);
	}
	dictionary->length = length;
	return dictionary;
}

/* Holds a dictionary once more; takes NULL. */
struct zblk_dictionary *zblk_dictionary_get(struct zblk_dictionary *dictionary)
{
	if (dictionary)
		kref_get(&dictionary->users);
	return dictionary;
}

static void dictionary_free(struct kref *users)
{
	struct zblk_dictionary *dictionary = container_of(users, struct zblk_dictionary, users);

	vfree(dictionary->bytes);
	kfree(dictionary);
}

/* Lets go of a dictionary, which the last to do so frees; takes NULL. May sleep. */
void zblk_dictionary_put(struct zblk_dictionary *dictionary)
{
	if (dictionary)
		kref_put(&dictionary->users, dictionary_free);
}
