import { Type } from "@sinclair/typebox";
import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { answerContent } from "../../kit/content-answer.ts";
import { invalid } from "../../kit/errors.ts";
import { route, type Route } from "../../kit/route.ts";
import {
  channelPattern,
  FunctionSchema,
  PackageChangesSchema,
  PackageSchema,
  PackageVersionEntrySchema,
  PackageVersionSchema,
} from "./model.ts";
import type { Packages } from "./service.ts";

const tag = "packages";
const closed = { additionalProperties: false } as const;
const ref = Type.String({ maxLength: 100, description: "Name or id" });
const version = Type.String({ maxLength: 100, description: "A version's number, or a channel" });
const params = Type.Object({ packageName: ref });
const versionParams = Type.Object({ packageName: ref, version });
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }));
const PageQuery = Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 100 })), limit }, closed);
const pageOf = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Optional(Type.String()) });
const reading = {
  tag,
  method: "GET",
  access: { kind: "object", of: "package", right: "read" },
  scope: "packages:read",
} as const;
const changing = {
  tag,
  method: "POST",
  access: { kind: "object", of: "package", right: "update" },
  scope: "packages:write",
} as const;

/** The REST face of packages. */
export function packageRoutes(packages: Packages): Route[] {
  return [...archiveRoutes(packages), ...packageReading(packages), ...packageChanging(packages)];
}

function archiveRoutes(packages: Packages): Route[] {
  return [
    route({
      tag,
      method: "POST",
      path: "/packages",
      operation: "pushPackage",
      summary:
        "Publish a version: a tar.gz with a millrace.yaml as the body; the first one makes the package",
      access: { kind: "signed_in" },
      scope: "packages:write",
      schemas: {
        query: Type.Object(
          { sha256: Type.Optional(Type.String({ description: "Refuse other bytes: 64 hex digits" })) },
          closed,
        ),
      },
      replies: { 201: PackageVersionSchema },
      body: "stream",
      run: async (call, { query, request }) => {
        const pushing = packages.pushPackage(call, { stream: bodyOf(request), sha256: query.sha256 });
        return pushing.finally(() => request.raw.resume());
      },
    }),
    route({
      ...reading,
      path: "/packages/:packageName/versions/:version/content",
      operation: "downloadPackage",
      summary: "Download a version's archive, or a range of it",
      schemas: { params: versionParams },
      replies: { 200: Type.String({ format: "binary" }), 206: Type.String({ format: "binary" }) },
      body: "stream",
      run: (call, { params: { packageName, version: number }, request, reply }) =>
        answerContent({ request, reply }, (range) =>
          packages.downloadPackage(call, packageName, number, { range }),
        ),
    }),
  ];
}

/** The bytes as they come; what is refused early leaves the connection alone, so that the client reads why. */
function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const body = request.body as Readable | undefined;
  if (body === undefined) throw invalid("body", "send the package's tar.gz");
  return body.iterator({ destroyOnReturn: false });
}

function packageReading(packages: Packages): Route[] {
  return [
    route({
      ...reading,
      path: "/packages",
      operation: "listPackages",
      summary: "List the packages you may read",
      access: { kind: "signed_in" },
      schemas: { query: PageQuery },
      replies: { 200: pageOf(PackageSchema) },
      run: (call, { query }) => packages.listPackages(call, query.cursor, query.limit),
    }),
    route({
      ...reading,
      path: "/packages/:packageName",
      operation: "getPackage",
      summary: "Show a package and its channels",
      schemas: { params },
      replies: { 200: PackageSchema },
      run: (call, { params: { packageName } }) => packages.getPackage(call, packageName),
    }),
    route({
      ...reading,
      path: "/packages/:packageName/versions",
      operation: "listPackageVersions",
      summary: "List a package's versions, those published last first",
      schemas: { params, query: PageQuery },
      replies: { 200: pageOf(PackageVersionEntrySchema) },
      run: (call, { params: { packageName }, query }) =>
        packages.listPackageVersions(call, packageName, query),
    }),
    route({
      ...reading,
      path: "/packages/:packageName/versions/:version",
      operation: "getPackageVersion",
      summary: "Show a version with its manifest",
      schemas: { params: versionParams },
      replies: { 200: PackageVersionSchema },
      run: (call, { params: { packageName, version: number } }) =>
        packages.getPackageVersion(call, packageName, number),
    }),
    route({
      ...reading,
      path: "/packages/:packageName/versions/:version/functions",
      operation: "listFunctions",
      summary: "List the functions that a version offers, with the schemas of what they take and answer",
      schemas: { params: versionParams },
      replies: { 200: Type.Object({ items: Type.Array(FunctionSchema) }) },
      run: async (call, { params: { packageName, version: number } }) => ({
        items: await packages.listFunctions(call, packageName, number),
      }),
    }),
  ];
}

function packageChanging(packages: Packages): Route[] {
  return [
    route({
      ...changing,
      method: "PATCH",
      path: "/packages/:packageName",
      operation: "updatePackage",
      summary: "Change a package's description or rights",
      schemas: {
        params,
        body: PackageChangesSchema,
        query: Type.Object(
          { version: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })) },
          closed,
        ),
      },
      replies: { 200: PackageSchema },
      run: (call, { params: { packageName }, body, query }) =>
        packages.updatePackage(call, packageName, body, query.version),
    }),
    route({
      ...changing,
      path: "/packages/:packageName/promote",
      operation: "promotePackage",
      summary: "Make a channel name a version",
      schemas: {
        params,
        body: Type.Object({ version, channel: Type.String({ pattern: channelPattern }) }, closed),
      },
      replies: { 200: PackageSchema },
      run: (call, { params: { packageName }, body }) => packages.promotePackage(call, packageName, body),
    }),
    route({
      ...changing,
      path: "/packages/:packageName/versions/:version/yank",
      operation: "yankPackageVersion",
      summary: "Take a version back: no new job gets it",
      schemas: {
        params: versionParams,
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 1_000 }) }, closed),
      },
      replies: { 200: PackageVersionSchema },
      run: (call, { params: { packageName, version: number }, body }) =>
        packages.yankPackageVersion(call, packageName, number, body.reason),
    }),
  ];
}
