import type { Builtins } from "./builtin-shape.ts";
import { attempting } from "./attempt.ts";
import { elementAt, indexValue, membersOf } from "./access.ts";
import {
  type Code,
  constantCode,
  directCode,
  type Each,
  type Emit,
  type EmitPath,
  type Env,
  manyCode,
  mapAll,
  mapPair,
  noPath,
  type Path,
  type Paths,
} from "./code.ts";
import { descend } from "./compile-access.ts";
import { fail } from "./failure.ts";
import { equals } from "./order.ts";
import { setPath, stepInto } from "./paths.ts";
import { isTruthy, type Json } from "./value.ts";

/** What takes a stream of outputs apart, cuts it short, or makes one. */
export const streamBuiltins: Builtins = {
  "range/1": ([upto]) => range(constantCode(0), upto!, constantCode(1)),
  "range/2": ([from, upto]) => range(from!, upto!, constantCode(1)),
  "range/3": ([from, upto, by]) => range(from!, upto!, by!),
  "first/1": ([body]) => first(body!),
  "last/1": ([body]) => last(body!),
  "limit/2": ([count, body]) => limit(count!, body!),
  "skip/2": ([count, body]) => skip(count!, body!),
  "nth/2": ([place, body]) => nth(place!, body!),
  "first/0": () => element(constantCode(0)),
  "last/0": () => element(constantCode(-1)),
  "nth/1": ([place]) => element(place!),
  "isempty/1": ([body]) => directCode((input, env) => !body!.each(input, env, () => true)),
  "any/0": () => whether(members, truth, true),
  "any/1": ([condition]) => whether(members, condition!, true),
  "any/2": ([source, condition]) => whether(source!, condition!, true),
  "all/0": () => whether(members, truth, false),
  "all/1": ([condition]) => whether(members, condition!, false),
  "all/2": ([source, condition]) => whether(source!, condition!, false),
  "IN/1": ([source]) =>
    directCode((input, env) => source!.each(input, env, (value) => equals(value, input, env.run))),
  "IN/2": ([source, set]) => {
    const pairs = mapPair(source!, set!, (one, other, _input, env) => equals(one, other, env.run));
    return directCode((input, env) => pairs.each(input, env, isTruthy));
  },
  "recurse/0": () => descend,
  "recurse/1": ([step]) => recurse(step!),
  "recurse/2": ([step, condition]) => recurse(when(step!, condition!)),
  "repeat/1": ([body]) => repeat(body!),
  "while/2": ([condition, step]) => loopWhile(condition!, step!),
  "until/2": ([condition, step]) => loopUntil(condition!, step!),
  "isvalid/1": ([body]) =>
    directCode((input, env) =>
      attempting(
        env,
        () => true,
        (emit) => body!.each(input, env, emit),
        () => false,
      ),
    ),
  "fromstream/1": ([events]) => fromStream(events!),
};

const members: Code = manyCode((input, env, emit) => {
  for (const member of membersOf(input)) {
    env.run.step();
    if (emit(member)) return true;
  }
  return false;
});

const truth: Code = directCode((input) => input);

function range(from: Code, upto: Code, by: Code): Code {
  const bounds = mapAll([from, upto, by], (values) => [...values]);
  return manyCode((input, env, emit) =>
    bounds.each(input, env, (found) => {
      const [start, end, step] = found as Json[];
      if (typeof start !== "number" || typeof end !== "number" || typeof step !== "number") {
        return fail("Range bounds must be numeric");
      }
      const { run } = env;
      if (step > 0) {
        for (let at = start; at < end; at += step) {
          run.step();
          if (emit(at)) return true;
        }
      } else if (step < 0) {
        for (let at = start; at > end; at += step) {
          run.step();
          if (emit(at)) return true;
        }
      }
      return false;
    }),
  );
}

function first(body: Code): Code {
  const paths: Paths = (input, path, env, emit) => {
    let found: [Json, Path] | undefined;
    body.paths(input, path, env, (...output) => {
      found = output;
      return true;
    });
    return found !== undefined && emit(...found);
  };
  return directCode(body.direct ?? ((input, env) => firstOutput(body, input, env)), paths);
}

