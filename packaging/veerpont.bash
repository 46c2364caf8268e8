# Completion for veerpont, veerpontd and veerpont-gateway: commands, their subcommands and options, as --help says them.
_veerpont() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} path=() i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* ]] && break
    path+=("${COMP_WORDS[i]}")
    [ ${#path[@]} = 2 ] && break
  done
  case ${COMP_WORDS[COMP_CWORD - 1]} in
    --home) mapfile -t COMPREPLY < <(compgen -d -- "$word") && return ;;
    --credential | --document | --out | --from) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
  esac
  local words
  words=$("$program" "${path[@]}" --help 2>/dev/null || "$program" "${path[@]:0:1}" --help 2>/dev/null)
  words=$(grep -oE '^  (-[a-z],)?(--)?[a-z][a-z-]+' <<<"$words" | sed -E 's/^ +(-[a-z],)?//')
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _veerpont veerpont veerpontd veerpont-gateway
