import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { FilmRecord } from "./check-film.ts";

/** The films of Vega's collection of data sets: real, and as dirty as real data is. */
export function readRecords(): FilmRecord[] {
  const require = createRequire(import.meta.url);
  const path = join(require.resolve("vega-datasets"), "../../data/movies.json");
  return JSON.parse(readFileSync(path, "utf8")) as FilmRecord[];
}
