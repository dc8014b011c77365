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

size_t zstd_compress_cctx(zstd_cctx *cctx, void *out, size_t out_size, const void *in,
			  size_t in_size, const zstd_parameters *parameters)
{
	ZSTD_parameters theirs;

	memcpy(&theirs, parameters, sizeof(theirs));
	return ZSTD_compress_advanced((ZSTD_CCtx *)cctx, out, out_size, in, in_size, NULL, 0,
				      theirs);
}

size_t zstd_decompress_dctx(zstd_dctx *dctx, void *out, size_t out_size,
			    const void *in, size_t in_size)
{
	return ZSTD_decompressDCtx((ZSTD_DCtx *)dctx, out, out_size, in, in_size);
}

unsigned int zstd_is_error(size_t code)
{
	return ZSTD_isError(code);
}
