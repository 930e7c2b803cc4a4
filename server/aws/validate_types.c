/*
 * The first pass. Its texts were seen on Kinesis, through kinesalite's tests, which also run against AWS; that of
 * timestamps on SWF and Kinesis. Blanks are filled in the same manner.
 */
#include "server/aws/blob.h"
#include "server/aws/validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pass {
    struct arena *arena;
    struct aws_error *error;
};

static bool check_type(const struct pass *pass, const struct shape *shape, cJSON *value);

/* --- what is wrong ------------------------------------------------------------------------------------------- */

/* `message` may be NULL: memory is out. */
static bool refuse(const struct pass *pass, const char *message)
{
    return aws_error_refuse(pass->error, AWS_SERIALIZATION, message);
}

/* The Java class that a JSON scalar arrived as. */
static const char *java_class(const cJSON *value)
{
    if (cJSON_IsString(value))
        return "java.lang.String";
    return cJSON_IsNumber(value) ? "com.amazon.coral.value.json.numbers.TruncatingBigNumber" : "java.lang.Boolean";
}

/* What a shape of scalar type is called where a value "can not be converted to" it; the articles are AWS's. */
static const char *target_name(enum shape_type type)
{
    switch (type) {
    case SHAPE_STRING:
        return "an String";
    case SHAPE_INTEGER:
        return "an Integer";
    case SHAPE_LONG:
        return "an Long";
    case SHAPE_FLOAT:
        return "an Float";
    case SHAPE_DOUBLE:
        return "an Double";
    case SHAPE_BOOLEAN:
        return "an Boolean";
    case SHAPE_BLOB:
        return "a Blob";
    default:
        return "milliseconds since epoch";
    }
}

static bool refuse_class(const struct pass *pass, const struct shape *shape, const cJSON *value)
{
    return refuse(pass, arena_printf(pass->arena, "class %s can not be converted to %s", java_class(value),
                                     target_name(shape->type)));
}

/* For a value that is not of the group its shape is: `expected` is for scalars. */
static bool refuse_group(const struct pass *pass, const cJSON *value, const char *expected)
{
    if (cJSON_IsArray(value))
        return refuse(pass, "Start of list found where not expected");
    if (cJSON_IsObject(value))
        return refuse(pass, "Start of structure or map found where not expected.");
    return refuse(pass, expected);
}

/* --- scalars ------------------------------------------------------------------------------------------------- */

static void become_boolean(cJSON *value, bool truth)
{
    value->type = truth ? cJSON_True : cJSON_False;
}

static bool convert_word(const struct pass *pass, cJSON *value)
{
    static const struct {
        const char *word;
        bool truth;
    } words[] = {{"TRUE", true}, {"YES", true}, {"1", true}, {"FALSE", false}, {"NO", false}, {"0", false}};
    char *text = value->valuestring;
    for (char *byte = text; *byte != '\0'; byte++) {
        if (*byte >= 'a' && *byte <= 'z')
            *byte = (char)(*byte - 'a' + 'A');
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].word) == 0) {
            become_boolean(value, words[i].truth);
            return true;
        }
    }
    return refuse(pass, arena_printf(pass->arena, "'%s' can not be converted to an Boolean", text));
}

/* Seen: six words are taken for booleans, any other is quoted back in capitals; a number with a fraction is taken, and
 * is true from 1 up and from -1 down, a whole one is refused. */
static bool check_boolean(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    if (cJSON_IsString(value))
        return convert_word(pass, value);
    if (cJSON_IsNumber(value)) {
        if (floor(value->valuedouble) == value->valuedouble)
            return refuse_class(pass, shape, value);
        become_boolean(value, fabs(value->valuedouble) >= 1);
    }
    return true;
}

/* Numbers past the type's range are let through: the constraints of the model refuse them with a better text. */
static bool check_integer(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    if (!cJSON_IsNumber(value))
        return refuse_class(pass, shape, value);
    cJSON_SetNumberHelper(value, floor(value->valuedouble) + 0.0); /* no -0 */
    return true;
}

static bool check_blob(const struct pass *pass, const struct shape *shape, const cJSON *value)
{
    const char *message = NULL;
    if (!cJSON_IsString(value))
        return refuse_class(pass, shape, value);
    return blob_check(pass->arena, value->valuestring, &message) || refuse(pass, message);
}

