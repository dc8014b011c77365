/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zsmalloc: nouns, layout, lock order and invariants.
 *
 * A zspage is up to ZS_MAX_PAGES single pages that form one range of bytes:
 *
 *	0                              top                                  nr_pages * PAGE_SIZE
 *	| object | object | hole | object |          tail          | directory <- |
 *
 * Objects are packed upwards at byte granularity. The directory grows downwards from the end: a map
 * of 64 bits that says which of its first entries are free, and then one u32 {offset, length} for
 * each object, in page order of its index from the end. An index never changes while its object
 * lives, so handle = {zspage number, index} stays valid when the object slides. When the zspage
 * grows or shrinks by a page, the directory moves to the new end. Entries are four bytes and
 * aligned, so none crosses a page.
 *
 * An object that compression could not shrink has a page to itself and no zspage; its handle names
 * a word in a table that holds the page.
 *
 * Lock order, outermost first:
 *	pool->reclaim_lock	mutex: one compaction at a time
 *	class->lock		spinlock: which objects are where; see struct zs_class
 *	zspage->lock		rwlock: read: objects are mapped or written; write: they are moved
 *	pool->deferred_lock	spinlock: pages that wait to be freed
 *	table->lock		spinlock, in o0_table; may be taken under none or all of the above
 * Nothing is allocated from the system under a spinlock or rwlock of these.
 *
 * Invariants of a zspage that is linked in its class, checked by zs_pool_validate():
 *	sum of lengths in the directory		== live
 *	entries with a length			== nr_dir - nr_free
 *	top + zspage_dir_bytes()		<= nr_pages * PAGE_SIZE
 *	bit i of the map			== entry i is there and free, for i < 64
 *	max(offset + length)			== top
 *	objects do not overlap
 *	each of the two known holes		== what is between two objects
 *	any other > max(class->least, ZS_HOLE_SEEN)	=> more_holes
 *	the last ZS_DIR_STEP entries		have an object
 *	bucket					== zs_bucket(class, zspage_room(zspage))
 * and of a class:
 *	sum of nr_pages				== class->pages
 *	sum of live				== class->payload
 */
#ifndef _ZSMALLOC_INTERNAL_H
#define _ZSMALLOC_INTERNAL_H

#include <linux/bitmap.h>
#include <linux/build_bug.h>
#include <linux/highmem.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <order0.h>
#include <zsmalloc.h>

/* Offsets are 16 bits, so a zspage ends at 64 KiB; beyond that there is little to gain. */
#define ZS_MAX_PAGES		(SZ_64K / PAGE_SIZE)
static_assert(PAGE_SIZE <= SZ_64K);

/* Classes of objects in zspages; the one that follows is for whole pages. */
#define ZS_ELASTIC_CLASSES	(ZS_NR_CLASSES - 1)
#define ZS_PAGE_CLASS		ZS_ELASTIC_CLASSES

/* Room in a zspage is kept in equal steps above the class's lower bound. */
#define ZS_NR_BUCKETS		21

/* How full a zspage is goes in steps of one part in so many. */
#define ZS_FILL_STEPS		32

/* The directory grows by this many entries at a time. */
#define ZS_DIR_STEP		8

/* So many entries, the first, are in its map of free ones. */
#define ZS_DIR_MAPPED		64

/* A zspage of at least half the pages it may have counts as full when less than this is left. */
#define ZS_EARLY_TAIL		256

/* What is left of a hole is of no use to anybody if it is no larger than this, bytes. */
#define ZS_HOLE_LEAST		64

/* A search of a zspage sees every hole that is larger than this. */
#define ZS_HOLE_SEEN		512

/* A zspage is left as it is when freeing a byte of it takes copying so many. */
#define ZS_COST_TOO_MUCH	63

/*
 * handle = index + (number + 1) * 2^ZS_INDEX_BITS for an object in a zspage, so that 0 is none;
 * handle = number + ZS_PAGE_HANDLE for one that has a page to itself.
 */
#define ZS_INDEX_BITS		9
#define ZS_MAX_INDEX		BIT(ZS_INDEX_BITS)
#define ZS_PAGE_HANDLE		BIT(ZS_HANDLE_BITS - 1)
#define ZS_NUMBER_BITS		(ZS_HANDLE_BITS - 1 - ZS_INDEX_BITS)

