#include "millrace_plugin.h"

#include <ctype.h>

static void echo(const char *input, millrace_call *call) { millrace_ok(call, input); }

static void progress(const char *input, millrace_call *call) {
  (void)input;
  millrace_progress(call, 0.5, "half");
  millrace_log(call, "warn", "a warning");
  millrace_ok(call, "null");
}

static void wait_(const char *input, millrace_call *call) {
  (void)input;
  while (!millrace_cancelled(call)) usleep(10000);
  millrace_ok(call, "{\"stopped\":true}");
}

static void business(const char *input, millrace_call *call) {
  (void)input;
  millrace_business_error(call, "no_street", "There is no such street");
}

static void application(const char *input, millrace_call *call) {
  (void)input;
  millrace_application_error(call, "try_later", "Not now");
}

static void fail(const char *input, millrace_call *call) {
  (void)input;
  millrace_application_error(call, "failed", "boom");
}

static void files(const char *input, millrace_call *call) {
  char *directory = millrace_text(millrace_member(call->context, "directory")), path[4096];
  FILE *from, *to;
  int each;
  (void)input;
  snprintf(path, sizeof path, "%s/in.txt", directory);
  from = fopen(path, "r");
  snprintf(path, sizeof path, "%s/out.txt", directory);
  to = fopen(path, "w");
  free(directory);
  if (from == NULL || to == NULL) {
    millrace_application_error(call, "no_file", "there is no in.txt");
    return;
  }
  while ((each = fgetc(from)) != EOF) fputc(toupper(each), to);
  fclose(from);
  fclose(to);
  millrace_ok(call, "null");
}

static void stray(const char *input, millrace_call *call) {
  (void)input;
  printf("stray without end");
  printf("\nstray line\n");
  millrace_ok(call, "{\"printed\":true}");
}

static void big(const char *input, millrace_call *call) {
  size_t size = (size_t)millrace_number(millrace_member(input, "size"));
  char *text = (char *)malloc(size + 3);
  memset(text + 1, 'x', size);
  text[0] = text[size + 1] = '"';
  text[size + 2] = '\0';
  millrace_ok(call, text);
  free(text);
}

static void crash(const char *input, millrace_call *call) {
  (void)input;
  (void)call;
  abort();
}

static void context(const char *input, millrace_call *call) {
  char *job = millrace_copy(millrace_member(call->context, "job"));
  char *language = millrace_copy(millrace_member(millrace_member(call->context, "config"), "language"));
  char *key = millrace_text(millrace_member(millrace_member(call->context, "secrets"), "key"));
  double attempt = millrace_number(millrace_member(call->context, "attempt"));
  char json[4096];
  (void)input;
  snprintf(json, sizeof json, "{\"job\":%s,\"attempt\":%g,\"language\":%s,\"key\":%zu}", job, attempt, language, strlen(key));
  millrace_ok(call, json);
  free(job);
  free(language);
  free(key);
}

int main(void) {
  const millrace_function functions[] = {
      {"echo", echo},   {"progress", progress}, {"wait", wait_},   {"business", business}, {"application", application},
      {"fail", fail},   {"files", files},       {"stray", stray}, {"big", big},           {"crash", crash},
      {"context", context},
  };
  return millrace_serve(functions, sizeof functions / sizeof *functions);
}
