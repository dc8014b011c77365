// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: the machine's memory, a page at a time.
 *
 * Memory is a range of addresses; page frame numbers count its pages from PFN_BASE, which is chosen
 * so that they need more than 32 bits. Unless the test asks for contiguous memory, every other
 * frame is never given out and never accessible, so that running over the end of a page faults even
 * in code that no sanitizer has instrumented; a freed page is poisoned and comes last in the queue
 * of those to be used again. Contiguous memory is given out in order and used again at once, as a
 * kernel does.
 *
 * Highmem frames follow; they are pages of a file, mapped by kmap_local_page() only.
 */
#define _GNU_SOURCE
#include <sanitizer/asan_interface.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/cpumask.h>
#include <linux/highmem.h>
#include <linux/list.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/pagemap.h>

#include "internal.h"

#define DEFAULT_PAGES	8192
#define JUNK		0xa5
#define PFN_BASE	(sizeof(long) == 8 ? 0x1234567000ULL : 0x180000ULL)

/* A queue of free frames through their numbers. */
struct queue {
	u32 first;
	u32 last;
};

static struct shim_inner_lock lock;
static char *memory;			/* of lowmem */
static char *windows;			/* what highmem is mapped at, SHIM_KMAP_MAX for each CPU */
static int file;			/* of highmem */
static struct page *map;		/* lowmem's frames, guards included, then highmem's */
static u32 *next_free;			/* for each of them */
static unsigned long nr_low, nr_high, fresh_low, fresh_high;
static struct queue free_low, free_high;
static bool in_order;
static unsigned int high_percent;
static u64 high_state;
static long peak, high_used;
static void (*watch)(const void *bytes);

