/* Requests to the AWS endpoint, one behind the other, from their bytes to their replies. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    fuzz_world_open();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_world_ask_all(data, size))
        fuzz_world_reset();
    return 0;
}
