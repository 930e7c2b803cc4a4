#include "store/identity.h"

#include "base/mix.h"

#include <stdio.h>
#include <string.h>

/* FNV-1a, with the terminating NUL so that ("ab", "c") is not ("a", "bc"). */
static uint64_t digest(uint64_t state, const char *text)
{
    const size_t size = strlen(text) + 1;
    for (size_t i = 0; i < size; i++)
        state = (state ^ (unsigned char)text[i]) * 0x100000001b3U;
    return state;
}

void identity_pack_id(uint64_t seed, const struct scope *scope, const char *name, int64_t deletions,
                      char id[IDENTITY_ID])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char prefix[] = "conformance-pack-";
    uint64_t state = digest(digest(digest(mix_bits(seed), scope->account), scope->region), name);
    uint64_t number = mix_bits(state + (uint64_t)deletions);
    memcpy(id, prefix, sizeof prefix - 1);
    for (size_t i = sizeof prefix - 1; i < IDENTITY_ID - 1; i++) {
        id[i] = alphabet[number % (sizeof alphabet - 1)];
        number /= sizeof alphabet - 1;
    }
    id[IDENTITY_ID - 1] = '\0';
}

const char *identity_partition(const char *region)
{
    if (strncmp(region, "cn-", 3) == 0)
        return "aws-cn";
    return strncmp(region, "us-gov-", 7) == 0 ? "aws-us-gov" : "aws";
}

const char *identity_pack_arn(const struct scope *scope, const char *name, const char *id, char arn[ARN_SIZE])
{
    snprintf(arn, ARN_SIZE, "arn:%s:config:%s:%s:conformance-pack/%s/%s", identity_partition(scope->region),
             scope->region, scope->account, name, id);
    return arn;
}

const char *identity_stack_arn(const struct scope *scope, const char *name, const char *id, int64_t created_at,
                               char arn[ARN_SIZE])
{
    /* RFC 4122: version 1 counts 100 ns since the Gregorian calendar began */
    const uint64_t ticks = ((uint64_t)created_at + 12219292800000U) * 10000;
    const uint64_t node = mix_bits(digest(digest(0, scope->account), id));
    snprintf(arn, ARN_SIZE, "arn:%s:cloudformation:%s:%s:stack/awsconfigconforms-%s-%s/%08x-%04x-1%03x-%04x-%012llx",
             identity_partition(scope->region), scope->region, scope->account, name, id, (unsigned)(ticks & 0xffffffff),
             (unsigned)(ticks >> 32 & 0xffff), (unsigned)(ticks >> 48 & 0xfff),
             (unsigned)(0x8000 | (node >> 48 & 0x3fff)), (unsigned long long)(node & 0xffffffffffff));
    return arn;
}
