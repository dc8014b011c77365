// SPDX-License-Identifier: GPL-2.0-only
/*
 * zsmalloc: from a handle to a pointer and back.
 *
 * An object within one page is used in place, and so is one that crosses into a page which happens
 * to be the next in memory. One that crosses otherwise is copied to a buffer of the CPU, and back
 * if it was written. Either way it stays where it is while it is mapped: the mapping holds its
 * zspage's lock for reading, which whoever moves objects takes for writing.
 *
 * Context of a mapping: process context, from map to unmap on one CPU, without sleeping and without
 * mapping a second object; as long as it takes to compress or decompress a sector, because on the
 * same zspage a slide waits for it and, with the class locked, growth, loss of pages, and the end
 * of an object that is to be cleared.
 *
 * Writing an object without mapping it copies straight into its pages, under the same lock.
 *
 * Cost: a table lookup, one atomic operation each way, and a copy of the objects that cross: about
 * a third of those of 1.4 KiB.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/local_lock.h>
#include <linux/percpu.h>

#include "internal.h"

/**
 * struct mapping - the object that a CPU has mapped
 * @lock: held from map to unmap; protects the rest
 * @buffer: ZS_MAX_SIZE bytes for an object that crosses pages
 * @zspage: what the object lies in, NULL if it has a page to itself
 * @object: that page's element, NULL if not
 * @local: address to give to kunmap_local(), NULL if there is none
 * @entry: where the object lies
 * @mode: what it was mapped for
 * @copied: whether @buffer stands in for the object
 */
struct mapping {
	local_lock_t lock;
	void *buffer;
	struct zspage *zspage;
	struct zs_page_object *object;
	void *local;
	u32 entry;
	enum zs_mapmode mode;
	bool copied;
};

static DEFINE_PER_CPU(struct mapping, mappings) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

/*
 * memcpy() by a call. A compiler that can tell how long a copy is at most uses string instructions,
 * whose start takes as long as some hundred bytes.
 */
static void copy_bytes(void *to, const void *from, size_t n)
{
	OPTIMIZER_HIDE_VAR(n);
	memcpy(to, from, n);
}

/* Copies an object out of its pages. */
static void copy_out(void *buffer, const struct zspage *zspage, u32 entry)
{
	unsigned int at = entry_offset(entry), end = entry_end(entry), n;

	for (; at < end; at += n, buffer += n) {
		void *page = kmap_local_page(zspage_page(zspage, at / PAGE_SIZE));

		n = min_t(unsigned int, end - at, PAGE_SIZE - at % PAGE_SIZE);
		copy_bytes(buffer, page + at % PAGE_SIZE, n);
		kunmap_local(page);
	}
}

/* Copies an object into its pages. */
static void copy_in(const struct zspage *zspage, u32 entry, const void *data)
{
	unsigned int at = entry_offset(entry), end = entry_end(entry), n;

	for (; at < end; at += n, data += n) {
		void *page = kmap_local_page(zspage_page(zspage, at / PAGE_SIZE));

		n = min_t(unsigned int, end - at, PAGE_SIZE - at % PAGE_SIZE);
		copy_bytes(page + at % PAGE_SIZE, data, n);
		kunmap_local(page);
	}
}

/* Where the object can be used in place; NULL if it crosses pages that are not neighbours. */
static void *in_place(struct mapping *mapping, struct zspage *zspage, u32 entry)
{
	unsigned int first = entry_offset(entry) / PAGE_SIZE;
	unsigned int last = (entry_end(entry) - 1) / PAGE_SIZE;
	struct page *page = zspage_page(zspage, first);

	if (first == last) {
		mapping->local = kmap_local_page(page);
		return mapping->local + entry_offset(entry) % PAGE_SIZE;
	}
	for (; first < last; first++) {
		struct page *next = zspage_page(zspage, first + 1);

		if (PageHighMem(page) || PageHighMem(next) ||
		    page_address(next) != page_address(page) + PAGE_SIZE)
			return NULL;
		page = next;
	}
	page = zspage_page(zspage, entry_offset(entry) / PAGE_SIZE);
	return page_address(page) + entry_offset(entry) % PAGE_SIZE;
}

