/*
 * What DescribeConformancePackStatus and DescribeConformancePacks share: the same three inputs, the same pages, the
 * same answer to names that no pack has.
 */
#ifndef SERVER_OPERATIONS_PACK_PAGE_H
#define SERVER_OPERATIONS_PACK_PAGE_H

#include "server/operations/operations.h"

/* The documented page size; also what Limit 0 means (chosen: nothing public says). */
enum { PACK_PAGE_LIMIT = 20 };

struct pack_page {
    struct pack_query query;
    struct page_binding binding;
};

/* Reads ConformancePackNames, Limit and NextToken. False with InvalidNextTokenException or InternalFailure. */
bool pack_page_read(const struct operation_call *call, const char *operation, struct pack_page *page,
                    struct aws_error *error);

/* Whether every name asked for has a pack; else false with NoSuchConformancePackException. */
bool pack_page_check_names(const struct operation_call *call, const struct pack_page *page, struct aws_error *error);

#endif
