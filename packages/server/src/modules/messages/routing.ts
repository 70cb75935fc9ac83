import type { Binding, ExchangeKind, Headers } from "./model.ts";

/** The ids of the queues that a message through an exchange goes to, each once. The same on every broker. */
export function route(
  kind: ExchangeKind,
  bindings: readonly Binding[],
  message: { routingKey?: string; headers: Headers },
): string[] {
  const routingKey = message.routingKey ?? "";
  const matching = bindings.filter((binding) => {
    if (kind === "fanout") return true;
    if (kind === "direct") return binding.routingKey === routingKey;
    if (kind === "topic") return matchesTopic(binding.routingKey, routingKey);
    return matchesHeaders(binding, message.headers);
  });
  return [...new Set(matching.map((binding) => binding.queueId))];
}

/** Words between dots; `*` stands for one word, `#` for any number of them. In steps of pattern times key. */
export function matchesTopic(pattern: string, key: string): boolean {
  const words = key === "" ? [] : key.split(".");
  // Which beginnings of the key the pattern so far matches, by their number of words.
  let reached = new Set([0]);
  for (const part of pattern === "" ? [] : pattern.split(".")) {
    if (part === "#") {
      const least = Math.min(...reached);
      reached = new Set(Array.from({ length: words.length - least + 1 }, (_, index) => least + index));
    } else {
      reached = new Set(
        [...reached].filter((at) => at < words.length && (part === "*" || part === words[at])).map(next),
      );
    }
    if (reached.size === 0) return false;
  }
  return reached.has(words.length);
}

const next = (at: number) => at + 1;

/** A binding without headers takes every message with `all`, and none with `any`. */
function matchesHeaders({ headers, match }: Binding, sent: Headers): boolean {
  const holds = ([name, value]: [string, unknown]) => Object.hasOwn(sent, name) && sent[name] === value;
  const wanted = Object.entries(headers);
  return match === "all" ? wanted.every(holds) : wanted.some(holds);
}
