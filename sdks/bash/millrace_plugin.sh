# The plugin side of Millrace for Bash 4.4 or newer. One file, no dependency. The contract stands in
# docs/guide/plugins.md.
#
#   source "$MILLRACE_PACKAGE/millrace_plugin.sh"
#   greet() { millrace_text "$(millrace_get "$1" name)"; millrace_ok "{\"text\": $(millrace_quote "Hello $REPLY")}"; }
#   millrace_serve greet
#
# A function is given its input as JSON in $1 and the context as JSON in $2. It answers with one of millrace_ok,
# millrace_business_error and millrace_application_error; one that ends otherwise has failed.

# Sets REPLY to the length of the JSON text at the beginning of $1.
_millrace_text_length() {
  local rest=${1:1} part length=1
  while :; do
    part=${rest%%[\"\\]*}
    length=$((length + ${#part} + 1))
    rest=${rest:${#part}}
    [[ ${rest:0:1} == '"' ]] && break
    length=$((length + 1))
    rest=${rest:2}
  done
  REPLY=$length
}

# Sets REPLY to the length of the JSON value at the beginning of $1.
_millrace_value_length() {
  local rest=$1 part depth=0 length=0
  while :; do
    case ${rest:0:1} in
    '"')
      _millrace_text_length "$rest"
      part=$REPLY
      ;;
    '{' | '[')
      depth=$((depth + 1))
      part=1
      ;;
    '}' | ']')
      depth=$((depth - 1))
      part=1
      ;;
    *)
      if ((depth > 0)); then part=${rest%%[]\[\"\{\}]*}; else part=${rest%%[],\}]*}; fi
      part=${#part}
      ;;
    esac
    length=$((length + part))
    rest=${rest:part}
    ((depth == 0)) && break
  done
  REPLY=$length
}

# millrace_get JSON NAME...: prints the value under these names, as JSON; prints nothing if there is none.
millrace_get() {
  local value=$1 name key
  shift
  for name; do
    value=${value#*\{}
    while :; do
      value=${value#"${value%%[![:space:],]*}"}
      [[ ${value:0:1} == '"' ]] || return 0
      _millrace_text_length "$value"
      key=${value:1:REPLY-2}
      value=${value:REPLY}
      value=${value#*:}
      value=${value#"${value%%[![:space:]]*}"}
      _millrace_value_length "$value"
      [[ $key == "$name" ]] && break
      value=${value:REPLY}
    done
    value=${value:0:REPLY}
  done
  printf '%s' "$value"
}

# millrace_text JSON: sets REPLY to the text that a JSON text says.
millrace_text() {
  local rest=${1:1:${#1}-2} part text='' code
  while [[ $rest == *\\* ]]; do
    part=${rest%%\\*}
    text+=$part
    rest=${rest:${#part}+1}
    case ${rest:0:1} in
    n) text+=$'\n' ;;
    r) text+=$'\r' ;;
    t) text+=$'\t' ;;
    b) text+=$'\b' ;;
    f) text+=$'\f' ;;
    u)
      code=$((16#${rest:1:4}))
      rest=${rest:4}
      if ((code >= 0xD800 && code < 0xDC00)) && [[ ${rest:1:2} == '\u' ]]; then
        code=$((0x10000 + ((code - 0xD800) << 10) + 16#${rest:3:4} - 0xDC00))
        rest=${rest:6}
      fi
      printf -v part '\\U%08x' "$code"
      printf -v part '%b' "$part"
      text+=$part
      ;;
    *) text+=${rest:0:1} ;;
    esac
    rest=${rest:1}
  done
  REPLY=$text$rest
}

# millrace_quote TEXT: prints a text as JSON.
millrace_quote() {
  local text=$1 code character escape
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\r'/\\r}
  text=${text//$'\t'/\\t}
  if [[ $text == *[[:cntrl:]]* ]]; then
    for ((code = 1; code < 32; code++)); do
      printf -v character "\\x$(printf %x "$code")"
      printf -v escape '\\u%04x' "$code"
      text=${text//"$character"/"$escape"}
    done
  fi
  printf '"%s"' "$text"
}

_millrace_answer() { printf '%s\n' "$1" >&"$_millrace_out"; }

# millrace_ok [JSON]: the function has done its work.
millrace_ok() {
  _millrace_answer "{\"type\":\"ok\",\"id\":$_millrace_id,\"output\":${1:-null}}"
  exit 0
}

# millrace_progress FRACTION [TEXT]
millrace_progress() {
  local text
  text=$(millrace_quote "${2-}")
  _millrace_answer "{\"type\":\"progress\",\"id\":$_millrace_id,\"fraction\":$1,\"message\":$text}"
}

# millrace_log TEXT [LEVEL]
millrace_log() {
  local text
  text=$(millrace_quote "$1")
  _millrace_answer "{\"type\":\"log\",\"id\":$_millrace_id,\"level\":\"${2:-info}\",\"message\":$text}"
}

_millrace_fail() {
  local code text
  code=$(millrace_quote "$2")
  text=$(millrace_quote "${3:-$2}")
  local error="{\"kind\":\"$1\",\"code\":$code,\"message\":$text,\"retry\":$4}"
  _millrace_answer "{\"type\":\"error\",\"id\":$_millrace_id,\"error\":$error}"
  exit 0
}

# millrace_business_error CODE [TEXT]: the work cannot succeed as it is; it is not tried again.
millrace_business_error() { _millrace_fail business "$1" "${2-}" false; }

# millrace_application_error CODE [TEXT]: the work may succeed later.
millrace_application_error() { _millrace_fail application "$1" "${2-}" true; }

_millrace_invoke() {
  local line=$1 function input status
  millrace_text "$(millrace_get "$line" function)"
  function=$REPLY
  if [[ " ${_millrace_functions[*]} " != *" $function "* ]]; then
    millrace_business_error function_unknown "there is no function $function"
  fi
  input=$(millrace_get "$line" input)
  "$function" "$input" "$(millrace_get "$line" context)"
  status=$?
  millrace_application_error failed "$function ended with status $status without an answer"
}

# millrace_serve NAME...: serves these functions until the standard input ends, each invocation in a process of its own.
millrace_serve() {
  local line id type names name
  local -A running
  _millrace_functions=("$@")
  # Messages go to the real standard output; whatever else prints there lands in the log.
  exec {_millrace_out}>&1 1>&2
  while IFS= read -r line; do
    id=$(millrace_get "$line" id)
    type=$(millrace_get "$line" type)
    case $type in
    '"probe"')
      names=$(printf ',"%s"' "$@")
      name=$(millrace_quote "${MILLRACE_PACKAGE_NAME-}")
      _millrace_answer "{\"type\":\"ok\",\"id\":$id,\"output\":{\"name\":$name,\
\"version\":$(millrace_quote "${MILLRACE_PACKAGE_VERSION-}"),\"protocol\":1,\"functions\":[${names:1}]}}"
      ;;
    '"invoke"')
      (
        _millrace_id=$id
        _millrace_invoke "$line"
      ) </dev/null &
      running[$id]=$!
      ;;
    '"cancel"')
      if [[ -n ${running[$id]-} ]] && kill "${running[$id]}" 2>/dev/null; then
        (
          _millrace_id=$id
          millrace_application_error cancelled "it was asked to stop"
        )
      fi
      ;;
    '"shutdown"') break ;;
    esac
  done
  exit 0
}