/**
 * enum zspage_state - who may do what with a zspage
 * @ZSPAGE_LINKED: in a bucket of its class; allocation may use its room
 * @ZSPAGE_OPEN: the zspage that its class fills; in no bucket
 * @ZSPAGE_TAKEN: in the hands of reclaim, which may slide it; frees only mark the entry
 * @ZSPAGE_SPARSE: in the hands of reclaim, which waits for its owner to move the objects out
 */
enum zspage_state {
	ZSPAGE_LINKED = 1,
	ZSPAGE_OPEN,
	ZSPAGE_TAKEN,
	ZSPAGE_SPARSE,
};

/**
 * struct zspage - single pages stitched together
 * @state: enum zspage_state; non-zero while the zspage exists (o0_table relies on it)
 * @class: index of the size class
 * @nr_pages: pages that it has
 * @bucket: list of the class that it hangs on while ZSPAGE_LINKED
 * @cost: bytes that zspage_tidy() copies for each byte that it frees, rounded up, as it last found;
 *	0: it has not looked since the last free; ZS_COST_TOO_MUCH: so much or more
 * @lock: read: objects are mapped or written and must stay; write: objects, directory or pages
 *	move
 * @node: in a bucket of the class, or on reclaim's list while ZSPAGE_TAKEN or ZSPAGE_SPARSE
 * @number: its number in pool->zspages
 * @top: objects end at or below this offset
 * @live: sum of the lengths of its objects
 * @hole: the two largest holes that are known, as entries of a directory, the larger one first; 0:
 *	none
 * @nr_dir: entries in the directory, free ones included
 * @more_holes: whether there may be another one larger than class->least; without, there may be
 *	one of at most ZS_HOLE_SEEN
 * @nr_free: entries without an object
 * @pfn_low: low 32 bits of each page's frame number
 * @pfn_high: the bits above
 *
 * Everything but @lock is protected by class->lock, with these additions: entries of the directory
 * and the pages that hold objects change their place only with @lock held for writing as well, so
 * that either lock is enough to read them; while ZSPAGE_TAKEN, the taker alone changes @top, @live,
 * @nr_pages, @hole and any of the bit-fields, which share their words, and frees change entries
 * atomically to 0.
 *
 * Two cache lines: there is one of these for 64 KiB of payload.
 */
struct zspage {
	u8 state;
	u8 class;
	u8 nr_pages;
	u8 bucket;
	u32 number;
	rwlock_t lock;
	struct list_head node;
	u16 top;
	u16 live;
	u32 hole[2];
	u16 nr_dir : 10;
	u16 more_holes : 1;
	u16 nr_free : 10;
	u16 cost : 6;
	u32 pfn_low[ZS_MAX_PAGES];
	u8 pfn_high[ZS_MAX_PAGES];
} __aligned(sizeof(long));

/**
 * struct zs_class - objects of a range of sizes
 * @lock: protects all fields below it and, as said there, the zspages of the class
 * @low: objects are larger than this
 * @high: and at most this large
 * @least: holes have to be larger than this to be of use
 * @per_byte: buckets for a byte of room, see zs_bucket()
 * @index: position in pool->class
 * @open: the zspage being filled, NULL if none
 * @bucket: linked zspages by the room they have; bucket 0: none for any size of the class
 * @linked: how many zspages each bucket has
 * @occupied: which buckets have any
 * @objects: objects allocated; like the sums below written under @lock, zs_glance() without
 * @payload: their bytes
 * @pages: pages of all zspages
 * @highmem: those of @pages that are highmem
 * @zspages: zspages
 * @freed: bytes freed since reclaim was last woken
 * @emptiest: no linked zspage is less full than this, zspage_fill(); written under @lock, read
 *	without to tell whether a look is worth it
 * @packed: slack that packing anew has left, or less if less has been seen since, as a part of
 *	65536 of what is used; written and read by that alone, under pool->reclaim_lock
 */
struct zs_class {
	spinlock_t lock;
	u16 low;
	u16 high;
	u16 least;
	u16 per_byte;
	u8 index;
	struct zspage *open;
	struct list_head bucket[ZS_NR_BUCKETS];
	u32 linked[ZS_NR_BUCKETS];
	DECLARE_BITMAP(occupied, ZS_NR_BUCKETS);
	unsigned long objects;
	u64 payload;
	unsigned long pages;
	unsigned long highmem;
	unsigned long zspages;
	unsigned long freed;
	unsigned int emptiest;
	u32 packed;
};

