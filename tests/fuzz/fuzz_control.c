/* Requests to the control API and the AWS endpoint in turns; a world that came of them survives its own export. */
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
    if (fuzz_world_ask_all(data, size)) {
        fuzz_world_require_round_trip();
        fuzz_world_reset();
    }
    return 0;
}
