#include "millrace_plugin.h"

#include <ctype.h>

/* Takes the spaces out and makes letters big; answers whether it has the shape of an IBAN. */
static int shape(char *text) {
  char *from = text, *to = text;
  size_t index, length;
  for (; *from != '\0'; from++)
    if (*from != ' ') *to++ = (char)toupper((unsigned char)*from);
  *to = '\0';
  length = (size_t)(to - text);
  for (index = 0; index < length; index++) {
    unsigned char each = (unsigned char)text[index];
    if (!(index < 2 ? isupper(each) : index < 4 ? isdigit(each) : isalnum(each))) return 0;
  }
  return length >= 14 && length <= 34;
}

static void check_iban(const char *input, millrace_call *call) {
  char *iban = millrace_text(millrace_member(input, "iban")), json[64];
  size_t index, length;
  int remainder = 0;
  if (!shape(iban)) {
    millrace_business_error(call, "no_iban", "this is no IBAN");
    free(iban);
    return;
  }
  length = strlen(iban);
  for (index = 0; index < length; index++) {
    char each = iban[(index + 4) % length];
    /* A digit stands for itself, A for 10, Z for 35. */
    int value = isdigit((unsigned char)each) ? each - '0' : each - 'A' + 10;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  snprintf(json, sizeof json, "{\"valid\":%s,\"country\":\"%.2s\"}", remainder == 1 ? "true" : "false", iban);
  millrace_ok(call, json);
  free(iban);
}

int main(void) {
  const millrace_function functions[] = {{"check_iban", check_iban}};
  return millrace_serve(functions, 1);
}
