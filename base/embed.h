/*
 * A file's bytes inside the program: EMBED(schema_sql, "store/schema.sql") makes `schema_sql`, which ends in a NUL, and
 * `schema_sql_end`, which points at that NUL. Paths are from the repository's root. gcc and clang.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#define EMBED(name, path)                                                                                              \
    __asm__(".pushsection .rodata\n"                                                                                   \
            ".global " #name "\n"                                                                                      \
            ".hidden " #name "\n" #name ": .incbin \"" path "\"\n"                                                     \
            ".global " #name "_end\n"                                                                                  \
            ".hidden " #name "_end\n" #name "_end: .byte 0\n"                                                          \
            ".popsection\n");                                                                                          \
    extern const char name[];                                                                                          \
    extern const char name##_end[]

#endif