static void *map_page(struct mapping *mapping, struct zs_page_object *object, unsigned int *size)
{
	mapping->object = object;
	mapping->local = kmap_local_page(zs_page_lock(object));
	*size = object->size;
	return mapping->local;
}

static void *map_zspage(struct mapping *mapping, struct zspage *zspage, unsigned int index,
			unsigned int *size)
{
	void *address;

	read_lock(&zspage->lock);
	/* For sparse, which counts in one function: from here on the lock is the mapping's. */
	__release(&zspage->lock);
	mapping->zspage = zspage;
	mapping->entry = zspage_entry(zspage, index);
	*size = entry_length(mapping->entry);
	address = in_place(mapping, zspage, mapping->entry);
	mapping->copied = !address;
	if (address)
		return address;
	if (mapping->mode != ZS_MM_WO)
		copy_out(mapping->buffer, zspage, mapping->entry);
	return mapping->buffer;
}

/**
 * zs_map_sized() - map an object and learn its size
 * @pool: its pool
 * @handle: the object; allocated, and not freed before it is unmapped
 * @mode: what the mapping is for
 * @size: out: bytes of the object
 *
 * Context: process context; disables preemption until zs_unmap_object().
 * One object at a time.
 * Return: where the object is.
 */
void *zs_map_sized(struct zs_pool *pool, unsigned long handle, enum zs_mapmode mode,
		   unsigned int *size)
{
	struct mapping *mapping;

	local_lock(&mappings.lock);
	mapping = this_cpu_ptr(&mappings);
	mapping->mode = mode;
	if (handle & ZS_PAGE_HANDLE)
		return map_page(mapping, zs_page_object(pool, handle), size);
	return map_zspage(mapping, zs_zspage(pool, handle), handle & (ZS_MAX_INDEX - 1), size);
}

/**
 * zs_map_object() - map an object
 * @pool: its pool
 * @handle: the object
 * @mode: what the mapping is for
 *
 * zs_map_sized() for those who know the size.
 *
 * Context: as there.
 * Return: where the object is.
 */
void *zs_map_object(struct zs_pool *pool, unsigned long handle, enum zs_mapmode mode)
{
	unsigned int size;

	return zs_map_sized(pool, handle, mode, &size);
}

/**
 * zs_unmap_object() - end a mapping
 * @pool: the pool
 * @handle: the object that this context mapped
 */
void zs_unmap_object(struct zs_pool *pool, unsigned long handle)
{
	struct mapping *mapping = this_cpu_ptr(&mappings);
	struct zspage *zspage = mapping->zspage;

	if (mapping->copied && mapping->mode != ZS_MM_RO)
		copy_in(zspage, mapping->entry, mapping->buffer);
	if (mapping->copied && pool->wipe)
		memset(mapping->buffer, 0, entry_length(mapping->entry));
	if (mapping->local)
		kunmap_local(mapping->local);
	if (mapping->object)
		zs_page_unlock(mapping->object);
	if (zspage) {
		__acquire(&zspage->lock);
		read_unlock(&zspage->lock);
	}
	mapping->local = NULL;
	mapping->object = NULL;
	mapping->zspage = NULL;
	mapping->copied = false;
	local_unlock(&mappings.lock);
}

static void write_page(struct zs_page_object *object, const void *data, unsigned int length)
{
	void *page = kmap_local_page(zs_page_lock(object));

	if (!WARN_ON_ONCE(object->size != length))
		memcpy(page, data, length);
	kunmap_local(page);
	zs_page_unlock(object);
}

/**
 * zs_obj_write() - fill an object
 * @pool: its pool
 * @handle: the object; not mapped by anybody
 * @data: what to write
 * @length: bytes of it, those of the object: nothing is written if they are not
 *
 * Does what mapping, copying and unmapping would, with one copy and not two where the object
 * crosses pages.
 *
 * Context: any but interrupts, with nothing mapped; does not sleep.
 */
