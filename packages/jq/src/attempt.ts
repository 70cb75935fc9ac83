import type { Direct, Env } from "./code.ts";
import { Failure } from "./failure.ts";
import type { Json } from "./value.ts";

/**
 * Runs `body` with a consumer that stands in for `emit`. A failure of the body goes to `recover`; one that was raised
 * behind `emit`, by whoever consumed an output, is none of ours and goes on.
 */
export function attempting<Args extends readonly unknown[]>(
  env: Env,
  emit: (...args: Args) => boolean,
  body: (emit: (...args: Args) => boolean) => boolean,
  recover: (failure: Failure) => boolean,
): boolean {
  const depth = env.run.depth;
  let isOutside = false;
  try {
    return body((...args) => {
      isOutside = true;
      const stop = emit(...args);
      isOutside = false;
      return stop;
    });
  } catch (error) {
    if (isOutside || !(error instanceof Failure)) throw error;
    env.run.depth = depth;
    return recover(error);
  }
}

/** The same for what has one output at most: a failure becomes what `recover` makes of it. */
export function attemptDirect(
  body: Direct,
  recover: (failure: Failure, env: Env) => Json | undefined = () => undefined,
): Direct {
  return (input, env) => {
    const depth = env.run.depth;
    try {
      return body(input, env);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      env.run.depth = depth;
      return recover(error, env);
    }
  };
}
