source "$MILLRACE_PACKAGE/millrace_plugin.sh"

echo() { millrace_ok "$1"; }

progress() {
  millrace_progress 0.5 half
  millrace_log "a warning" warn
  millrace_ok
}

wait() { while :; do sleep 0.1; done; }
business() { millrace_business_error no_street "There is no such street"; }
application() { millrace_application_error try_later "Not now"; }
fail() {
  printf "boom\n" >&2
  return 7
}

files() {
  local directory text
  millrace_text "$(millrace_get "$2" directory)"
  directory=$REPLY
  text=$(<"$directory/in.txt")
  printf '%s' "${text^^}" >"$directory/out.txt"
  millrace_ok
}

stray() {
  printf 'stray without end'
  printf '\nstray line\n'
  millrace_ok '{"printed":true}'
}

big() {
  millrace_ok "\"$(head -c "$(millrace_get "$1" size)" /dev/zero | tr '\0' x)\""
}

# A function runs in a process of its own, which must not outlive the plugin by an answer.
crash() { kill -9 $$; sleep 60; }

context() {
  local key
  millrace_text "$(millrace_get "$2" secrets key)"
  key=${#REPLY}
  millrace_ok "{\"job\":$(millrace_get "$2" job),\"attempt\":$(millrace_get "$2" attempt),\
\"language\":$(millrace_get "$2" config language),\"key\":$key}"
}

millrace_serve echo progress wait business application fail files stray big crash context
