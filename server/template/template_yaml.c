#include "server/template/template_yaml.h"

#include "server/template/template.h"
#include "server/template/template_functions.h"

#include <string.h>
#include <yaml.h>

/* A name that an alias may use. `node` is NULL as long as the value is still being read. */
struct anchor {
    struct anchor *older;
    const char *name;
    const struct node *node;
};

struct yaml_reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one at hand; libyaml's memory, given back by `advance` */
    struct template_failure *failure;
    const char *text;
    size_t length;
    struct anchor *anchors; /* newest first: a name may be used again */
    size_t anchor_count;
    size_t nodes; /* so far, aliases expanded */
    size_t bytes;
};

/* What stands before a node's content. */
struct heading {
    const char *tag;      /* NULL: none */
    const char *function; /* that the tag is short for; NULL: none */
    bool string;          /* the tag makes a scalar a string, whatever it looks like */
    struct anchor *anchor;
    yaml_mark_t mark;
};

static const char *place(struct yaml_reader *reader, size_t line, size_t column)
{
    return arena_printf(reader->failure->arena, "(line %zu, column %zu)", line, column);
}

static const char *place_of_mark(struct yaml_reader *reader, yaml_mark_t mark)
{
    return place(reader, mark.line + 1, mark.column + 1);
}

static bool fail_at(struct yaml_reader *reader, enum template_fault fault, const char *name, yaml_mark_t mark)
{
    const char *where = place_of_mark(reader, mark);
    if (where == NULL)
        return template_fail_memory(reader->failure);
    return name != NULL ? template_fail(reader->failure, fault, name, where)
                        : template_fail(reader->failure, fault, where, NULL);
}

static bool fail_limit(struct yaml_reader *reader, enum template_fault fault, size_t limit, yaml_mark_t mark)
{
    const char *number = arena_printf(reader->failure->arena, "%zu", limit);
    return number != NULL ? fail_at(reader, fault, number, mark) : template_fail_memory(reader->failure);
}

/* Where a byte of the text stands; CR, LF and CR LF each end a line, columns count characters. */
static yaml_mark_t mark_of(const struct yaml_reader *reader, size_t offset)
{
    yaml_mark_t mark = {.index = offset};
    for (size_t i = 0; i < offset && i < reader->length; i++) {
        const unsigned char byte = (unsigned char)reader->text[i];
        const bool half = byte == '\r' && i + 1 < reader->length && reader->text[i + 1] == '\n';
        if (byte == '\n' || (byte == '\r' && !half)) {
            mark.line++;
            mark.column = 0;
        } else if ((byte & 0xc0) != 0x80 && !half) {
            mark.column++;
        }
    }
    return mark;
}

static bool fail_parser(struct yaml_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        return template_fail_memory(reader->failure);
    /* Bytes that are no characters are met ahead of the scanner, which has no mark for them. */
    const yaml_mark_t mark =
        parser->error == YAML_READER_ERROR ? mark_of(reader, parser->problem_offset) : parser->problem_mark;
    return fail_at(reader, TEMPLATE_NOT_WELL_FORMED, NULL, mark);
}

/* On to the next event. */
static bool advance(struct yaml_reader *reader)
{
    yaml_event_delete(&reader->event);
    return yaml_parser_parse(&reader->parser, &reader->event) != 0 ? true : fail_parser(reader);
}

static const char *copy(struct yaml_reader *reader, const yaml_char_t *text)
{
    const char *result = arena_strdup(reader->failure->arena, (const char *)text);
    if (result == NULL)
        template_fail_memory(reader->failure);
    return result;
}

/* Counts what is added to the tree, an alias as all that it stands for. */
static bool account(struct yaml_reader *reader, size_t nodes, size_t bytes, yaml_mark_t mark)
{
    reader->nodes += nodes;
    reader->bytes += bytes;
    if (reader->nodes > TEMPLATE_NODES || reader->bytes > TEMPLATE_EXPANDED)
        return fail_at(reader, TEMPLATE_TOO_LARGE, NULL, mark);
    return true;
}

static bool check_depth(struct yaml_reader *reader, size_t depth, yaml_mark_t mark)
{
    return depth <= TEMPLATE_DEPTH || fail_limit(reader, TEMPLATE_TOO_DEEP, TEMPLATE_DEPTH, mark);
}

static const struct node *read_alias(struct yaml_reader *reader, size_t depth)
{
    const char *name = (const char *)reader->event.data.alias.anchor;
    const yaml_mark_t mark = reader->event.start_mark;
    const struct anchor *anchor = reader->anchors;
    while (anchor != NULL && strcmp(anchor->name, name) != 0)
        anchor = anchor->older;
    if (anchor == NULL)
        fail_at(reader, TEMPLATE_NOT_WELL_FORMED, NULL, mark);
    else if (anchor->node == NULL)
        fail_at(reader, TEMPLATE_ALIAS_OF_ITSELF, name, mark);
    else if (check_depth(reader, depth + anchor->node->height - 1, mark) &&
             account(reader, anchor->node->nodes, anchor->node->bytes, mark))
        return anchor->node;
    return NULL;
}

