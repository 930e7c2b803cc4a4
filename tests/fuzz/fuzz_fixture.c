/* Fixtures: refused with a place, or loaded; what was loaded is written out, and read in as the same. */
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
    if (fuzz_world_load((const char *)data, size))
        fuzz_world_require_round_trip();
    return 0;
}
