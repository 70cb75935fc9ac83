import type { Loop } from "../../kit/loops.ts";
import type { Secrets } from "./service.ts";

const everyMs = 60_000;
const perTickMax = 100;

/** Seals under the root key what lies under a former one. */
export function resealSecrets(secrets: Secrets): Loop {
  return {
    name: "reseal-secrets",
    alone: true,
    everyMs,
    tick: async () => (await secrets.reseal(perTickMax)) === perTickMax,
  };
}
