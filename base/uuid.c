#include "base/uuid.h"

/* The low `digits` digits of a number, hexadecimal, before `end`; where they begin. */
static char *hex_before(char *end, uint64_t number, int digits)
{
    static const char alphabet[] = "0123456789abcdef";
    for (int i = 0; i < digits; i++, number >>= 4)
        *--end = alphabet[number & 15];
    return end;
}

void uuid_write(uint64_t high, uint64_t low, char text[UUID_LENGTH])
{
    char *end = hex_before(text + UUID_LENGTH, low, 12);
    *--end = '-';
    end = hex_before(end, low >> 48, 4);
    *--end = '-';
    end = hex_before(end, high, 4);
    *--end = '-';
    end = hex_before(end, high >> 16, 4);
    *--end = '-';
    hex_before(end, high >> 32, 8);
}
