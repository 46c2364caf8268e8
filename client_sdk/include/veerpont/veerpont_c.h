/* libveerpont for C and for every language that calls C. Operations and their JSON are those of
 * api.proto; only the names in this header are promised between releases. Safe from any thread;
 * nothing throws across it. */
#ifndef VEERPONT_VEERPONT_C_H
#define VEERPONT_VEERPONT_C_H

#include <stddef.h>

#ifdef _WIN32
#define VEERPONT_C_API
#else
#define VEERPONT_C_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct veerpont_client veerpont_client;

/* Opens the organisation's folder with a credential file (32 random bytes). 0 and *client; else the
 * exit code of the refusal, with *client NULL and *answer as below. */
VEERPONT_C_API int veerpont_open(const char* home, const char* credential_file,
                                 veerpont_client** client, char** answer);

/* Calls an operation by its name, "referrals.list", with `length` bytes of JSON (none: no field).
 * *answer is one JSON document, ended by a zero byte, to be given to veerpont_free: the answer, or
 * {"refusal": {"code", "detail", "sentenceNl", "sentenceEn"}}. 0, or the exit code of the refusal:
 * 1 failed, 2 wrong document, 3 refused, 4 tampered, 5 not reachable, or waiting. `client` is NULL
 * for the operations that need no home: join, schema, new. */
VEERPONT_C_API int veerpont_call(veerpont_client* client, const char* operation, const char* json,
                                 size_t length, char** answer);

/* Starts a thread of the library that fetches what is new, and gives a descriptor that becomes
 * readable after each change, until veerpont_acknowledge. The descriptor belongs to the client. */
VEERPONT_C_API int veerpont_wait_fd(veerpont_client* client);
VEERPONT_C_API void veerpont_acknowledge(veerpont_client* client);

/* Wipes and frees. NULL is nothing. */
VEERPONT_C_API void veerpont_free(char* answer);
VEERPONT_C_API void veerpont_close(veerpont_client* client);

#ifdef __cplusplus
}
#endif
#endif