static char *reserve(size_t bytes, int protection)
{
	char *start = mmap(NULL, bytes + PAGE_SIZE, protection,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (start == MAP_FAILED)
		shim_die(__FILE__, __LINE__, "no address space for the machine's memory", "mmap");
	return (char *)PAGE_ALIGN((unsigned long)start);
}

/**
 * shim_memory_init() - how much memory the machine has
 * @pages: of lowmem; and, if it is not contiguous, of highmem as well
 * @contiguous: give neighbours to those who ask one after the other
 */
void shim_memory_init(unsigned long pages, bool contiguous)
{
	unsigned long frames = pages * (contiguous ? 1 : 2) + 1;

	shim_require(!memory, "memory has been used already");
	in_order = contiguous;
	nr_low = frames;
	nr_high = contiguous ? 0 : pages;
	memory = reserve(frames * PAGE_SIZE, contiguous ? PROT_READ | PROT_WRITE : PROT_NONE);
	map = (struct page *)reserve((nr_low + nr_high) * sizeof(*map), PROT_READ | PROT_WRITE);
	next_free = (u32 *)reserve((nr_low + nr_high) * sizeof(u32), PROT_READ | PROT_WRITE);
	if (!nr_high)
		return;
	windows = reserve(NR_CPUS * SHIM_KMAP_MAX * 2 * PAGE_SIZE, PROT_NONE);
	file = memfd_create("highmem", 0);
	if (file < 0 || ftruncate(file, nr_high * PAGE_SIZE))
		shim_die(__FILE__, __LINE__, "no highmem", "memfd_create");
}

/* So many percent of the pages that may be highmem are. */
void shim_highmem(unsigned int percent)
{
	high_percent = percent;
	high_state = 1;
}

static bool is_high(unsigned long frame)
{
	return frame >= nr_low;
}

static char *address_of(unsigned long frame)
{
	return memory + frame * PAGE_SIZE;
}

static unsigned long frame_of(const struct page *page)
{
	shim_require(page >= map && page < map + nr_low + nr_high, "not a page");
	return page - map;
}

/* Frames count from 1 in queues, which leaves 0 for their ends. */
static void put_free(struct queue *queue, u32 frame)
{
	if (in_order || !queue->last) {
		next_free[frame] = in_order ? queue->first : 0;
		queue->first = frame + 1;
		queue->last = in_order ? 0 : frame + 1;
		return;
	}
	next_free[frame] = 0;
	next_free[queue->last - 1] = frame + 1;
	queue->last = frame + 1;
}

static unsigned long get_free(struct queue *queue)
{
	unsigned long frame = queue->first - 1;

	queue->first = next_free[frame];
	if (!queue->first)
		queue->last = 0;
	return frame;
}

static unsigned long get_low(void)
{
	unsigned long frame;

	/* Used ones wait until all have been used once. */
	if ((!in_order || !free_low.first) && fresh_low + 1 < nr_low) {
		if (in_order)
			return fresh_low++;
		frame = fresh_low + 1;
		fresh_low += 2;
		if (mprotect(address_of(frame), PAGE_SIZE, PROT_READ | PROT_WRITE))
			shim_die(__FILE__, __LINE__, "no memory", "mprotect");
		return frame;
	}
	shim_require(free_low.first, "the machine has no more memory");
	return get_free(&free_low);
}

static unsigned long get_high(void)
{
	if (fresh_high < nr_high)
		return nr_low + fresh_high++;
	shim_require(free_high.first, "the machine has no more highmem");
	return get_free(&free_high);
}

static void fill(struct page *page, int byte)
{
	void *at = shim_kmap(page);

	memset(at, byte, PAGE_SIZE);
	shim_kunmap(at);
}

static unsigned long get_frame(gfp_t gfp)
{
	unsigned long frame;
	long live;

	shim_inner_lock(&lock);
	if (!memory)
		shim_memory_init(DEFAULT_PAGES, false);
	if (gfp & __GFP_HIGHMEM && high_percent && shim_random(&high_state) % 100 < high_percent) {
		frame = get_high();
		high_used++;
	} else {
		frame = get_low();
	}
	shim_count_alloc(SHIM_PAGE);
	live = shim_count_live(SHIM_PAGE);
	if (live > peak)
		peak = live;
	shim_inner_unlock(&lock);
	return frame;
}

/* A scanner that looks for movable pages may be looking at this one, and sees it have no owner. */
static void start_page(struct page *page)
{
	page->lru = (struct list_head){};
	page->index = 0;
	page->private = 0;
	atomic_set_release(&page->refs, 1);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	unsigned long frame;
	struct page *page;

	if (order)
		shim_count_high_order();
	shim_require(!order, "more than one page is never to be asked for");
	if (!shim_may_allocate(SHIM_PAGE, gfp))
		return NULL;
	frame = get_frame(gfp);
	page = &map[frame];
	start_page(page);
	if (!is_high(frame))
		ASAN_UNPOISON_MEMORY_REGION(address_of(frame), PAGE_SIZE);
	if (gfp & __GFP_ZERO || SHIM_CHECKS)
		fill(page, gfp & __GFP_ZERO ? 0 : JUNK);
	return page;
}

static void show(struct page *page, void (*look)(const void *bytes))
{
	void *at = shim_kmap(page);

	look(at);
	shim_kunmap(at);
}

/**
 * shim_watch_frees() - see what is in pages that are freed
 * @look: called with the bytes of each, NULL for no more
 */
void shim_watch_frees(void (*look)(const void *bytes))
{
	watch = look;
}

/* Has @look see what is in each page that is in use. */
void shim_look_at_pages(void (*look)(const void *bytes))
{
	struct page *page;
	unsigned long frame;

	for (frame = 0; (page = shim_next_page(&frame)); frame++) {
		show(page, look);
		put_page(page);
	}
}

static void release_page(struct page *page)
{
	unsigned long frame = frame_of(page);

	shim_require(!__atomic_load_n(&page->maps, __ATOMIC_RELAXED), "page is freed while mapped");
	shim_require(!__PageMovable(page), "page is freed while movable");
	WRITE_ONCE(page->mapping, 0);
	if (!is_high(frame))
		ASAN_POISON_MEMORY_REGION(address_of(frame), PAGE_SIZE);
	shim_inner_lock(&lock);
	put_free(is_high(frame) ? &free_high : &free_low, frame);
	high_used -= is_high(frame);
	shim_count_free(SHIM_PAGE);
	shim_inner_unlock(&lock);
}

void get_page(struct page *page)
{
	shim_require(atomic_inc_return(&page->refs) > 1, "reference to a page that nobody owns");
}

void put_page(struct page *page)
{
	int refs;

	/* Tests that watch do so in one thread. */
	if (watch && atomic_read(&page->refs) == 1)
		show(page, watch);
	refs = atomic_sub_return(1, &page->refs);
	shim_require(refs >= 0, "page is freed twice");
	if (!refs)
		release_page(page);
}

void __free_pages(struct page *page, unsigned int order)
{
	shim_require(!order, "more than one page is freed");
	put_page(page);
}

/*
 * For a scanner of all pages: the next one at or after *@frame that might be movable, and a
 * reference.
 */
struct page *shim_next_page(unsigned long *frame)
{
	for (; *frame < nr_low + nr_high; ++*frame) {
		struct page *page = &map[*frame];
		int refs = atomic_read_acquire(&page->refs);

		while (refs > 0)
			if (atomic_try_cmpxchg(&page->refs, &refs, refs + 1))
				return page;
	}
	return NULL;
}

unsigned long __get_free_page(gfp_t gfp)
{
	struct page *page;

	shim_require(!(gfp & __GFP_HIGHMEM), "address of a page that may be highmem");
	page = alloc_page(gfp);
	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_page(gfp | __GFP_ZERO);
}

void free_page(unsigned long address)
{
	if (address)
		__free_page(virt_to_page((void *)address));
}

struct page *pfn_to_page(u64 pfn)
{
	shim_require(pfn >= PFN_BASE && pfn - PFN_BASE < nr_low + nr_high, "no such page frame");
	return &map[pfn - PFN_BASE];
}

u64 page_to_pfn(const struct page *page)
{
	return PFN_BASE + frame_of(page);
}

struct page *virt_to_page(const void *address)
{
	unsigned long frame = ((const char *)address - memory) / PAGE_SIZE;

	shim_require((const char *)address >= memory && frame < nr_low, "not an address of lowmem");
	shim_require(atomic_read(&map[frame].refs) > 0, "address in a page that nobody owns");
	return &map[frame];
}

void *page_address(const struct page *page)
{
	unsigned long frame = frame_of(page);

	return is_high(frame) ? NULL : address_of(frame);
}

void *shim_va(u64 physical)
{
	return (void *)((unsigned long)memory + (unsigned long)(physical - PFN_BASE * PAGE_SIZE));
}

bool PageHighMem(const struct page *page)
{
	return is_high(frame_of(page));
}

/* Where the thread's next mapping goes: a page between two that are never accessible. */
static char *window(void)
{
	unsigned long n = (unsigned long)(current->id - 1) * SHIM_KMAP_MAX + current->nr_kmaps;

	return windows + (2 * n + 1) * PAGE_SIZE;
}

void *shim_kmap(struct page *page)
{
	unsigned long frame = frame_of(page);
	char *at = address_of(frame);

	shim_require(atomic_read(&page->refs) > 0, "page that nobody owns is mapped");
	shim_require(current->nr_kmaps < SHIM_KMAP_MAX, "too many mappings");
	if (is_high(frame)) {
		at = mmap(window(), PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file,
			  (frame - nr_low) * PAGE_SIZE);
		shim_require(at != MAP_FAILED, "highmem cannot be mapped");
		ASAN_UNPOISON_MEMORY_REGION(at, PAGE_SIZE);
	}
	__atomic_fetch_add(&page->maps, 1, __ATOMIC_RELAXED);
	current->kmaps[current->nr_kmaps++] = (struct shim_mapping){ at, page };
	return at;
}

void shim_kunmap(const void *address)
{
	void *at = (void *)((unsigned long)address & PAGE_MASK);
	struct shim_mapping *mapping = &current->kmaps[current->nr_kmaps - 1];

	shim_require(current->nr_kmaps && mapping->address == at,
		     "mappings end in another order than they began");
	current->nr_kmaps--;
	__atomic_fetch_sub(&mapping->page->maps, 1, __ATOMIC_RELAXED);
	if (PageHighMem(mapping->page) &&
	    mmap(at, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
		 -1, 0) != at)
		shim_die(__FILE__, __LINE__, "highmem cannot be unmapped", "mmap");
}

void shim_memory_stats(struct shim_memory *stats)
{
	shim_fault_stats(stats);
	shim_inner_lock(&lock);
	stats->peak_pages = peak;
	stats->highmem = high_used;
	shim_inner_unlock(&lock);
}
