/* What a program in C does with libveerpont: refer a child under a grant, and take in what others send.
 *   consumer-c HOME CREDENTIAL_FILE refer DOCUMENT GRANT_ID
 *   consumer-c HOME CREDENTIAL_FILE receive */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <veerpont/veerpont_c.h>

/* Calls an operation and prints its answer; the exit code of its refusal. */
static int call(veerpont_client* client, const char* operation, const char* json) {
  char* answer = NULL;
  const int code = veerpont_call(client, operation, json, strlen(json), &answer);
  fprintf(code == 0 ? stdout : stderr, "%s\n", answer);
  veerpont_free(answer);
  return code;
}

static char* text_of(const char* path) {
  FILE* file = fopen(path, "rb");
  char* text = calloc(1, 1 << 20);
  if (file != NULL && text != NULL) (void)!fread(text, 1, (1 << 20) - 1, file);
  if (file != NULL) fclose(file);
  return text;
}

int main(int argc, char** argv) {
  const char* what = argc > 3 ? argv[3] : "";
  const int refers = strcmp(what, "refer") == 0 && argc == 6;
  if (!refers && !(strcmp(what, "receive") == 0 && argc == 4)) {
    fputs("usage: consumer-c HOME CREDENTIAL_FILE refer DOCUMENT GRANT_ID | receive\n", stderr);
    return 2;
  }
  veerpont_client* client = NULL;
  char* refused = NULL;
  int code = veerpont_open(argv[1], argv[2], &client, &refused);
  if (code != 0) fprintf(stderr, "%s\n", refused);
  veerpont_free(refused);
  if (code != 0) return code;
  if (refers) {
    char* document = text_of(argv[4]);
    const size_t size = strlen(document) + strlen(argv[5]) + 64;
    char* request = malloc(size);
    snprintf(request, size, "{\"grantId\": \"%s\", \"referral\": %s}", argv[5], document);
    code = call(client, "referrals.create", request);
    free(request);
    free(document);
  } else {
    code = call(client, "sync", "{}");
    if (code == 0) code = call(client, "inbox.list", "{}");
  }
  veerpont_close(client);
  return code;
}