function firstOutput(body: Code, input: Json, env: Env): Json | undefined {
  let found: Json | undefined;
  body.each(input, env, (value) => {
    found = value;
    return true;
  });
  return found;
}

function last(body: Code): Code {
  return directCode(
    (input, env) => {
      let found: Json | undefined;
      body.each(input, env, (value) => {
        found = value;
        return false;
      });
      return found;
    },
    (input, path, env, emit) => {
      let found: [Json, Path] | undefined;
      body.paths(input, path, env, (...output) => {
        found = output;
        return false;
      });
      return found !== undefined && emit(...found);
    },
  );
}

/** Counts outputs by a number that comes first; `pass` says what becomes of each. */
function counted(
  count: Code,
  body: Code,
  message: string,
  pass: <Args extends readonly unknown[]>(
    count: number,
    emit: (...args: Args) => boolean,
    body: (emit: (...args: Args) => boolean) => boolean,
  ) => boolean,
): Code {
  const checked = (value: Json): number => {
    if (typeof value !== "number") return fail(`${message.split(" ")[0]} needs a number`);
    return value < 0 ? fail(message) : value;
  };
  return manyCode(
    (input, env, emit) =>
      count.each(input, env, (value) =>
        pass<Parameters<Emit>>(checked(value), emit, (inner) => body.each(input, env, inner)),
      ),
    (input, path, env, emit) =>
      count.each(input, env, (value) =>
        pass<Parameters<EmitPath>>(checked(value), emit, (inner) => body.paths(input, path, env, inner)),
      ),
  );
}

function limit(count: Code, body: Code): Code {
  return counted(count, body, "limit doesn't support negative count", (max, emit, each) => {
    if (max <= 0) return false;
    let left = max;
    let isStopped = false;
    each((...output) => {
      left -= 1;
      isStopped = emit(...output);
      return isStopped || left <= 0;
    });
    return isStopped;
  });
}

function skip(count: Code, body: Code): Code {
  return counted(count, body, "skip doesn't support negative count", (max, emit, each) => {
    let left = max;
    return each((...output) => {
      if (left <= 0) return emit(...output);
      left -= 1;
      return false;
    });
  });
}

function nth(place: Code, body: Code): Code {
  return counted(place, body, "nth doesn't support negative indices", (max, emit, each) => {
    let left = Math.floor(max);
    let isStopped = false;
    each((...output) => {
      if (left > 0) {
        left -= 1;
        return false;
      }
      isStopped = emit(...output);
      return true;
    });
    return isStopped;
  });
}

/** `.[place]`. */
function element(place: Code): Code {
  const read = (input: Json, at: Json, env: Env): Json =>
    Array.isArray(input) && typeof at === "number" ? elementAt(input, at) : indexValue(input, at, env.run);
  const paths: Paths = (input, path, env, emit) =>
    place.each(input, env, (at) =>
      emit(path === noPath ? null : read(input, at, env), stepInto(path, at, input)),
    );
  const { direct } = place;
  if (direct === null) {
    return manyCode((input, env, emit) => place.each(input, env, (at) => emit(read(input, at, env))), paths);
  }
  return directCode((input, env) => {
    const at = direct(input, env);
    return at === undefined ? undefined : read(input, at, env);
  }, paths);
}

/** `any` looks for a true, `all` for a false; whoever finds it stops. */
function whether(source: Code, condition: Code, sought: boolean): Code {
  const { direct } = condition;
  const test = (env: Env): Emit =>
    direct === null
      ? (value) => condition.each(value, env, (found) => isTruthy(found) === sought)
      : (value) => {
          const found = direct(value, env);
          return found !== undefined && isTruthy(found) === sought;
        };
  return directCode((input, env) => source.each(input, env, test(env)) === sought);
}

function when(step: Code, condition: Code): Code {
  return manyCode(
    (input, env, emit) =>
      step.each(input, env, (value) => condition.each(value, env, (yes) => isTruthy(yes) && emit(value))),
    (input, path, env, emit) =>
      step.paths(input, path, env, (value, way) =>
        condition.each(value, env, (yes) => isTruthy(yes) && emit(value, way)),
      ),
  );
}

