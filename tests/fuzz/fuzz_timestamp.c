/* Times as text: what is read is in range, and written it reads the same. */
#include "base/arena.h"
#include "base/timestamp.h"
#include "server/aws/sigv4_time.h"
#include "store/store.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void require_instant(const char *text)
{
    char written[TIMESTAMP_TEXT];
    int64_t instant = 0;
    int64_t again = 0;
    if (!timestamp_parse(text, &instant))
        return;
    REQUIRE_OR_SAY(instant >= TIMESTAMP_MIN && instant <= TIMESTAMP_MAX, "%s\n", text);
    REQUIRE_OR_SAY(timestamp_parse(timestamp_format(instant, written), &again) && again == instant, "%s\n", written);
}

static void require_signing_time(const char *text)
{
    char written[SIGV4_TIME_TEXT];
    int64_t instant = 0;
    int64_t again = 0;
    if (!sigv4_time_parse(text, &instant))
        return;
    REQUIRE_OR_SAY(sigv4_time_parse(sigv4_time_format(instant, written), &again) && again == instant, "%s\n", written);
}

static void require_duration(const char *text)
{
    const int64_t century = 100LL * 366 * 24 * 60 * 60 * 1000;
    struct progression progression;
    int64_t duration = 0;
    REQUIRE_OR_SAY(!duration_parse(text, &duration) || (duration >= 0 && duration <= century), "%s\n", text);
    REQUIRE_OR_SAY(!progression_parse(text, &progression) || progression.after >= 0, "%s\n", text);
}

static void require_epoch_seconds(const char *text)
{
    int64_t instant = 0;
    if (timestamp_from_epoch_seconds(strtod(text, NULL), &instant))
        REQUIRE_OR_SAY(instant >= TIMESTAMP_MIN && instant <= TIMESTAMP_MAX, "%s\n", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const char *text = arena_strndup(&arena, (const char *)data, size);
    REQUIRE(text != NULL);
    require_instant(text);
    require_signing_time(text);
    require_duration(text);
    require_epoch_seconds(text);
    arena_free(&arena);
    return 0;
}
