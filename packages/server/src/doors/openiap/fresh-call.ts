import type { Call } from "../../kit/call.ts";

/** The call after a change of its own: what it knew of definitions is old. */
export function fresh(call: Call): Call {
  const { epoch: _old, ...rest } = call;
  return rest;
}
