import type { Manifest } from "@millrace/runner/manifest.ts";
import { Type, type Static } from "@sinclair/typebox";
import semver from "semver";
import { AclSchema } from "../access/model.ts";

/*
 * A version of a package:
 *
 *   (nothing) ──push──▶ published ──yank──▶ yanked
 *
 *   What was published never changes and keeps its number for good. A yanked version is given to no new job; jobs that
 *   were submitted before go on with it.
 */

export const channelPattern = "^[a-z][a-z0-9-]{0,49}$";
/** The channel that names the highest version by itself. */
export const latestChannel = "latest";

const description = Type.String({
  maxLength: 10_000,
  description: "For people; a push takes the manifest's",
});
const version = Type.String({ maxLength: 100, description: "A semantic version" });
const json = Type.Unknown({ description: "JSON Schema" });

const ChannelSchema = Type.Object({ name: Type.String(), version, promotedAt: Type.String() });

export const PackageSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description,
  acl: AclSchema,
  channels: Type.Array(ChannelSchema, { description: "latest is the highest version that is not yanked" }),
  version: Type.Integer({ description: "Of this record, not of the code" }),
  createdAt: Type.String(),
  createdById: Type.String(),
  modifiedAt: Type.String(),
});

export const PackageChangesSchema = Type.Partial(Type.Object({ description, acl: AclSchema }), {
  additionalProperties: false,
});

export const FunctionSchema = Type.Object({
  name: Type.String(),
  description: Type.String(),
  input: json,
  output: json,
});

const published = {
  version,
  digest: Type.String({ description: "SHA-256 of the archive, 64 hex digits" }),
  size: Type.Integer({ description: "Bytes of the archive" }),
  runtime: Type.String({ description: "What a runner must offer: node, python, ..." }),
  publishedAt: Type.String(),
  publishedById: Type.String(),
  publishedBy: Type.String(),
  yankedAt: Type.Union([Type.String(), Type.Null()]),
  yankedReason: Type.Union([Type.String(), Type.Null()]),
};

export const PackageVersionEntrySchema = Type.Object(published);
export const PackageVersionSchema = Type.Object({
  ...published,
  package: Type.String({ description: "The package's name" }),
  manifest: Type.Record(Type.String(), Type.Unknown(), {
    description: "As it was checked when it was pushed",
  }),
});

export type PackageView = Static<typeof PackageSchema>;
export type PackageChanges = Static<typeof PackageChangesSchema>;
export type PackageFunction = Static<typeof FunctionSchema>;
export type PackageVersionEntry = Static<typeof PackageVersionEntrySchema>;
export type PackageVersionView = Static<typeof PackageVersionSchema>;

/** A package as the house knows it. */
export interface Package extends PackageView {
  tenantId: string;
}

/** A version as the house knows it: what never changes, and whether it was yanked. */
export interface PackageVersion extends PackageVersionEntry {
  id: string;
  packageId: string;
  fileId: string;
  manifest: Manifest;
}

/** The version that `latest` names: the highest one, a pre-release only where there is nothing else. */
export function latestOf(versions: readonly string[]): string | undefined {
  const sorted = [...versions].sort(semver.rcompare);
  return sorted.find((each) => semver.prerelease(each) === null) ?? sorted[0];
}

/** Whether the text names one version; else it is a channel's name. */
export function isVersion(text: string): boolean {
  return semver.valid(text) === text;
}

/** What the manifest offers to callers, by name. */
export function functionsOf({ functions }: Manifest): PackageFunction[] {
  return Object.entries(functions)
    .map(([name, { description: words, input, output }]) => ({ name, description: words, input, output }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