static bool check_scalar(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    if (cJSON_IsArray(value) || cJSON_IsObject(value))
        return refuse_group(pass, value, NULL);
    switch (shape->type) {
    case SHAPE_STRING:
        return cJSON_IsString(value) || refuse_class(pass, shape, value);
    case SHAPE_BOOLEAN:
        return check_boolean(pass, shape, value);
    case SHAPE_INTEGER:
    case SHAPE_LONG:
        return check_integer(pass, shape, value);
    case SHAPE_BLOB:
        return check_blob(pass, shape, value);
    default:
        return cJSON_IsNumber(value) || refuse_class(pass, shape, value);
    }
}

/* --- groups -------------------------------------------------------------------------------------------------- */

static void remove_nulls(cJSON *group)
{
    for (cJSON *item = group->child, *next = NULL; item != NULL; item = next) {
        next = item->next;
        if (cJSON_IsNull(item))
            (void)cJSON_DetachItemViaPointer(group, item);
    }
}

static bool check_items(const struct pass *pass, const struct shape *element, cJSON *group)
{
    for (cJSON *item = group->child; item != NULL; item = item->next) {
        if (!check_type(pass, element, item))
            return false;
    }
    return true;
}

static bool check_list(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    if (!cJSON_IsArray(value))
        return refuse_group(pass, value, "Expected list or null");
    remove_nulls(value);
    return check_items(pass, shape->element, value);
}

struct entry {
    cJSON *item;
    size_t place;
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    const int by_key = strcmp(a->item->string, b->item->string);
    return by_key != 0 ? by_key : (a->place > b->place) - (a->place < b->place);
}

/* Of keys given twice the last one stays. By sorting, as a map may have as many keys as fit in a request. */
static bool remove_repeated_keys(struct arena *arena, cJSON *map)
{
    const size_t count = (size_t)cJSON_GetArraySize(map);
    if (count < 2)
        return true;
    struct entry *entries = arena_calloc(arena, count, sizeof *entries);
    if (entries == NULL)
        return false;
    size_t place = 0;
    for (cJSON *item = map->child; item != NULL; item = item->next, place++)
        entries[place] = (struct entry){item, place};
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i + 1 < count; i++) {
        if (strcmp(entries[i].item->string, entries[i + 1].item->string) == 0)
            (void)cJSON_DetachItemViaPointer(map, entries[i].item);
    }
    return true;
}

static bool check_map(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    if (!cJSON_IsObject(value))
        return refuse_group(pass, value, "Expected map or null");
    if (!remove_repeated_keys(pass->arena, value))
        return refuse(pass, NULL);
    remove_nulls(value);
    return check_items(pass, shape->element, value);
}

/* The place of a member in the shape; member_count where it has none of that name. */
static size_t member_place(const struct shape *shape, const char *name)
{
    size_t place = 0;
    while (place < shape->member_count && strcmp(shape->members[place].name, name) != 0)
        place++;
    return place;
}

/* The item before `item` that has its name, too; NULL where there is none. */
static cJSON *earlier_namesake(const cJSON *structure, const cJSON *item)
{
    cJSON *earlier = structure->child;
    while (earlier != item && strcmp(earlier->string, item->string) != 0)
        earlier = earlier->next;
    return earlier != item ? earlier : NULL;
}

/* Leaves the last member of each name that the shape knows, and of those what is not null. What stands before an item
 * is never more than the shape has members, so this is quick however many items there are. */
static void prune_structure(const struct shape *shape, cJSON *structure)
{
    for (cJSON *item = structure->child, *next = NULL; item != NULL; item = next) {
        next = item->next;
        const bool is_known = member_place(shape, item->string) < shape->member_count;
        cJSON *superfluous = is_known ? earlier_namesake(structure, item) : item;
        if (superfluous != NULL)
            (void)cJSON_DetachItemViaPointer(structure, superfluous);
    }
    remove_nulls(structure);
}

static bool check_structure(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    if (!cJSON_IsObject(value))
        return refuse_group(pass, value, "Expected null");
    prune_structure(shape, value);
    for (cJSON *item = value->child; item != NULL; item = item->next) {
        if (!check_type(pass, shape->members[member_place(shape, item->string)].shape, item))
            return false;
    }
    return true;
}

static bool check_type(const struct pass *pass, const struct shape *shape, cJSON *value)
{
    switch (shape->type) {
    case SHAPE_STRUCTURE:
        return check_structure(pass, shape, value);
    case SHAPE_LIST:
        return check_list(pass, shape, value);
    case SHAPE_MAP:
        return check_map(pass, shape, value);
    default:
        return check_scalar(pass, shape, value);
    }
}

bool validate_types(struct arena *arena, const struct shape *shape, cJSON *input, struct aws_error *error)
{
    const struct pass pass = {.arena = arena, .error = error};
    return check_type(&pass, shape, input);
}
