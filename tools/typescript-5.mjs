import Module, { createRequire, register } from "node:module";
import { dirname } from "node:path";

/**
 * dependency-cruiser parses by the compiler API, which TypeScript 7 does not offer. In a process that imports this
 * file first, "typescript" is the TypeScript 5 of this workspace, for import and require alike.
 */
const folder = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function resolveTypeScriptHere(request, ...rest) {
  return resolveFilename.call(this, request.replace(/^typescript(?=\/|$)/, folder), ...rest);
};

const hooks = `export function resolve(specifier, context, next) {
  const parentURL = specifier === "typescript" ? ${JSON.stringify(import.meta.url)} : context.parentURL;
  return next(specifier, { ...context, parentURL });
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
