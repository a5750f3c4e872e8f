/* SPDX-License-Identifier: MIT */
#include "sha256_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

bool sha256_x86_usable(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1) &&
	       __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/* The instructions keep the eight words as ABEF and CDGH. */
__attribute__((target("sha,ssse3,sse4.1"))) void sha256_x86_compress(uint32_t h[static 8],
	const unsigned char *data, size_t blocks, const uint32_t constants[static 64])
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h), 0xb1);
	__m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)h + 1), 0x1b);
	__m128i abef = _mm_alignr_epi8(dcba, hgfe, 8), cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);

	for (; blocks; blocks--, data += 64) {
		const __m128i abef_before = abef, cdgh_before = cdgh;
		__m128i w[4];

#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			__m128i *now = &w[i & 3], last = w[(i - 1) & 3], sum;

			if (i < 4)
				*now = _mm_shuffle_epi8(
					_mm_loadu_si128((const __m128i *)data + i), big_endian);
			else
				*now = _mm_sha256msg2_epu32(
					_mm_add_epi32(_mm_sha256msg1_epu32(*now, w[(i - 3) & 3]),
						_mm_alignr_epi8(last, w[(i - 2) & 3], 4)),
					last);
			sum = _mm_add_epi32(
				*now, _mm_loadu_si128((const __m128i *)(constants + 4 * i)));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	dcba = _mm_shuffle_epi32(abef, 0x1b);
	hgfe = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)h, _mm_blend_epi16(dcba, hgfe, 0xf0));
	_mm_storeu_si128((__m128i *)h + 1, _mm_alignr_epi8(hgfe, dcba, 8));
}

#else

bool sha256_x86_usable(void)
{
	return false;
}

void sha256_x86_compress(uint32_t h[static 8], const unsigned char *data, size_t blocks,
	const uint32_t constants[static 64])
{
	(void)h, (void)data, (void)blocks, (void)constants;
}

#endif
