/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sha256_x86.h"

/* FIPS 180-4, section 4.2.2. */
static const uint32_t constants[64] = { 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b,
	0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6,
	0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
	0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585,
	0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa,
	0xa4506ceb, 0xbef9a3f7, 0xc67178f2 };

static uint32_t rotate(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void schedule(uint32_t w[static 64], const unsigned char *block)
{
	for (int i = 0; i < 16; i++, block += 4)
		w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
		       (uint32_t)block[2] << 8 | block[3];
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
		       (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

/* Round i on the eight words, which stay where they are: it is their names that
 * move.  With a constant i they are registers. */
static inline void step(uint32_t v[static 8], unsigned i, uint32_t add)
{
	uint32_t a = v[(0 - i) & 7], b = v[(1 - i) & 7], c = v[(2 - i) & 7];
	uint32_t e = v[(4 - i) & 7], f = v[(5 - i) & 7], g = v[(6 - i) & 7];
	uint32_t *d = &v[(3 - i) & 7], *h = &v[(7 - i) & 7];
	uint32_t choose = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);

	*h += (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choose + add;
	*d += *h;
	*h += (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
}

static void compress(uint32_t h[static 8], const unsigned char *block)
{
	uint32_t w[64], v[8];

	schedule(w, block);
	memcpy(v, h, sizeof v);
	for (int i = 0; i < 64; i += 8) {
		step(v, 0, constants[i] + w[i]);
		step(v, 1, constants[i + 1] + w[i + 1]);
		step(v, 2, constants[i + 2] + w[i + 2]);
		step(v, 3, constants[i + 3] + w[i + 3]);
		step(v, 4, constants[i + 4] + w[i + 4]);
		step(v, 5, constants[i + 5] + w[i + 5]);
		step(v, 6, constants[i + 6] + w[i + 6]);
		step(v, 7, constants[i + 7] + w[i + 7]);
	}
	for (int i = 0; i < 8; i++)
		h[i] += v[i];
}

void sha256_hex(char out[static SHA256_TEXT], const void *data, size_t len)
{
	uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
		0x1f83d9ab, 0x5be0cd19 };
	unsigned char tail[128] = { 0 };
	const unsigned char *p = data;
	size_t rest = len % 64, padded = rest < 56 ? 64 : 128;

	if (sha256_x86_usable())
		sha256_x86_compress(h, p, len / 64, constants);
	else
		for (size_t i = 0; i < len / 64; i++)
			compress(h, p + 64 * i);
	if (rest)
		memcpy(tail, p + len - rest, rest);
	tail[rest] = 0x80;
	for (int i = 0; i < 8; i++)
		tail[padded - 1 - (size_t)i] = (unsigned char)((uint64_t)len * 8 >> (8 * i));
	for (size_t i = 0; i < padded; i += 64)
		compress(h, tail + i);
	for (int i = 0; i < 8; i++)
		(void)snprintf(out + 8 * i, 9, "%08x", h[i]);
}