/** A value, then all that a step makes of it, and of that, and so on. A step with one output at most is a loop. */
function recurse(step: Code): Code {
  const { direct } = step;
  const deeper: Each = (input, env, emit) => {
    if (emit(input)) return true;
    env.run.enter();
    const stop = step.each(input, env, (value) => deeper(value, env, emit));
    env.run.leave();
    return stop;
  };
  const deeperPaths: Paths = (input, path, env, emit) => {
    if (emit(input, path)) return true;
    env.run.enter();
    const stop = step.paths(input, path, env, (value, way) => deeperPaths(value, way, env, emit));
    env.run.leave();
    return stop;
  };
  if (direct === null) return manyCode(deeper, deeperPaths);
  return manyCode((input, env, emit) => {
    for (let value: Json | undefined = input; value !== undefined; value = direct(value, env)) {
      env.run.step();
      if (emit(value)) return true;
    }
    return false;
  }, deeperPaths);
}

/** The outputs for the same input, over and over. */
function repeat(body: Code): Code {
  const forever = (env: Env, round: () => boolean): boolean => {
    for (;;) {
      env.run.step();
      if (round()) return true;
    }
  };
  return manyCode(
    (input, env, emit) => forever(env, () => body.each(input, env, emit)),
    (input, path, env, emit) => forever(env, () => body.paths(input, path, env, emit)),
  );
}

function loopWhile(condition: Code, step: Code): Code {
  const test = condition.direct;
  const next = step.direct;
  const deeper: Each = (input, env, emit) =>
    condition.each(input, env, (yes) => {
      if (!isTruthy(yes)) return false;
      if (emit(input)) return true;
      env.run.enter();
      const stop = step.each(input, env, (value) => deeper(value, env, emit));
      env.run.leave();
      return stop;
    });
  const deeperPaths: Paths = (input, path, env, emit) =>
    condition.each(input, env, (yes) => {
      if (!isTruthy(yes)) return false;
      if (emit(input, path)) return true;
      env.run.enter();
      const stop = step.paths(input, path, env, (value, way) => deeperPaths(value, way, env, emit));
      env.run.leave();
      return stop;
    });
  if (test === null || next === null) return manyCode(deeper, deeperPaths);
  return manyCode((input, env, emit) => {
    for (let value: Json | undefined = input; value !== undefined; value = next(value, env)) {
      env.run.step();
      const yes = test(value, env);
      if (yes === undefined || !isTruthy(yes)) return false;
      if (emit(value)) return true;
    }
    return false;
  }, deeperPaths);
}

function loopUntil(condition: Code, step: Code): Code {
  const test = condition.direct;
  const next = step.direct;
  const deeper: Each = (input, env, emit) =>
    condition.each(input, env, (yes) => {
      if (isTruthy(yes)) return emit(input);
      env.run.enter();
      const stop = step.each(input, env, (value) => deeper(value, env, emit));
      env.run.leave();
      return stop;
    });
  const deeperPaths: Paths = (input, path, env, emit) =>
    condition.each(input, env, (yes) => {
      if (isTruthy(yes)) return emit(input, path);
      env.run.enter();
      const stop = step.paths(input, path, env, (value, way) => deeperPaths(value, way, env, emit));
      env.run.leave();
      return stop;
    });
  if (test === null || next === null) return manyCode(deeper, deeperPaths);
  return directCode((input, env) => {
    for (let value: Json | undefined = input; value !== undefined; value = next(value, env)) {
      env.run.step();
      const yes = test(value, env);
      if (yes === undefined) return undefined;
      if (isTruthy(yes)) return value;
    }
    return undefined;
  }, deeperPaths);
}

/** Puts values together from the events that `tostream` takes them apart into. */
function fromStream(events: Code): Code {
  return manyCode((input, env, emit) => {
    let value: Json = null;
    const finish = () => {
      const whole = value;
      value = null;
      return emit(whole);
    };
    return events.each(input, env, (event) => {
      const path = indexValue(event, 0, env.run);
      if (!Array.isArray(event) || !Array.isArray(path)) return fail("Invalid streaming format");
      if (event.length < 2) return path.length === 1 && finish();
      value = setPath(value, path, event[1]!, new Set(), env.run);
      return path.length === 0 && finish();
    });
  });
}
