import type { Command } from "commander";
import type { Context } from "../context.ts";
import { parseWord } from "../values.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** Adds `completion`; `root` must have every command and flag when it runs. */
export function addCompletion(program: Command, context: Context): void {
  program
    .command("completion <shell>")
    .description("print a completion script for bash, zsh or fish")
    .addHelpText(
      "after",
      "\n  bash: source <(millrace completion bash)\n  zsh:  source <(millrace completion zsh)\n" +
        "  fish: millrace completion fish | source",
    )
    .action((shell: string) => {
      const words = wordsOf(program);
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[
        parseWord(shell, "shell", shells)
      ];
      context.out.text(script(words));
    });
}

interface Words {
  /** As typed after `millrace`; empty for the program itself. */
  path: string;
  commands: { name: string; help: string }[];
  flags: { name: string; help: string }[];
}

/** What may follow each command. */
function wordsOf(root: Command): Words[] {
  const globals = flagsOf(root);
  const visit = (command: Command, path: string): Words[] => {
    const own = path === "" ? [] : flagsOf(command);
    const commands = command.commands.map((child) => ({ name: child.name(), help: child.description() }));
    const children = command.commands.flatMap((child) => visit(child, `${path} ${child.name()}`.trim()));
    return [{ path, commands, flags: [...own, ...globals] }, ...children];
  };
  return visit(root, "");
}

function flagsOf(command: Command): Words["flags"] {
  const flags = command.options.map((option) => ({ name: option.long ?? "", help: option.description }));
  return flags.filter((flag) => flag.name !== "");
}

function casesOf(words: readonly Words[]): string {
  return words
    .map(({ path, commands, flags }) => {
      const all = [...commands, ...flags].map((word) => word.name).join(" ");
      return `    "${path}") words="${all}" ;;`;
    })
    .join("\n");
}

/** The words before the cursor that are no flags tell the command; the longest path that is one wins. */
function bashScript(words: readonly Words[]): string {
  return `_millrace() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) _millrace_words "\${path:+$path }$word" >/dev/null && path="\${path:+$path }$word" ;; esac
  done
  COMPREPLY=($(compgen -W "$(_millrace_words "$path")" -- "$current"))
}
_millrace_words() {
  local words
  case "$1" in
${casesOf(words)}
    *) return 1 ;;
  esac
  printf '%s' "$words"
}
complete -o default -F _millrace millrace`;
}

function zshScript(words: readonly Words[]): string {
  return `autoload -U +X bashcompinit && bashcompinit
${bashScript(words)}`;
}

function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ path, commands, flags }) => {
    const condition = fishCondition(path, commands);
    return [
      ...commands.map(
        ({ name, help }) => `complete -c millrace -f -n "${condition}" -a ${name} -d ${quoted(help)}`,
      ),
      ...flags.map(
        ({ name, help }) => `complete -c millrace -n "${condition}" -l ${name.slice(2)} -d ${quoted(help)}`,
      ),
    ];
  });
  return lines.join("\n");
}

function fishCondition(path: string, commands: Words["commands"]): string {
  if (path === "") return "__fish_use_subcommand";
  const seen = path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
  const names = commands.map((command) => command.name).join(" ");
  return [...seen, ...(names === "" ? [] : [`not __fish_seen_subcommand_from ${names}`])].join("; and ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
