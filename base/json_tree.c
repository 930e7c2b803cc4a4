#include "base/json_tree.h"

#include <string.h>

const char JSON_OUT_OF_MEMORY[] = "memory is out";

/* The arena that the parse under way on this thread takes its memory from. cJSON's hooks carry no argument. */
static _Thread_local struct arena *parsing_into;

static void *allocate(size_t size)
{
    return arena_alloc(parsing_into, size);
}

static void leave_to_arena(void *piece)
{
    (void)piece;
}

void json_tree_init(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = allocate, .free_fn = leave_to_arena});
}

cJSON *json_parse_checked(struct arena *arena, const char *text, size_t length)
{
    parsing_into = arena;
    cJSON *tree = cJSON_ParseWithLength(text, length);
    parsing_into = NULL;
    return tree;
}

cJSON *json_parse(struct arena *arena, const char *text, size_t length, struct json_fault *fault)
{
    if (!json_check(text, length, fault))
        return NULL;
    cJSON *tree = json_parse_checked(arena, text, length);
    if (tree == NULL)
        *fault = (struct json_fault){0, JSON_OUT_OF_MEMORY};
    return tree;
}

/* Walks text and tree side by side: both have their items in the same order. */
bool json_find_node(const char *text, size_t offset, const cJSON *root, const cJSON *node, struct json_item *item)
{
    struct json_item next;
    size_t position = offset;
    bool first = true;
    for (const cJSON *child = root->child; child != NULL; child = child->next, first = false) {
        if (!json_next_item(text, &position, first, &next))
            return false;
        *item = next;
        if (child == node || json_find_node(text, next.value, child, node, item))
            return true;
    }
    return false;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    const cJSON *found = NULL;
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, object)
    {
        if (item->string != NULL && strcmp(item->string, name) == 0)
            found = item;
    }
    return found != NULL && !cJSON_IsNull(found) ? found : NULL;
}

const char *json_member_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(json_member(object, name));
}
