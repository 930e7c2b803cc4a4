/* Whose request it is: from an access key to an account. */
#ifndef SERVER_AWS_ACCOUNT_H
#define SERVER_AWS_ACCOUNT_H

#include "server/aws/sigv4.h"
#include "store/store.h"

/* The account of an access key: that of the world's credential; else the key itself where it is 12 digits; else
 * 123456789012. False when the store fails. */
bool account_find(struct store *store, const char *access_key_id, char account[ACCOUNT_LENGTH + 1]);

/* Whether the claim is timely, the world knows its access key, its signature is right and its session token fits, in
 * that order (seen on siblings). Its time is held against the machine's own: clients sign with theirs, whatever the
 * world's clock says. False with AWS's error. */
bool account_verify(struct store *store, const struct request *request, const struct sigv4_claim *claim,
                    struct aws_error *error);

#endif
