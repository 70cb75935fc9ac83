#include "millrace_plugin.h"

#include <algorithm>
#include <numeric>
#include <regex>
#include <string>

static void check_iban(const char *input, millrace_call *call) {
  char *decoded = millrace_text(millrace_member(input, "iban"));
  std::string text(decoded);
  free(decoded);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char each) { return std::toupper(each); });
  if (!std::regex_match(text, std::regex("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")))
    return millrace_business_error(call, "no_iban", "this is no IBAN");
  const std::string country = text.substr(0, 2);
  std::rotate(text.begin(), text.begin() + 4, text.end());
  const int remainder = std::accumulate(text.begin(), text.end(), 0, [](int sum, char each) {
    // A digit stands for itself, A for 10, Z for 35.
    return each <= '9' ? (sum * 10 + each - '0') % 97 : (sum * 100 + each - 'A' + 10) % 97;
  });
  const std::string valid = remainder == 1 ? "true" : "false";
  millrace_ok(call, ("{\"valid\":" + valid + ",\"country\":\"" + country + "\"}").c_str());
}

int main() {
  const millrace_function functions[] = {{"check_iban", check_iban}};
  return millrace_serve(functions, 1);
}