static bool open_anchor(struct yaml_reader *reader, const yaml_char_t *name, struct heading *heading)
{
    if (reader->anchor_count == TEMPLATE_ANCHORS)
        return fail_limit(reader, TEMPLATE_TOO_MANY_ANCHORS, TEMPLATE_ANCHORS, heading->mark);
    struct anchor *anchor = arena_calloc(reader->failure->arena, 1, sizeof *anchor);
    if (anchor == NULL)
        return template_fail_memory(reader->failure);
    anchor->name = copy(reader, name);
    anchor->older = reader->anchors;
    reader->anchors = anchor;
    reader->anchor_count++;
    heading->anchor = anchor;
    return anchor->name != NULL;
}

/* Copies what is needed of the event, before the next one takes its place. */
static bool read_heading(struct yaml_reader *reader, struct heading *heading)
{
    const yaml_event_t *event = &reader->event;
    const yaml_char_t *anchor = event->data.scalar.anchor;
    const yaml_char_t *tag = event->data.scalar.tag;
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    *heading = (struct heading){.mark = event->start_mark};
    if (anchor != NULL && !open_anchor(reader, anchor, heading))
        return false;
    if (tag != NULL)
        heading->tag = copy(reader, tag);
    return tag == NULL || heading->tag != NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words != NULL && strcmp(text, *words) != 0)
        words++;
    return *words != NULL;
}

/* Plain words of YAML 1.1 that are no strings. CloudFormation reads a plain Yes as the boolean, whose text is "true":
 * https://github.com/aws-amplify/amplify-cli/issues/6224 */
static const char *const null_words[] = {"", "~", "null", "Null", "NULL", NULL};
static const char *const true_words[] = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", NULL};
static const char *const false_words[] = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", NULL};

static const char null_tag[] = YAML_NULL_TAG;

static const char *value_of_plain(const char *text)
{
    if (is_one_of(text, true_words))
        return "true";
    return is_one_of(text, false_words) ? "false" : text;
}

static const struct node *read_scalar(struct yaml_reader *reader, const struct heading *heading)
{
    const yaml_event_t *event = &reader->event;
    if (strlen((const char *)event->data.scalar.value) != event->data.scalar.length) { /* "\0" */
        fail_at(reader, TEMPLATE_NOT_WELL_FORMED, NULL, heading->mark);
        return NULL;
    }
    const char *name = copy(reader, event->data.scalar.value);
    if (name == NULL)
        return NULL;
    const bool plain = !heading->string && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const bool null =
        (plain && is_one_of(name, null_words)) || (heading->tag != NULL && strcmp(heading->tag, null_tag) == 0);
    const char *text = plain ? value_of_plain(name) : name;
    const struct node *node = node_plain(reader->failure->arena, text, name, null);
    if (node == NULL)
        template_fail_memory(reader->failure);
    return node;
}

static const struct node *read_node(struct yaml_reader *reader, size_t depth);

/* The key under `event`, which may be an alias of a scalar. */
static bool read_key(struct yaml_reader *reader, size_t depth, struct node_member *member)
{
    const yaml_event_t *event = &reader->event;
    const yaml_mark_t mark = event->start_mark;
    const bool merge = event->type == YAML_SCALAR_EVENT && event->data.scalar.plain_implicit != 0 &&
                       strcmp((const char *)event->data.scalar.value, "<<") == 0;
    if (merge)
        return fail_at(reader, TEMPLATE_MERGE_KEY, NULL, mark);
    const struct node *key = read_node(reader, depth);
    if (key == NULL)
        return false;
    if (key->kind != NODE_SCALAR)
        return fail_at(reader, TEMPLATE_KEY_NOT_A_STRING, NULL, mark);
    *member = (struct node_member){.key = key->name, .line = mark.line + 1, .column = mark.column + 1};
    return true;
}

/* The items or members up to the event that ends them. */
static bool read_members(struct yaml_reader *reader, size_t depth, yaml_event_type_t end, struct node_list *list)
{
    for (;;) {
        struct node_member member = {0};
        if (!advance(reader))
            return false;
        if (reader->event.type == end)
            return true;
        if (end == YAML_MAPPING_END_EVENT && (!read_key(reader, depth, &member) || !advance(reader)))
            return false;
        member.value = read_node(reader, depth);
        if (member.value == NULL)
            return false;
        if (!node_list_add(reader->failure->arena, list, &member))
            return template_fail_memory(reader->failure);
    }
}

static const struct node *read_sequence(struct yaml_reader *reader, size_t depth)
{
    struct node_list list = {0};
    if (!read_members(reader, depth + 1, YAML_SEQUENCE_END_EVENT, &list))
        return NULL;
    const struct node *node = node_sequence(reader->failure->arena, list.members, list.count);
    if (node == NULL)
        template_fail_memory(reader->failure);
    return node;
}

