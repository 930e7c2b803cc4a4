#include "server/aws/request_id.h"

#include "base/mix.h"

void request_id_write(uint64_t seed, uint64_t number, char id[REQUEST_ID_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"; /* RFC 4122: version 4, variant in y */
    uint64_t bits = mix_bits(seed + 2 * number);
    for (int i = 0; i < REQUEST_ID_SIZE - 1; i++) {
        if (i == 18)
            bits = mix_bits(seed + 2 * number + 1);
        if (form[i] == 'x' || form[i] == 'y') {
            id[i] = hex[form[i] == 'y' ? 8 | (bits & 3) : bits & 15];
            bits >>= 4;
        } else {
            id[i] = form[i];
        }
    }
    id[REQUEST_ID_SIZE - 1] = '\0';
}
