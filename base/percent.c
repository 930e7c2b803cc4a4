#include "base/percent.h"

#include <string.h>

bool query_next_pair(const char **query, struct query_pair *pair)
{
    *query += strspn(*query, "&");
    const size_t length = strcspn(*query, "&");
    if (length == 0)
        return false;
    const char *equals = memchr(*query, '=', length);
    const size_t name_length = equals != NULL ? (size_t)(equals - *query) : length;
    const size_t behind_name = equals != NULL ? name_length + 1 : name_length;
    *pair = (struct query_pair){
        .name = *query,
        .name_length = name_length,
        .value = *query + behind_name,
        .value_length = length - behind_name,
    };
    *query += length;
    return true;
}

/* -1 for what is no hexadecimal digit. */
static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

size_t percent_decode(const char *text, size_t length, char *out)
{
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        const int high = text[i] == '%' && length - i > 2 ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low >= 0) {
            out[written++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[written++] = text[i] == '+' ? ' ' : text[i];
        }
    }
    return written;
}

/* isalnum of <ctype.h> follows the locale; URLs are ASCII. */
static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

size_t percent_encode(const char *text, size_t length, bool keep_slash, char *out)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        if (is_unreserved(text[i]) || (keep_slash && text[i] == '/')) {
            out[written++] = text[i];
        } else {
            const unsigned char byte = (unsigned char)text[i];
            out[written++] = '%';
            out[written++] = digits[byte >> 4];
            out[written++] = digits[byte & 15];
        }
    }
    return written;
}