static const struct node *read_mapping(struct yaml_reader *reader, size_t depth)
{
    struct node_list list = {0};
    if (!read_members(reader, depth + 1, YAML_MAPPING_END_EVENT, &list))
        return NULL;
    const struct node *node = node_mapping(reader->failure->arena, list.members, list.count);
    if (node == NULL) {
        template_fail_memory(reader->failure);
        return NULL;
    }
    /* CloudFormation was seen to let the last one count; refused, for it is a slip that drops a rule unseen. */
    const struct node_member *twice = node_duplicate(node);
    if (twice == NULL)
        return node;
    const yaml_mark_t mark = {.line = twice->line - 1, .column = twice->column - 1};
    fail_at(reader, TEMPLATE_DUPLICATE_KEY, twice->key, mark);
    return NULL;
}

/* The tags that say no more than the content does; "!" makes a string of a plain scalar. */
static const char *const core_tags[] = {
    "!", YAML_NULL_TAG, YAML_BOOL_TAG, YAML_STR_TAG, YAML_INT_TAG, YAML_FLOAT_TAG, YAML_SEQ_TAG, YAML_MAP_TAG, NULL};

static bool read_tag(struct yaml_reader *reader, struct heading *heading)
{
    if (heading->tag == NULL)
        return true;
    heading->string = strcmp(heading->tag, "!") == 0 || strcmp(heading->tag, YAML_STR_TAG) == 0;
    heading->function = template_function_of_tag(heading->tag);
    if (heading->function != NULL || is_one_of(heading->tag, core_tags))
        return true;
    if (heading->tag[0] == '!')
        return template_fail(reader->failure, TEMPLATE_FUNCTION_UNKNOWN, heading->tag, template_function_names());
    return fail_at(reader, TEMPLATE_TAG_UNKNOWN, heading->tag, heading->mark);
}

static const struct node *read_content(struct yaml_reader *reader, const struct heading *heading, size_t depth)
{
    switch (reader->event.type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, heading);
    case YAML_SEQUENCE_START_EVENT:
        return read_sequence(reader, depth);
    default:
        return read_mapping(reader, depth);
    }
}

/* !Ref x -> Ref: x */
static const struct node *spell_out(struct yaml_reader *reader, const struct heading *heading,
                                    const struct node *argument)
{
    if (!account(reader, 1, 0, heading->mark))
        return NULL;
    const struct node *node = node_pair(reader->failure->arena, heading->function, argument);
    if (node == NULL)
        template_fail_memory(reader->failure);
    return node;
}

/* The node whose first event is at hand; its last one is at hand afterwards. `depth` is its level, from 1. */
static const struct node *read_node(struct yaml_reader *reader, size_t depth)
{
    if (reader->event.type == YAML_ALIAS_EVENT)
        return read_alias(reader, depth);
    struct heading heading;
    if (!read_heading(reader, &heading) || !read_tag(reader, &heading))
        return NULL;
    const size_t content_depth = heading.function != NULL ? depth + 1 : depth;
    if (!check_depth(reader, content_depth, heading.mark))
        return NULL;
    const struct node *node = read_content(reader, &heading, content_depth);
    /* What is below it is counted already. */
    if (node == NULL || !account(reader, 1, node->kind == NODE_SCALAR ? node->bytes : 0, heading.mark))
        return NULL;
    if (heading.function != NULL)
        node = spell_out(reader, &heading, node);
    if (heading.anchor != NULL)
        heading.anchor->node = node;
    return node;
}

/* Past the events of one type that come next. */
static bool skip(struct yaml_reader *reader, yaml_event_type_t type)
{
    while (reader->event.type == type) {
        if (!advance(reader))
            return false;
    }
    return true;
}

/* The stream's only document, or NULL. */
static const struct node *read_stream(struct yaml_reader *reader)
{
    if (!skip(reader, YAML_NO_EVENT) || !skip(reader, YAML_STREAM_START_EVENT))
        return NULL;
    if (reader->event.type == YAML_STREAM_END_EVENT) {
        template_fail(reader->failure, TEMPLATE_NOT_A_MAPPING, NULL, NULL);
        return NULL;
    }
    if (!skip(reader, YAML_DOCUMENT_START_EVENT))
        return NULL;
    const struct node *node = read_node(reader, 1);
    if (node == NULL || !advance(reader) || !skip(reader, YAML_DOCUMENT_END_EVENT))
        return NULL;
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return node;
    fail_at(reader, TEMPLATE_NOT_WELL_FORMED, NULL, reader->event.start_mark);
    return NULL;
}

const struct node *template_yaml_read(struct template_failure *failure, const char *text, size_t length)
{
    struct yaml_reader reader = {.failure = failure, .text = text, .length = length};
    if (yaml_parser_initialize(&reader.parser) == 0) {
        template_fail_memory(failure);
        return NULL;
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    const struct node *node = read_stream(&reader);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return failure->failed ? NULL : node;
}
