import { type Builtins, ofOne } from "./builtin-shape.ts";
import { type Code, directCode, manyCode, mapCode, mapPair, noPath, type Paths, rootPath } from "./code.ts";
import { modification, firstOf } from "./compile-updates.ts";
import { descend, iterateInput } from "./compile-access.ts";
import { Failure, fail } from "./failure.ts";
import { checkedPath, deletePaths, getPath, keysOf, setPath, stepInto } from "./paths.ts";
import type { Run } from "./run.ts";
import { isTruthy, type Json, nestingMax, typeName } from "./value.ts";

/** Ways into values: finding, reading, setting and deleting what stands at their ends. */
export const pathBuiltins: Builtins = {
  "path/1": ([body]) => pathsOf(body!),
  "paths/0": () => pathsOf(inner(descend)),
  "paths/1": ([condition]) => pathsOf(filtered(inner(descend), condition!)),
  "leaf_paths/0": () => pathsOf(filtered(inner(descend), isLeaf)),
  "getpath/1": ([path]) => {
    const paths: Paths = (input, way, env, emit) =>
      path!.each(input, env, (keys) => {
        const list = checkedPath(keys);
        if (way === noPath && list.length > 0) stepInto(way, list[0]!, input);
        const reached = list.reduce((found, key) => ({ parent: found, key, length: found.length + 1 }), way);
        return emit(getPath(input, list, env.run), reached);
      });
    return {
      ...mapCode(path!, (keys, input, env) => getPath(input, checkedPath(keys), env.run)),
      paths,
    };
  },
  "setpath/2": ([path, value]) =>
    mapPair(path!, value!, (keys, fresh, input, env) =>
      setPath(input, checkedPath(keys), fresh, new Set(), env.run),
    ),
  "delpaths/1": ofOne((input, paths, run) => {
    if (!Array.isArray(paths)) return fail("Paths must be specified as an array");
    return deletePaths(input, paths.map(deletedPath), run);
  }),
  "del/1": ([body]) =>
    directCode((input, env) => {
      const doomed: Json[][] = [];
      body!.paths(input, rootPath, env, (value, path) => {
        env.run.step();
        doomed.push(keysOf(path, value, env.run));
        return false;
      });
      return deletePaths(input, doomed, env.run);
    }),
  "pick/1": ([body]) =>
    directCode((input, env) => {
      const owned = new Set<Json>();
      let picked: Json = null;
      body!.paths(input, rootPath, env, (value, path) => {
        const keys = keysOf(path, value, env.run);
        const kept = getPath(input, keys, env.run);
        picked = setPath(picked, keys, kept, owned, env.run);
        return false;
      });
      return picked;
    }),
  "map_values/1": ([change]) => modification(iterateInput, firstOf(change!)),
  "tostream/0": () => manyCode((input, env, emit) => stream(input, [], env.run, emit)),
};

function deletedPath(path: Json): Json[] {
  if (!Array.isArray(path)) throw new Failure(`Path must be specified as array, not ${typeName(path)}`);
  if (path.length > nestingMax) fail("Path too deep");
  return path;
}

function pathsOf(body: Code): Code {
  return manyCode((input, env, emit) =>
    body.paths(input, rootPath, env, (value, path) => emit(keysOf(path, value, env.run))),
  );
}

/** All but the input itself. */
function inner(body: Code): Code {
  return manyCode(body.each, (input, path, env, emit) =>
    body.paths(input, path, env, (value, way) => way.length > 0 && emit(value, way)),
  );
}

function filtered(body: Code, condition: Code): Code {
  return manyCode(body.each, (input, path, env, emit) =>
    body.paths(input, path, env, (value, way) =>
      condition.each(value, env, (yes) => isTruthy(yes) && emit(value, way)),
    ),
  );
}

/** As `paths(scalars)` has it, null and false are no leaves. */
const isLeaf: Code = directCode((input) => typeof input !== "object" && isTruthy(input));

/** A value as events `[path, leaf]`, and `[path]` behind the last member of each container. */
function stream(input: Json, path: readonly Json[], run: Run, emit: (event: Json) => boolean): boolean {
  run.spend(1 + (path.length >> 2));
  const keys =
    typeof input !== "object" || input === null
      ? []
      : Array.isArray(input)
        ? input.map((_, at): Json => at)
        : Object.keys(input);
  if (keys.length === 0) return emit([[...path], input]);
  for (const key of keys) {
    const member = (input as { [key: string]: Json })[key as string]!;
    if (stream(member, [...path, key], run, emit)) return true;
  }
  return emit([[...path, keys.at(-1)!]]);
}
