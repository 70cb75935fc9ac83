import { unreachable, waysOf } from "./flow.ts";
import { suggestion } from "./problem.ts";
import type { Check } from "./check.ts";
import { allLists } from "./walk.ts";

/** Where `then` leads, and what nothing leads to. */
export function checkFlow(check: Check): void {
  for (const list of allLists(check.definition)) {
    const { ways, lost } = waysOf(list);
    for (const { pointer, target, names } of lost) {
      if (check.isFull()) return;
      const message =
        list.part === "branches"
          ? `a branch leads to no other one: \`then\` may be \`continue\`, \`exit\` or \`end\`, not \`${target}\``
          : `\`then\` leads to \`${target}\`, which is no task of this list${suggestion(target, names)}`;
      check.tell("error", "then", pointer, message);
    }
    for (const { pointer } of unreachable(list, ways)) {
      check.tell("warning", "unreachable", pointer, "nothing leads here", { of: "key" });
    }
  }
}
