/* The rules of movement, for the store itself; what others may ask of them stands in store.h. */
#ifndef STORE_MOVEMENT_H
#define STORE_MOVEMENT_H

#include "store/store.h"

/* How a pack that stood as `before` stands when it arrives in `state` at that instant. */
struct pack_standing movement_arrive(const struct pack_standing *before, enum pack_state state, const char *reason,
                                     int64_t at);

#endif
