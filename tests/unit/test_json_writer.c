#include "base/json_writer.h"

#include "base/json_text.h"
#include "base/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void assert_wrote(struct buffer *buffer, const char *text)
{
    assert_false(buffer->failed);
    if (buffer->length != strlen(text) || memcmp(buffer->data, text, buffer->length) != 0)
        fail_msg("%.*s instead of %s", (int)buffer->length, buffer->data, text);
    buffer_clear(buffer);
}

static void puts_commas_where_they_belong(void **state)
{
    struct buffer buffer = {0};
    struct json_writer writer = {.out = &buffer};
    (void)state;
    json_begin_object(&writer);
    json_key(&writer, "empty");
    json_begin_object(&writer);
    json_end_object(&writer);
    json_key(&writer, "list");
    json_begin_array(&writer);
    json_begin_array(&writer);
    json_end_array(&writer);
    json_integer(&writer, 1);
    json_bool(&writer, true);
    json_bool(&writer, false);
    json_null(&writer);
    json_begin_object(&writer);
    json_member_string(&writer, "a", "b");
    json_escaped_key(&writer, "c\"");
    json_integer(&writer, 2);
    json_end_object(&writer);
    json_raw(&writer, "[3]", 3);
    json_thousandths(&writer, 4000);
    json_end_array(&writer);
    json_optional_string(&writer, "absent", NULL);
    json_optional_string(&writer, "text", "");
    json_optional_epoch_seconds(&writer, "absent", TIMESTAMP_NONE);
    json_optional_epoch_seconds(&writer, "time", 0);
    json_member_integer(&writer, "integer", 0);
    json_optional_integer(&writer, "absent", 0);
    json_optional_integer(&writer, "count", -3);
    json_member_real(&writer, "real", 0.5);
    json_member_bool(&writer, "bool", false);
    json_member_instant(&writer, "at", 0);
    json_optional_instant(&writer, "absent", TIMESTAMP_NONE);
    json_optional_instant(&writer, "then", 1);
    json_end_object(&writer);
    assert_wrote(&buffer, "{\"empty\":{},\"list\":[[],1,true,false,null,{\"a\":\"b\",\"c\\\"\":2},[3],4.000],"
                          "\"text\":\"\",\"time\":0.000,\"integer\":0,\"count\":-3,\"real\":0.5,\"bool\":false,"
                          "\"at\":\"1970-01-01T00:00:00.000Z\",\"then\":\"1970-01-01T00:00:00.001Z\"}");
    buffer_free(&buffer);
}

static void writes_numbers(void **state)
{
    static const struct {
        int64_t value;
        const char *integer;
        const char *seconds;
    } table[] = {
        {0, "0", "0.000"},
        {7, "7", "0.007"},
        {-7, "-7", "-0.007"},
        {999, "999", "0.999"},
        {1000, "1000", "1.000"},
        {-1500, "-1500", "-1.500"},
        {1573865201619, "1573865201619", "1573865201.619"},
        {1767225600000, "1767225600000", "1767225600.000"},
        {TIMESTAMP_MAX, "253402300799999", "253402300799.999"},
        {TIMESTAMP_MIN, "-62135596800000", "-62135596800.000"},
        {INT64_MAX, "9223372036854775807", "9223372036854775.807"},
        {INT64_MIN, "-9223372036854775808", "-9223372036854775.808"},
    };
    struct buffer buffer = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        json_integer(&(struct json_writer){.out = &buffer}, table[i].value);
        assert_wrote(&buffer, table[i].integer);
        json_thousandths(&(struct json_writer){.out = &buffer}, table[i].value);
        assert_wrote(&buffer, table[i].seconds);
    }
    buffer_free(&buffer);
}

static void escapes_what_must_be(void **state)
{
    static const struct {
        const char *text;
        const char *written;
    } table[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"\"\\/", "\"\\\"\\\\/\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"a\x01"
         "b\x1f\x7f",
         "\"a\\u0001b\\u001f\\u007f\""},
        {"\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\""},
    };
    struct buffer buffer = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        json_string(&(struct json_writer){.out = &buffer}, table[i].text);
        assert_wrote(&buffer, table[i].written);
    }
    json_string_n(&(struct json_writer){.out = &buffer}, "a\0b", 3);
    assert_wrote(&buffer, "\"a\\u0000b\"");
    for (int byte = 1; byte < 0x80; byte++) { /* each of ASCII, as JSON sees it */
        struct json_fault fault;
        json_string(&(struct json_writer){.out = &buffer}, (char[]){(char)byte, '\0'});
        assert_true(json_check(buffer.data, buffer.length, &fault));
        buffer_clear(&buffer);
    }
    buffer_free(&buffer);
}

static void writes_reals_that_read_back(void **state)
{
    static const struct {
        double value;
        const char *written;
    } table[] = {
        {0, "0"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {123456789012, "123456789012"},
    };
    struct buffer buffer = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        json_real(&(struct json_writer){.out = &buffer}, table[i].value);
        assert_wrote(&buffer, table[i].written);
    }
    buffer_free(&buffer);
}

static void writes_what_is_no_utf8_as_question_marks(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *written;
    } table[] = {
        {"", 0, "\"\""},
        {"a\xc3\xa4\xf0\x9f\x98\x80", 7, "\"a\xc3\xa4\xf0\x9f\x98\x80\""},
        {"a\xff z", 4, "\"a? z\""},
        {"\xc3", 1, "\"?\""},
        {"\xc3\xa4", 1, "\"?\""}, /* the rest of it is behind the end */
        {"\"\n\x80", 3, "\"\\\"\\n?\""},
        {"a\0b", 3, "\"a\\u0000b\""},
    };
    struct buffer buffer = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        json_lossy_string(&(struct json_writer){.out = &buffer}, table[i].bytes, table[i].length);
        assert_wrote(&buffer, table[i].written);
    }
    buffer_free(&buffer);
}

static void fails_with_its_buffer(void **state)
{
    struct buffer buffer = {.cap = 8};
    struct json_writer writer = {.out = &buffer};
    (void)state;
    json_begin_array(&writer);
    json_key(&writer, "too long for it");
    json_string(&writer, "more");
    json_end_array(&writer);
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 1);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_commas_where_they_belong),
        cmocka_unit_test(writes_numbers),
        cmocka_unit_test(escapes_what_must_be),
        cmocka_unit_test(writes_reals_that_read_back),
        cmocka_unit_test(writes_what_is_no_utf8_as_question_marks),
        cmocka_unit_test(fails_with_its_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