/*
 * A sum of a class, without the lock under which it is written. data_race: it is about right, and
 * on a 32-bit machine once in 4 GiB a word is torn, which makes one guess or figure wrong.
 */
#define zs_glance(sum)		data_race(READ_ONCE(sum))

/* What the page_private of a page says in its low bits; see migrate.c. */
#define ZS_OWNER_DETACHED	1UL	/* nobody's or being freed; the rest: next page of a list */
#define ZS_OWNER_OBJECT		2UL	/* a page object; with neither bit, a zspage */
#define ZS_OWNER_MASK		3UL

/**
 * struct zs_pages - pages that are to be freed, through page_private
 * @first: the first, NULL if there is none
 */
struct zs_pages {
	struct page *first;
};

/**
 * struct zs_page_object - an object that has a page to itself
 * @page: the page, with a lock in bit 0 that a mapping holds: the page stays the object's page
 * @size: bytes of the object
 */
struct zs_page_object {
	unsigned long page;
	u32 size;
};

/**
 * struct zs_pool - a set of objects that live and die together
 * @zspages: the zspages, by number
 * @whole: pages held by incompressible objects, by number; see page.c
 * @class: the elastic classes
 * @page_objects: objects that have a page to themselves
 * @page_payload: their bytes
 * @page_highmem: those of them in highmem
 * @pages: pages that hold objects, for zs_get_total_pages()
 * @ops: how to reach the owner of the handles, NULL if nobody answers; set before first use
 * @owner: its argument
 * @reclaim_lock: one compaction at a time
 * @slack_target: percent of the payload that may be slack before background reclaim starts;
 *	READ_ONCE
 * @work: background reclaim while there are frees
 * @settle: background reclaim when there have been none for a while
 * @shrinker: has memory pressure ask for slack
 * @deferred_lock: protects @deferred
 * @deferred: pages that could not be freed because the kernel was about to move them
 * @deferred_work: frees them
 * @pages_migrated: pages that the kernel moved
 * @in_vain: slack at which reclaim on demand found nothing to gain, and some more; written under
 *	reclaim_lock
 * @pressed_in_vain: the same of memory pressure, which does not try as hard
 * @pages_compacted: pages returned by compaction
 * @pages_owed: pages that relocation took and reclaim has not yet won back; under reclaim_lock
 * @moved_bytes: bytes that compaction copied
 * @wipe: what belongs to no object is cleared, see wipe.c; set before first use
 * @name: for messages
 */
struct zs_pool {
	struct o0_table zspages;
	struct o0_table whole;
	struct zs_class class[ZS_ELASTIC_CLASSES];
	atomic_long_t page_objects;
	atomic64_t page_payload;
	atomic_long_t page_highmem;
	atomic_long_t pages;
	const struct zs_owner_ops *ops;
	void *owner;
	struct mutex reclaim_lock;
	unsigned int slack_target;
	struct work_struct work;
	struct delayed_work settle;
	struct shrinker *shrinker;
	spinlock_t deferred_lock;
	struct zs_pages deferred;
	struct work_struct deferred_work;
	atomic64_t pages_migrated;
	u64 in_vain;
	u64 pressed_in_vain;
	atomic64_t pages_compacted;
	unsigned int pages_owed;
	atomic64_t moved_bytes;
	bool wipe;
	char name[32];
};

/* size_class.c: arithmetic and lists */
unsigned int zs_bucket(const struct zs_class *class, unsigned int room);
void zs_classes_init(struct zs_pool *pool);
bool zs_wants_page(size_t size);
struct zs_class *zs_class_of(struct zs_pool *pool, size_t size);
void zs_class_link(struct zs_class *class, struct zspage *zspage);
void zs_class_unlink(struct zs_class *class, struct zspage *zspage);
void zs_class_update(struct zs_class *class, struct zspage *zspage);
struct zspage *zs_class_best_fit(struct zs_class *class, unsigned int size);
struct zspage *zs_class_growable(struct zs_class *class, unsigned int size);
u64 zs_class_slack(const struct zs_class *class, u64 *used);

