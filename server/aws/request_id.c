#include "server/aws/request_id.h"

#include "base/mix.h"
#include "base/uuid.h"

void request_id_write(uint64_t seed, uint64_t number, char id[REQUEST_ID_SIZE])
{
    const uint64_t high = mix_bits(seed + 2 * number);
    const uint64_t low = mix_bits(seed + 2 * number + 1);
    const uint64_t version = 4U << 12;
    const uint64_t variant = UINT64_C(2) << 62;
    uuid_write((high & ~UINT64_C(0xf000)) | version, (low & ~(UINT64_C(3) << 62)) | variant, id);
    id[UUID_LENGTH] = '\0';
}
