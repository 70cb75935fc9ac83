/*
 * The plugin side of Millrace for C99 and C++, on POSIX. One file, no dependency. The contract stands in
 * docs/guide/plugins.md. Include it in one source file.
 *
 *   static void greet(const char *input, millrace_call *call) { millrace_ok(call, "{\"text\": \"Hello\"}"); }
 *   int main(void) { return millrace_serve((millrace_function[]){{"greet", greet}}, 1); }
 *
 * JSON stays text: a value is a pointer to where it begins. millrace_member finds one within an object, millrace_text
 * decodes a text, millrace_quote writes one, millrace_number reads a number. Memory that is returned is the caller's.
 */
#ifndef MILLRACE_PLUGIN_H
#define MILLRACE_PLUGIN_H

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  const char *id;      /* as JSON */
  const char *context; /* as JSON, for millrace_member */
  int answered;
  int cancelled;
} millrace_call;

typedef struct {
  const char *name;
  /* Answers by one of millrace_ok, millrace_business_error, millrace_application_error. */
  void (*run)(const char *input, millrace_call *call);
} millrace_function;

static FILE *millrace_out;
static char *millrace_held;
static size_t millrace_held_length, millrace_held_size;

static void *millrace_memory(void *old, size_t size) {
  void *memory = realloc(old, size);
  if (memory == NULL) abort();
  return memory;
}

static const char *millrace_skip_space(const char *json) { return json + strspn(json, " \t\r\n"); }

static const char *millrace_skip_text(const char *json) {
  for (json++; *json != '"' && *json != '\0'; json++)
    if (*json == '\\' && json[1] != '\0') json++;
  return *json == '"' ? json + 1 : json;
}

/* What follows a value. */
static const char *millrace_skip(const char *json) {
  int depth = 0;
  do {
    json = millrace_skip_space(json);
    if (*json == '"') json = millrace_skip_text(json);
    else if (*json == '{' || *json == '[') depth++, json++;
    else if (*json == '}' || *json == ']') depth--, json++;
    else if (*json == ',' || *json == ':') json++;
    else json += strcspn(json, ",]} \t\r\n:");
  } while (depth > 0 && *json != '\0');
  return json;
}

/* The text that a JSON text says; an empty one for anything else. */
static char *millrace_text(const char *json) {
  const char *end;
  char *text, *to;
  if (json == NULL || *json != '"') return (char *)memset(millrace_memory(NULL, 1), 0, 1);
  end = millrace_skip_text(json);
  to = text = (char *)millrace_memory(NULL, (size_t)(end - json) + 1);
  for (json++; json < end - 1; json++) {
    static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
    unsigned code, low;
    const char *name;
    if (*json != '\\') {
      *to++ = *json;
      continue;
    }
    name = strchr(names, *++json);
    if (*json != 'u') {
      *to++ = name == NULL ? *json : values[name - names];
      continue;
    }
    if (sscanf(json + 1, "%4x", &code) != 1) break;
    json += 4;
    if (code >= 0xd800 && code < 0xdc00 && sscanf(json + 1, "\\u%4x", &low) == 1) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low & 0x3ff);
      json += 6;
    }
    if (code < 0x80) *to++ = (char)code;
    else if (code < 0x800) *to++ = (char)(0xc0 | code >> 6);
    else if (code < 0x10000) *to++ = (char)(0xe0 | code >> 12);
    else *to++ = (char)(0xf0 | code >> 18), *to++ = (char)(0x80 | (code >> 12 & 0x3f));
    if (code >= 0x800) *to++ = (char)(0x80 | (code >> 6 & 0x3f));
    if (code >= 0x80) *to++ = (char)(0x80 | (code & 0x3f));
  }
  *to = '\0';
  return text;
}

/* Where the member of an object begins, or NULL. */
static const char *millrace_member(const char *json, const char *name) {
  if (json == NULL || *json != '{') return NULL;
  for (json = millrace_skip_space(json + 1); *json == '"'; json = millrace_skip_space(json)) {
    char *key = millrace_text(json);
    int found = strcmp(key, name) == 0;
    free(key);
    json = millrace_skip_space(millrace_skip_space(millrace_skip_text(json)) + 1);
    if (found) return json;
    json = millrace_skip_space(millrace_skip(json));
    if (*json == ',') json = millrace_skip_space(json + 1);
  }
  return NULL;
}

/* A number; 0 for anything else. */
static double millrace_number(const char *json) { return json == NULL ? 0 : strtod(json, NULL); }

/* A value as text of its own. */
static char *millrace_copy(const char *json) {
  size_t length = json == NULL ? 4 : (size_t)(millrace_skip(json) - json);
  char *copy = (char *)millrace_memory(NULL, length + 1);
  memcpy(copy, json == NULL ? "null" : json, length);
  copy[length] = '\0';
  return copy;
}

/* A text as JSON. */
static char *millrace_quote(const char *text) {
  char *json = (char *)millrace_memory(NULL, strlen(text) * 6 + 3), *to = json;
  *to++ = '"';
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\') *to++ = '\\', *to++ = *text;
    else if ((unsigned char)*text < ' ') to += sprintf(to, "\\u%04x", *text);
    else *to++ = *text;
  }
  strcpy(to, "\"");
  return json;
}

static void millrace_answer(const char *format, ...) {
  va_list arguments;
  fflush(stdout);
  va_start(arguments, format);
  vfprintf(millrace_out, format, arguments);
  va_end(arguments);
  fputc('\n', millrace_out);
  if (fflush(millrace_out) != 0) _exit(1);
}

