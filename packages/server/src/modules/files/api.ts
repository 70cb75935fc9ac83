import { Type } from "@sinclair/typebox";
import { answerContent } from "../../kit/content-answer.ts";
import { AppError } from "../../kit/errors.ts";
import { route, type Route, type RouteInput, type RouteSchemas } from "../../kit/route.ts";
import type { Call } from "../../kit/call.ts";
import { FileChangesSchema, FileSchema } from "./model.ts";
import type { Files } from "./service.ts";
import { discardRest, readUpload, type UploadFields } from "./upload-request.ts";

const tag = "files";
const FileParams = Type.Object({ file: Type.String({ maxLength: 100, description: "Id" }) });
const FilesPage = Type.Object({ items: Type.Array(FileSchema), nextCursor: Type.Optional(Type.String()) });
const Version = Type.Optional(Type.Integer({ description: "Only if it still has this version" }));
const VersionQuery = Type.Object({ version: Version }, { additionalProperties: false });
const UploadQuery = Type.Partial(
  Type.Object({
    name: Type.String({ description: "The file's name; a form gives it with the file" }),
    contentType: Type.String({ description: "Else the Content-Type of the body or of the form's part" }),
    metadata: Type.String({ description: "A JSON object" }),
    acl: Type.String({ description: "A JSON list of entries {principalId, rights, effect}" }),
    temporary: Type.Boolean({ description: "Remove it after 24 hours unless it is attached to something" }),
    sha256: Type.String({ description: "Refuse other bytes; also as the header x-content-sha256 or Digest" }),
  }),
  { additionalProperties: false },
);
const ListQuery = Type.Partial(
  Type.Object({
    cursor: Type.String({ pattern: "^[0-9a-f]{24}$" }),
    limit: Type.Integer({ minimum: 1, maximum: 500 }),
    namePrefix: Type.String({ maxLength: 255, description: "Only names that begin so" }),
  }),
  { additionalProperties: false },
);
const Bytes = Type.String({ format: "binary" });

/** The REST face of files. */
export function fileRoutes(files: Files): Route[] {
  return [...bytesRoutes(files), ...labelRoutes(files)];
}

function bytesRoutes(files: Files): Route[] {
  return [
    route({
      method: "POST",
      path: "/files",
      operation: "uploadFile",
      summary: "Upload a file: its bytes as the body, or a form with one file as its last part",
      tag,
      access: { kind: "signed_in" },
      scope: "files:write",
      schemas: { query: UploadQuery },
      replies: { 201: FileSchema },
      body: "stream",
      run: (call, input) => upload(files, call, input as unknown as RouteInput<RouteSchemas>, input.query),
    }),
    route({
      method: "GET",
      path: "/files/:file/content",
      operation: "downloadFile",
      summary: "Download a file's bytes, or a range of them",
      tag,
      access: { kind: "object", of: "file", right: "read" },
      scope: "files:read",
      schemas: { params: FileParams },
      replies: { 200: Bytes, 206: Bytes },
      body: "stream",
      run: (call, { params, request, reply }) =>
        answerContent({ request, reply }, (range) => files.download(call, params.file, { range })),
    }),
  ];
}

function labelRoutes(files: Files): Route[] {
  return [
    route({
      method: "GET",
      path: "/files",
      operation: "listFiles",
      summary: "List the files you may read, the newest first",
      tag,
      access: { kind: "signed_in" },
      scope: "files:read",
      schemas: { query: ListQuery },
      replies: { 200: FilesPage },
      run: (call, { query }) => files.list(call, query),
    }),
    route({
      method: "GET",
      path: "/files/:file",
      operation: "getFile",
      summary: "Show what is known of a file",
      tag,
      access: { kind: "object", of: "file", right: "read" },
      scope: "files:read",
      schemas: { params: FileParams },
      replies: { 200: FileSchema },
      run: (call, { params }) => files.get(call, params.file),
    }),
    route({
      method: "PATCH",
      path: "/files/:file",
      operation: "updateFile",
      summary: "Rename a file, or change its metadata or rights",
      tag,
      access: { kind: "object", of: "file", right: "update" },
      scope: "files:write",
      schemas: { params: FileParams, body: FileChangesSchema, query: VersionQuery },
      replies: { 200: FileSchema },
      run: (call, { params, body, query }) => files.update(call, params.file, body, query.version),
    }),
    route({
      method: "DELETE",
      path: "/files/:file",
      operation: "deleteFile",
      summary: "Delete a file that nothing is attached to",
      tag,
      access: { kind: "object", of: "file", right: "delete" },
      scope: "files:write",
      schemas: { params: FileParams, query: VersionQuery },
      replies: { 204: Type.Null() },
      run: async (call, { params, query, reply }) => {
        await files.delete(call, params.file, query.version);
        return reply.code(204).send();
      },
    }),
  ];
}

async function upload(
  files: Files,
  call: Call,
  { request }: RouteInput<RouteSchemas>,
  query: UploadFields,
): Promise<unknown> {
  try {
    refuseTooLarge(request.headers["content-length"], files.bytesMax);
    const { stream, wanted } = await readUpload(request, query);
    return await files.upload(call, stream, wanted);
  } catch (error) {
    discardRest(request);
    throw error;
  }
}

/** What a form adds around a file. */
const formBytesMax = 1024 * 1024;

/** Before anything is read, where the client says how much will come; the exact limit is kept while it comes. */
function refuseTooLarge(contentLength: string | undefined, bytesMax: number): void {
  if (contentLength === undefined || Number(contentLength) <= bytesMax + formBytesMax) return;
  throw new AppError("too_large", `A file has at most ${bytesMax} bytes`);
}
