/* A number's bits, mixed: the finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators"). For ids that are to look random and be the same every time; not for secrets. */
#ifndef BASE_MIX_H
#define BASE_MIX_H

#include <stdint.h>

static inline uint64_t mix_bits(uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

#endif
