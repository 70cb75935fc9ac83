import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, from the sources and from a build alike: migrations and assets lie under it. */
export function serverRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "db/migrations"))) {
    const sibling = join(folder, "packages/server");
    if (existsSync(join(sibling, "db/migrations"))) return sibling;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("the folder db/migrations is missing from this installation");
    folder = parent;
  }
  return folder;
}
