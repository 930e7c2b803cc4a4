#include "server/aws/account.h"

#include "base/machine_clock.h"

#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

static const char service[] = "config";
static const char unknown_credential[] = "The security token included in the request is invalid.";

static void copy_account(void *arg, const struct credential *credential)
{
    snprintf(arg, ACCOUNT_LENGTH + 1, "%s", credential->account);
}

bool account_find(struct store *store, const char *access_key_id, char account[ACCOUNT_LENGTH + 1])
{
    const enum store_rc rc = store_credential(store, access_key_id, copy_account, account);
    if (rc != STORE_NOT_FOUND)
        return rc == STORE_OK;
    memcpy(account, scope_is_account(access_key_id) ? access_key_id : SCOPE_DEFAULT.account, ACCOUNT_LENGTH + 1);
    return true;
}

struct secrets {
    struct arena *arena;
    const char *secret;
    const char *session_token;
    bool no_memory;
};

static void copy_secrets(void *arg, const struct credential *credential)
{
    struct secrets *secrets = arg;
    secrets->secret = arena_strdup(secrets->arena, credential->secret);
    if (credential->session_token != NULL)
        secrets->session_token = arena_strdup(secrets->arena, credential->session_token);
    secrets->no_memory =
        secrets->secret == NULL || (credential->session_token != NULL && secrets->session_token == NULL);
}

/* Both absent, or both there and the same. */
static bool same_token(const char *known, const char *given)
{
    if (known == NULL || given == NULL)
        return known == given;
    return strlen(known) == strlen(given) && gnutls_memcmp(known, given, strlen(known)) == 0;
}

bool account_verify(struct store *store, const struct request *request, const struct sigv4_claim *claim,
                    struct aws_error *error)
{
    struct secrets secrets = {.arena = request->arena};
    if (!claim->present)
        return aws_error_refuse(error, AWS_MISSING_AUTHENTICATION_TOKEN, "Missing Authentication Token");
    if (!sigv4_check_claim(request, claim, service, machine_now(), error))
        return false;
    const enum store_rc rc = store_credential(store, claim->access_key_id, copy_secrets, &secrets);
    if (rc == STORE_FAILED || secrets.no_memory) {
        aws_error_internal(error);
        return false;
    }
    if (rc == STORE_NOT_FOUND)
        return aws_error_refuse(error, AWS_UNRECOGNIZED_CLIENT, unknown_credential);
    if (!sigv4_verify(request, claim, secrets.secret, error))
        return false;
    return same_token(secrets.session_token, claim->session_token) ||
           aws_error_refuse(error, AWS_UNRECOGNIZED_CLIENT, unknown_credential);
}