/* zspage.c: pages, directory, packing */
bool zspage_replace_entry(struct zspage *zspage, unsigned int index, u32 old, u32 new);
void zspage_prefetch(const struct zspage *zspage);
unsigned int zspage_tail(const struct zspage *zspage);
unsigned int zspage_room(const struct zspage *zspage);
bool zspage_can_grow(const struct zspage *zspage);
bool zspage_full_early(const struct zspage *zspage);
void zspage_add_page(struct zs_class *class, struct zspage *zspage, struct page *page);
unsigned int zspage_place(struct zspage *zspage, unsigned int size);
void zspage_drop(struct zspage *zspage, unsigned int index, unsigned int least);
void zspage_keep_hole(struct zspage *zspage, u32 hole, unsigned int least);
void zspage_recount(struct zspage *zspage);
unsigned int zspage_by_offset(const struct zspage *zspage, u32 *list);
void zspage_lengths(const struct zspage *zspage, const u32 *list, unsigned int n, u16 *length);
void zspage_clear(struct zspage *zspage, unsigned int from, unsigned int to);
unsigned int zspage_trim(struct zs_class *class, struct zspage *zspage, struct zs_pages *pages);
void zspage_remove_pages(struct zs_class *class, struct zspage *zspage, struct zs_pages *pages);
void zspage_replace_page(struct zs_class *class, struct zspage *zspage, struct page *old,
			 struct page *new);

/* What every mapping does is in line. */
static inline u64 zspage_pfn(const struct zspage *zspage, unsigned int i)
{
	return zspage->pfn_low[i] | (u64)zspage->pfn_high[i] << 32;
}

static inline struct page *zspage_page(const struct zspage *zspage, unsigned int i)
{
	return pfn_to_page(zspage_pfn(zspage, i));
}

/* What the directory takes from the end of a zspage. */
static inline unsigned int zspage_dir_bytes(const struct zspage *zspage)
{
	return sizeof(u64) + zspage->nr_dir * sizeof(u32);
}

/*
 * Maps the directory: entry i is at [-1 - i] of what is returned, which points to the map. Unmapped
 * by zspage_dir_unmap(). The zspage's class or the zspage itself must be locked, or the directory
 * could move away.
 */
static inline u32 *zspage_dir_map(const struct zspage *zspage)
{
	return kmap_local_page(zspage_page(zspage, zspage->nr_pages - 1)) + PAGE_SIZE -
	       sizeof(u64);
}

/* Which of the first ZS_DIR_MAPPED entries are free; protected by the lock of the class. */
static inline u64 *zspage_free_map(u32 *dir)
{
	return (u64 *)dir;
}

static inline void zspage_dir_unmap(u32 *dir)
{
	kunmap_local(dir);
}

/* The directory entry of an object; see zspage_dir_map() for what must be locked. */
static inline u32 zspage_entry(const struct zspage *zspage, unsigned int index)
{
	u32 *dir = zspage_dir_map(zspage);
	u32 entry = READ_ONCE(dir[-1 - (int)index]);

	zspage_dir_unmap(dir);
	return entry;
}

/* A directory entry: offset in the upper half, length in the lower; 0 is a free one. */
static inline unsigned int entry_offset(u32 entry)
{
	return entry >> 16;
}

static inline unsigned int entry_length(u32 entry)
{
	return entry & 0xffff;
}

static inline unsigned int entry_end(u32 entry)
{
	return entry_offset(entry) + entry_length(entry);
}

static inline u32 make_entry(unsigned int offset, unsigned int length)
{
	return offset << 16 | length;
}

/* hole.c */
void zspage_find_holes(struct zspage *zspage, unsigned int least);

/* map.c */
int zs_map_init(void);
void zs_map_exit(void);
void *zs_scratch_get(void);
void zs_scratch_put(void);

/* migrate.c: pages that the kernel may move */
struct page *zs_page_get(struct zs_pool *pool, gfp_t gfp);
void zs_page_attach(struct page *page, unsigned long owner);
void zs_pages_add(struct zs_pages *pages, struct page *page);
void zs_pages_free(struct zs_pool *pool, struct zs_pages *pages);
void zs_migrate_init(struct zs_pool *pool);
void zs_migrate_stop(struct zs_pool *pool);

