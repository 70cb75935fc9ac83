import { createReadStream } from "node:fs";
import type { Command } from "commander";
import type { Package } from "@millrace/sdk";
import type { Context } from "../context.ts";
import { pageSize, takeFirst } from "../pages.ts";
import { addLocalPackages } from "./local-packages.ts";
import { type Column, formatBytes } from "../table.ts";
import { defined, parseJson, parseWhole } from "../values.ts";
import { sizeOf } from "./files.ts";

const columns: Column<Package>[] = [
  { header: "name", value: (found) => found.name },
  { header: "channels", value: channelsOf },
  { header: "description", value: (found) => found.description },
];

/** Adds `packages` with its subcommands. */
export function addPackages(program: Command, context: Context): void {
  const packages = program
    .command("packages")
    .alias("package")
    .description("packages: code in versions, for runners");
  addLocalPackages(packages, context);
  addPush(packages, context);
  addReading(packages, context);
  addChanging(packages, context);
}

function addPush(packages: Command, context: Context): void {
  packages
    .command("push <archive>")
    .description("publish a version: a tar.gz with a millrace.yaml at its top")
    .action(async (path: string) => {
      sizeOf(path);
      const client = await context.client();
      const pushed = await client.pushPackage(createReadStream(path));
      const size = formatBytes(pushed.size);
      context.out.done(`${pushed.package} ${pushed.version} is published (${size}).`, pushed);
    });
}

function addReading(packages: Command, context: Context): void {
  packages
    .command("list")
    .description("list the packages you may read")
    .option("--limit <n>", "at most so many", "100")
    .action(async (options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const { items, more } = await takeFirst(client.listPackages({ limit: pageSize(limit) }), limit);
      context.out.list(items, columns, "No packages yet. Publish one: millrace packages push <archive>");
      if (more) context.out.note("There are more: raise --limit.");
    });
  packages
    .command("show <package> [version]")
    .description("show a package, or one of its versions by number or channel")
    .action(async (name: string, version: string | undefined) => {
      const client = await context.client();
      if (version !== undefined) return context.out.record(await client.getPackageVersion(name, version));
      const found = await client.getPackage(name);
      if (context.out.json) context.out.value(found);
      else context.out.record({ ...found, channels: channelsOf(found) });
    });
  packages
    .command("versions <package>")
    .description("list a package's versions, those published last first")
    .option("--limit <n>", "at most so many", "50")
    .action(async (name: string, options: { limit: string }) => {
      const limit = parseWhole(options.limit, "--limit", { min: 1 });
      const client = await context.client();
      const pages = client.listPackageVersions(name, { limit: pageSize(limit) });
      const { items, more } = await takeFirst(pages, limit);
      context.out.list(items, [
        { header: "version", value: (each) => each.version },
        { header: "runtime", value: (each) => each.runtime },
        { header: "size", value: (each) => formatBytes(each.size), right: true },
        { header: "published", value: (each) => each.publishedAt },
        { header: "by", value: (each) => each.publishedBy },
        { header: "yanked", value: (each) => each.yankedReason },
      ]);
      if (more) context.out.note("There are more: raise --limit.");
    });
  packages
    .command("functions <package> [version]")
    .description("list the functions that a version offers, of the latest if none is named")
    .action(async (name: string, version = "latest") => {
      const client = await context.client();
      context.out.list(await client.listFunctions(name, version), [
        { header: "name", value: (each) => each.name },
        { header: "description", value: (each) => each.description },
        { header: "input", value: (each) => each.input },
        { header: "output", value: (each) => each.output },
      ]);
    });
}

function addChanging(packages: Command, context: Context): void {
  packages
    .command("promote <package> <version> <channel>")
    .description("make a channel, as stable, name a version")
    .action(async (name: string, version: string, channel: string) => {
      const client = await context.client();
      const changed = await client.promotePackage(name, { version, channel });
      context.out.done(`${channel} of ${changed.name} is ${version}.`, changed);
    });
  packages
    .command("yank <package> <version>")
    .description("take a version back: no new job gets it")
    .requiredOption("--reason <text>", "shown to whoever asks for it")
    .action(async (name: string, version: string, options: { reason: string }) => {
      const client = await context.client();
      const yanked = await client.yankPackageVersion(name, version, options);
      context.out.done(`${yanked.package} ${yanked.version} is yanked.`, yanked);
    });
  packages
    .command("delete <package>")
    .description("delete a package of which no job waits or runs")
    .action(async (name: string) => {
      const client = await context.client();
      await client.deletePackage(name);
      context.out.done(`Package ${name} is deleted.`, { deleted: name });
    });
  packages
    .command("update <package>")
    .description("change a package's description or rights")
    .option("--description <text>", "for people")
    .option("--acl <json>", "JSON list of entries {principalId, rights, effect}, @file or -")
    .action(async (name: string, options: { description?: string; acl?: string }) => {
      const { description, acl } = options;
      const changes = {
        ...defined({ description }),
        ...(acl === undefined ? {} : { acl: parseJson(acl, "--acl") as Package["acl"] }),
      };
      const client = await context.client();
      const changed = await client.updatePackage(name, changes);
      context.out.done(`Package ${changed.name} is changed.`, changed);
    });
}

function channelsOf({ channels }: Package): string {
  return channels.map(({ name, version }) => `${name} ${version}`).join(", ");
}
