/* What holds for every reply, whatever was asked. */
#ifndef TESTS_FUZZ_REPLY_CHECK_H
#define TESTS_FUZZ_REPLY_CHECK_H

#include "server/request.h"

/* Of the AWS endpoint: JSON of the operation's output, or an error with a name and a status that are known; no
 * InternalFailure. Where answers were prescribed, an error may have any name and status. */
void reply_check_aws(const struct request *request, const struct reply *reply, bool was_prescribed);

/* Of the control API: what says it is JSON is; an error has the one form; none is the server's own. */
void reply_check_control(const struct reply *reply);

#endif