/* page.c: objects that have a page to themselves */
unsigned long zs_page_malloc(struct zs_pool *pool, unsigned int size, gfp_t gfp);
void zs_page_free(struct zs_pool *pool, u64 number);
void zs_page_destroy_all(struct zs_pool *pool);
struct page *zs_page_lock(struct zs_page_object *object);
void zs_page_unlock(struct zs_page_object *object);
bool zs_page_trylock(struct zs_page_object *object, struct page *page);
void zs_page_unlock_as(struct zs_page_object *object, struct page *page);

static inline struct page *zs_object_page(const struct zs_page_object *object)
{
	return (struct page *)(READ_ONCE(object->page) & ~1UL);
}

static inline u64 zs_page_number(unsigned long handle)
{
	return handle & ~ZS_PAGE_HANDLE;
}

static inline struct zs_page_object *zs_page_object(struct zs_pool *pool, unsigned long handle)
{
	return o0_table_get(&pool->whole, zs_page_number(handle));
}

/* object.c */
static inline u64 zs_zspage_number(unsigned long handle)
{
	return (handle >> ZS_INDEX_BITS) - 1;
}

static inline struct zspage *zs_zspage(struct zs_pool *pool, unsigned long handle)
{
	return o0_table_get(&pool->zspages, zs_zspage_number(handle));
}

unsigned long zspage_malloc(struct zs_pool *pool, unsigned int size, gfp_t gfp,
			    unsigned int *pages);
void zspage_release(struct zs_pool *pool, struct zspage *zspage);

/* wipe.c: leaving nothing behind */
u32 zspage_free_entry(struct zs_pool *pool, struct zspage *zspage, unsigned int index);
void zspage_clear_gaps(struct zspage *zspage, u32 *scratch);

/* tidy.c: rearranging one zspage */
unsigned int zspage_tidy(struct zspage *zspage, void *scratch, unsigned int limit, bool may_sleep);

/* take.c: zspages in and out of reclaim's hands */
typedef bool (*zspage_filter)(const struct zspage *zspage, void *arg);

/**
 * struct zs_search - for zspages of a class that reclaim wants
 * @class: the class
 * @state: what those that are found become
 * @wanted: which are wanted; called under the class lock
 * @arg: argument for @wanted
 * @bucket: where the search is
 * @left: zspages of that bucket which it has not looked at
 */
struct zs_search {
	struct zs_class *class;
	enum zspage_state state;
	zspage_filter wanted;
	void *arg;
	unsigned int bucket;
	long left;
};

unsigned int zspage_slack(const struct zspage *zspage);
unsigned int zspage_fill(const struct zspage *zspage);
bool zspage_less_full(const struct zspage *zspage, unsigned int fill);
void zs_search_init(struct zs_search *search, struct zs_class *class, enum zspage_state state,
		    zspage_filter wanted, void *arg);
unsigned int zs_search_take(struct zs_search *search, struct list_head *list, unsigned int max);
unsigned int zs_class_give_back(struct zs_pool *pool, struct zs_class *class,
				struct zspage *zspage);
void zs_count_compacted(struct zs_pool *pool, unsigned int freed);

/* evacuate.c: emptying sparse zspages with their owner's help */

/**
 * struct zs_evacuation - how far it goes
 * @limit: copy no more than about so many bytes for each byte freed
 * @goal: stop when about so many bytes are to be freed
 * @least: leave it if there would be fewer: the owner has to walk all of its handles
 */
struct zs_evacuation {
	unsigned int limit;
	u64 goal;
	u64 least;
};

void zs_evacuate(struct zs_pool *pool, const struct zs_evacuation *what);
void zs_repack(struct zs_pool *pool, unsigned int limit, u64 least);
void zs_evacuate_high_numbers(struct zs_pool *pool);

/* reclaim.c: when and how much */
void zs_reclaim_init(struct zs_pool *pool);
void zs_reclaim_stop(struct zs_pool *pool);
void zs_reclaim_start(struct zs_pool *pool);
unsigned long zs_reclaimable_pages(struct zs_pool *pool);
unsigned long zs_reclaim_pages(struct zs_pool *pool, unsigned long pages);

/* shrink.c: memory pressure */
int zs_shrink_init(struct zs_pool *pool);
void zs_shrink_stop(struct zs_pool *pool);

#endif
