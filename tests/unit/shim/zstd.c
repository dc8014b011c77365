// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: lib/zstd's interface on top of the system's libzstd.
 */
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include <string.h>
#include <zstd.h>

#include <linux/bug.h>
#include <linux/zstd.h>

_Static_assert(sizeof(zstd_parameters) == sizeof(ZSTD_parameters), "layout of parameters");
_Static_assert(sizeof(zstd_compression_parameters) == sizeof(ZSTD_compressionParameters),
	       "layout of compression parameters");

_Static_assert(sizeof(zstd_frame_header) == sizeof(ZSTD_frameHeader) &&
	       offsetof(zstd_frame_header, headerSize) == offsetof(ZSTD_frameHeader, headerSize),
	       "layout of a frame's header");

size_t zstd_compress_bound(size_t size)
{
	return ZSTD_compressBound(size);
}

int zstd_min_clevel(void)
{
	return ZSTD_minCLevel();
}

int zstd_max_clevel(void)
{
	return ZSTD_maxCLevel();
}

zstd_parameters zstd_get_params(int level, unsigned long long source_size)
{
	ZSTD_parameters theirs = ZSTD_getParams(level, source_size, 0);
	zstd_parameters ours;

	memcpy(&ours, &theirs, sizeof(ours));
	return ours;
}

zstd_compression_parameters zstd_get_cparams(int level, unsigned long long source_size,
					     size_t dict_size)
{
	ZSTD_compressionParameters theirs = ZSTD_getCParams(level, source_size, dict_size);
	zstd_compression_parameters ours;

	memcpy(&ours, &theirs, sizeof(ours));
	return ours;
}

size_t zstd_cctx_workspace_bound(const zstd_compression_parameters *parameters)
{
	ZSTD_compressionParameters theirs;

	memcpy(&theirs, parameters, sizeof(theirs));
	return ZSTD_estimateCCtxSize_usingCParams(theirs);
}

size_t zstd_dctx_workspace_bound(void)
{
	return ZSTD_estimateDCtxSize();
}

zstd_cctx *zstd_init_cctx(void *workspace, size_t size)
{
	return (zstd_cctx *)ZSTD_initStaticCCtx(workspace, size);
}

zstd_dctx *zstd_init_dctx(void *workspace, size_t size)
{
	return (zstd_dctx *)ZSTD_initStaticDCtx(workspace, size);
}

/* A dictionary in memory of the caller's: libzstd 1.5.4 crashes when it cannot allocate one. */
struct cdict {
	zstd_custom_mem memory;
	const ZSTD_CDict *theirs;
	u64 workspace[];
};

zstd_cdict *zstd_create_cdict_byreference(const void *dict, size_t size,
					  zstd_compression_parameters parameters,
					  zstd_custom_mem memory)
{
	ZSTD_compressionParameters theirs;
	struct cdict *cdict;
	size_t bytes;

	memcpy(&theirs, &parameters, sizeof(theirs));
	bytes = ZSTD_estimateCDictSize_advanced(size, theirs, ZSTD_dlm_byRef);
	cdict = memory.customAlloc(memory.opaque, sizeof(*cdict) + bytes);
	if (!cdict)
		return NULL;
	cdict->memory = memory;
	cdict->theirs = ZSTD_initStaticCDict(cdict->workspace, bytes, dict, size, ZSTD_dlm_byRef,
					     ZSTD_dct_auto, theirs);
	if (cdict->theirs)
		return (zstd_cdict *)cdict;
	memory.customFree(memory.opaque, cdict);
	return NULL;
}

size_t zstd_free_cdict(zstd_cdict *cdict_)
{
	struct cdict *cdict = (struct cdict *)cdict_;

	if (cdict)
		cdict->memory.customFree(cdict->memory.opaque, cdict);
	return 0;
}

size_t zstd_compress_using_cdict(zstd_cctx *cctx, void *out, size_t out_size, const void *in,
				 size_t in_size, const zstd_cdict *cdict)
{
	return ZSTD_compress_usingCDict((ZSTD_CCtx *)cctx, out, out_size, in, in_size,
					((const struct cdict *)cdict)->theirs);
}

size_t zstd_decompress_dctx(zstd_dctx *dctx, void *out, size_t out_size,
			    const void *in, size_t in_size)
{
	return ZSTD_decompressDCtx((ZSTD_DCtx *)dctx, out, out_size, in, in_size);
}

zstd_ddict *zstd_create_ddict_byreference(const void *dict, size_t size, zstd_custom_mem memory)
{
	ZSTD_customMem theirs = { memory.customAlloc, memory.customFree, memory.opaque };

	return (zstd_ddict *)ZSTD_createDDict_advanced(dict, size, ZSTD_dlm_byRef, ZSTD_dct_auto,
						       theirs);
}

size_t zstd_free_ddict(zstd_ddict *ddict)
{
	return ZSTD_freeDDict((ZSTD_DDict *)ddict);
}

size_t zstd_decompress_using_ddict(zstd_dctx *dctx, void *out, size_t out_size, const void *in,
				   size_t in_size, const zstd_ddict *ddict)
{
	return ZSTD_decompress_usingDDict((ZSTD_DCtx *)dctx, out, out_size, in, in_size,
					  (const ZSTD_DDict *)ddict);
}

size_t zstd_get_frame_header(zstd_frame_header *header, const void *in, size_t in_size)
{
	return ZSTD_getFrameHeader((ZSTD_frameHeader *)header, in, in_size);
}

unsigned int zstd_is_error(size_t code)
{
	return ZSTD_isError(code);
}
