source "$MILLRACE_PACKAGE/millrace_plugin.sh"

check_iban() {
  local text index value remainder=0 valid=false
  millrace_text "$(millrace_get "$1" iban)"
  text=${REPLY// /}
  text=${text^^}
  [[ $text =~ ^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$ ]] || millrace_business_error no_iban "$REPLY is no IBAN"
  text=${text:4}${text:0:4}
  for ((index = 0; index < ${#text}; index++)); do
    # A digit stands for itself, A for 10, Z for 35.
    value=$((36#${text:index:1}))
    remainder=$(((remainder * (value > 9 ? 100 : 10) + value) % 97))
  done
  ((remainder == 1)) && valid=true
  millrace_ok "{\"valid\":$valid,\"country\":\"${text: -4:2}\"}"
}

millrace_serve check_iban