void zs_obj_write(struct zs_pool *pool, unsigned long handle, const void *data,
		  unsigned int length)
{
	struct zspage *zspage;
	u32 entry;

	if (handle & ZS_PAGE_HANDLE) {
		write_page(zs_page_object(pool, handle), data, length);
		return;
	}
	zspage = zs_zspage(pool, handle);
	read_lock(&zspage->lock);
	entry = zspage_entry(zspage, handle & (ZS_MAX_INDEX - 1));
	if (!WARN_ON_ONCE(entry_length(entry) != length))
		copy_in(zspage, entry, data);
	read_unlock(&zspage->lock);
}

/**
 * zs_object_size() - look the size of an object up
 * @pool: its pool
 * @handle: the object
 *
 * Context: any but interrupts, with nothing mapped; takes the lock of the object's zspage.
 * Return: bytes.
 */
unsigned int zs_object_size(struct zs_pool *pool, unsigned long handle)
{
	struct zspage *zspage;
	u32 entry;

	if (handle & ZS_PAGE_HANDLE)
		return zs_page_object(pool, handle)->size;
	zspage = zs_zspage(pool, handle);
	read_lock(&zspage->lock);
	entry = zspage_entry(zspage, handle & (ZS_MAX_INDEX - 1));
	read_unlock(&zspage->lock);
	return entry_length(entry);
}

/**
 * zs_scratch_get() - borrow this CPU's buffer
 *
 * For work on zspages that needs a page of memory and does not sleep.
 *
 * Context: as for a mapping; nothing is mapped until zs_scratch_put().
 * Return: ZS_MAX_SIZE bytes.
 */
void *zs_scratch_get(void)
{
	local_lock(&mappings.lock);
	return this_cpu_ptr(&mappings)->buffer;
}

/* Gives the buffer back. */
void zs_scratch_put(void)
{
	local_unlock(&mappings.lock);
}

/**
 * zs_relocate() - move an object out of a sparse zspage
 * @pool: the pool
 * @handle: an object that zs_is_sparse() names and that its owner has locked
 *
 * The copy goes through this CPU's buffer, which stays ours while one object is read and the other
 * written.
 *
 * Context: from zs_owner_ops.relocate, which is called with reclaim_lock held; does not sleep.
 * Return: the handle to keep in place of @handle, or @handle if there was no memory.
 */
unsigned long zs_relocate(struct zs_pool *pool, unsigned long handle)
{
	void *buffer = zs_scratch_get();
	struct zspage *zspage = zs_zspage(pool, handle);
	unsigned long new;
	u32 entry;

	lockdep_assert_held(&pool->reclaim_lock);
	read_lock(&zspage->lock);
	entry = zspage_entry(zspage, handle & (ZS_MAX_INDEX - 1));
	copy_out(buffer, zspage, entry);
	read_unlock(&zspage->lock);

	/* Even on behalf of a swap write: the reserves are not for this. */
	new = zspage_malloc(pool, entry_length(entry),
			    GFP_NOWAIT | __GFP_NOWARN | __GFP_NOMEMALLOC, &pool->pages_owed);
	if (!IS_ERR_VALUE(new)) {
		zs_obj_write(pool, new, buffer, entry_length(entry));
		zs_free(pool, handle);
		handle = new;
		atomic64_add(entry_length(entry), &pool->moved_bytes);
	}
	if (pool->wipe)
		memset(buffer, 0, entry_length(entry));
	zs_scratch_put();
	return handle;
}

/* Frees the buffers of all CPUs. */
void zs_map_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct mapping *mapping = per_cpu_ptr(&mappings, cpu);

		free_page((unsigned long)mapping->buffer);
		mapping->buffer = NULL;
	}
}

/* Allocates a buffer for each CPU that may ever come; one page each. */
int zs_map_init(void)
{
	int cpu;

	BUILD_BUG_ON(ZS_MAX_SIZE > PAGE_SIZE);
	for_each_possible_cpu(cpu) {
		void *buffer = (void *)__get_free_page(GFP_KERNEL);

		if (!buffer) {
			zs_map_exit();
			return -ENOMEM;
		}
		per_cpu_ptr(&mappings, cpu)->buffer = buffer;
	}
	return 0;
}