/* The function has done its work; the output is JSON. */
static void millrace_ok(millrace_call *call, const char *json) {
  call->answered = 1;
  millrace_answer("{\"type\":\"ok\",\"id\":%s,\"output\":%s}", call->id, json);
}

static void millrace_fail(millrace_call *call, const char *kind, const char *code, const char *message) {
  char *quoted_code = millrace_quote(code), *quoted = millrace_quote(message);
  const char *retry = strcmp(kind, "business") == 0 ? "false" : "true";
  call->answered = 1;
  millrace_answer("{\"type\":\"error\",\"id\":%s,\"error\":{\"kind\":\"%s\",\"code\":%s,\"message\":%s,\"retry\":%s}}",
                  call->id, kind, quoted_code, quoted, retry);
  free(quoted_code);
  free(quoted);
}

/* The work cannot succeed as it is; it is not tried again. */
static void millrace_business_error(millrace_call *call, const char *code, const char *message) {
  millrace_fail(call, "business", code, message);
}

/* The work may succeed later. */
static void millrace_application_error(millrace_call *call, const char *code, const char *message) {
  millrace_fail(call, "application", code, message);
}

/* How far the work is, from 0 to 1. */
static void millrace_progress(millrace_call *call, double fraction, const char *message) {
  char *quoted = millrace_quote(message);
  millrace_answer("{\"type\":\"progress\",\"id\":%s,\"fraction\":%.6f,\"message\":%s}", call->id, fraction, quoted);
  free(quoted);
}

/* A line of the log; the level is debug, info, warn or error. */
static void millrace_log(millrace_call *call, const char *level, const char *message) {
  char *quoted = millrace_quote(message);
  millrace_answer("{\"type\":\"log\",\"id\":%s,\"level\":\"%s\",\"message\":%s}", call->id, level, quoted);
  free(quoted);
}

/* Takes what stands on the standard input; 0 at its end. */
static int millrace_read(void) {
  ssize_t count;
  if (millrace_held_length + 65536 > millrace_held_size) {
    millrace_held_size = (millrace_held_length + 65536) * 2;
    millrace_held = (char *)millrace_memory(millrace_held, millrace_held_size);
  }
  count = read(0, millrace_held + millrace_held_length, 65535);
  if (count > 0) millrace_held_length += (size_t)count;
  return count > 0;
}

/* Whether the host asked this call to stop; long work asks now and then. */
static int millrace_cancelled(millrace_call *call) {
  struct pollfd input = {0, POLLIN, 0};
  while (!call->cancelled && poll(&input, 1, 0) > 0) {
    if (!millrace_read()) break;
    millrace_held[millrace_held_length] = '\0';
    /* Within texts every quote is escaped, so that this can be nothing but a message. */
    call->cancelled = strstr(millrace_held, "{\"type\":\"cancel\"") != NULL;
  }
  return call->cancelled;
}

/* The next message, or NULL at the end of the standard input. */
static char *millrace_next(void) {
  char *end, *line;
  size_t length;
  while (millrace_held == NULL || (end = (char *)memchr(millrace_held, '\n', millrace_held_length)) == NULL)
    if (!millrace_read()) return NULL;
  length = (size_t)(end - millrace_held);
  line = (char *)millrace_memory(NULL, length + 1);
  memcpy(line, millrace_held, length);
  line[length] = '\0';
  millrace_held_length -= length + 1;
  memmove(millrace_held, end + 1, millrace_held_length);
  return line;
}

static void millrace_probe(const char *id, const millrace_function *functions, size_t count) {
  const char *variables[] = {"MILLRACE_PACKAGE_NAME", "MILLRACE_PACKAGE_VERSION"};
  size_t index;
  fprintf(millrace_out, "{\"type\":\"ok\",\"id\":%s,\"output\":{\"protocol\":1,\"functions\":[", id);
  for (index = 0; index < count; index++) fprintf(millrace_out, "%s\"%s\"", index == 0 ? "" : ",", functions[index].name);
  for (index = 0; index < 2; index++) {
    const char *value = getenv(variables[index]);
    char *quoted = millrace_quote(value == NULL ? "" : value);
    fprintf(millrace_out, "%s\"%s\":%s", index == 0 ? "]," : ",", index == 0 ? "name" : "version", quoted);
    free(quoted);
  }
  millrace_answer("}}");
}

static void millrace_invoke(const char *line, const char *id, const millrace_function *functions, size_t count) {
  millrace_call call = {id, millrace_member(line, "context"), 0, 0};
  char *name = millrace_text(millrace_member(line, "function"));
  char *input = millrace_copy(millrace_member(line, "input"));
  size_t index;
  for (index = 0; index < count; index++)
    if (strcmp(functions[index].name, name) == 0) break;
  if (index == count) millrace_business_error(&call, "function_unknown", "there is no such function");
  else functions[index].run(input, &call);
  if (!call.answered) millrace_application_error(&call, "failed", "the function ended without an answer");
  free(input);
  free(name);
}

/* Serves functions until the standard input ends, one invocation after the other. */
static int millrace_serve(const millrace_function *functions, size_t count) {
  char *line;
  int over = 0;
  /* Messages go to the real standard output; whatever else prints there lands in the log. */
  millrace_out = fdopen(dup(1), "w");
  dup2(2, 1);
  while (!over && (line = millrace_next()) != NULL) {
    char *type = millrace_text(millrace_member(line, "type"));
    char *id = millrace_copy(millrace_member(line, "id"));
    if (strcmp(type, "probe") == 0) millrace_probe(id, functions, count);
    if (strcmp(type, "invoke") == 0) millrace_invoke(line, id, functions, count);
    over = strcmp(type, "shutdown") == 0;
    free(id);
    free(type);
    free(line);
  }
  return 0;
}

#endif
