#include "server/aws/shown_value.h"

#include "base/json_tree.h"
#include "server/aws/blob.h"

#include <math.h>
#include <stdint.h>

/* Seen in messages of PutEvaluations (Evaluation@27de0032) and of PutConfigurationRecorder
 * (RecordingModeOverride@aa179030): Config's structures do not override toString(). */
static const char JAVA_PACKAGE[] = "com.amazonaws.starling.dove.";

static void append_list(struct buffer *out, const struct shape *shape, const cJSON *list)
{
    buffer_append_char(out, '[');
    const cJSON *element = NULL;
    cJSON_ArrayForEach(element, list)
    {
        shown_value_append(out, shape->element, element);
        if (element->next != NULL)
            buffer_append_text(out, ", ");
    }
    buffer_append_char(out, ']');
}

/* Seen on QuickSight: Value '{table_map1=com.amazonaws.services.quicksight.PhysicalTable@cdda30d}' */
static void append_map(struct buffer *out, const struct shape *shape, const cJSON *map)
{
    buffer_append_char(out, '{');
    const cJSON *entry = NULL;
    cJSON_ArrayForEach(entry, map)
    {
        buffer_append_text(out, entry->string);
        buffer_append_char(out, '=');
        shown_value_append(out, shape->element, entry);
        if (entry->next != NULL)
            buffer_append_text(out, ", ");
    }
    buffer_append_char(out, '}');
}

/* What a structure's hash is taken of: every member that is there, as Name=value; in the model's order. */
static void append_content(struct buffer *out, const struct shape *shape, const cJSON *structure)
{
    for (size_t i = 0; i < shape->member_count; i++) {
        const cJSON *value = json_member(structure, shape->members[i].name);
        if (value == NULL)
            continue;
        buffer_append_text(out, shape->members[i].name);
        buffer_append_char(out, '=');
        shown_value_append(out, shape->members[i].shape, value);
        buffer_append_char(out, ';');
    }
}

/* FNV-1a of 32 bits, of what stands in the buffer from `start` on. */
static uint32_t hash_from(const struct buffer *buffer, size_t start)
{
    uint32_t hash = 2166136261U;
    for (size_t i = start; i < buffer->length; i++)
        hash = (hash ^ (unsigned char)buffer->data[i]) * 16777619U;
    return hash;
}

static void append_structure(struct buffer *out, const struct shape *shape, const cJSON *structure)
{
    const size_t start = out->length;
    append_content(out, shape, structure);
    if (out->failed)
        return;
    const uint32_t hash = hash_from(out, start);
    out->length = start; /* the content itself is not shown */
    buffer_printf(out, "%s%s@%x", JAVA_PACKAGE, shape->name, hash);
}

static void append_number(struct buffer *out, double number)
{
    /* what not even a double holds (1e999) is cut to the nearest of Java's integers (decided) */
    if (isinf(number))
        buffer_printf(out, "%lld", (long long)(number > 0 ? INT64_MAX : INT64_MIN));
    else
        buffer_printf(out, "%.*g", floor(number) == number ? 400 : 17, number);
}

static void append_blob(struct buffer *out, const char *text)
{
    const size_t length = blob_length(text);
    buffer_printf(out, "java.nio.HeapByteBuffer[pos=0 lim=%zu cap=%zu]", length, length);
}

void shown_value_append(struct buffer *out, const struct shape *shape, const cJSON *value)
{
    switch (shape->type) {
    case SHAPE_STRUCTURE:
        append_structure(out, shape, value);
        break;
    case SHAPE_LIST:
        append_list(out, shape, value);
        break;
    case SHAPE_MAP:
        append_map(out, shape, value);
        break;
    case SHAPE_STRING:
        buffer_append_text(out, value->valuestring);
        break;
    case SHAPE_BLOB:
        append_blob(out, value->valuestring);
        break;
    case SHAPE_BOOLEAN:
        buffer_append_text(out, cJSON_IsTrue(value) ? "true" : "false");
        break;
    default:
        append_number(out, value->valuedouble);
        break;
    }
}
