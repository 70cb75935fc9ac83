import type { Call } from "../../../kit/call.ts";
import { AppError, invalid } from "../../../kit/errors.ts";
import { isId } from "../../../kit/ids.ts";
import { parseJsonText } from "../../../kit/json-text.ts";
import type { FileView } from "../../../modules/files/model.ts";
import type { Files } from "../../../modules/files/service.ts";
import type { Client } from "../client.ts";
import { type Command, command } from "../command.ts";
import { readAcl } from "../document-shapes.ts";
import { encodeMessage, type MessageName, type Messages } from "../messages.ts";
import { needsConnection } from "./watches.ts";

const bytesPerMegabyte = 1024 * 1024;
/** Clients count bytes in 32 bits. */
const countMax = 2 ** 31 - 1;

/** Files, by frames of bytes before or after the answer. */
export function fileCommands(files: Files): Command[] {
  return [
    command({
      name: "upload",
      request: "UploadRequest",
      reply: "UploadResponse",
      scope: "files:write",
      takesBytes: true,
      run: async ({ call, incoming }, { filename, mimetype, metadata }) => {
        if (incoming === undefined) throw needsConnection("upload");
        const startedAt = performance.now();
        const wanted = { name: baseName(filename), contentType: mimetype, ...metadataOf(metadata) };
        const counted = { chunks: 0 };
        const file = await files.upload(call, countedChunks(incoming, counted), wanted);
        const elapsedMs = performance.now() - startedAt;
        const megabytes = file.size / bytesPerMegabyte;
        return {
          id: file.id,
          filename: file.name,
          bytes: Math.min(file.size, countMax),
          chunks: counted.chunks,
          mb: megabytes,
          elapsedTime: Math.round(elapsedMs),
          mbps: megabytes / (elapsedMs / 1_000),
        };
      },
    }),
    command({
      name: "download",
      request: "DownloadRequest",
      reply: "DownloadResponse",
      scope: "files:read",
      run: async ({ call, client, id: rid }, { id, filename }) => {
        if (client === undefined) throw needsConnection("download");
        const wanted = await idOfFile(files, call, id, filename);
        const { file, open } = await files.download(call, wanted);
        await sendBytes(client, rid, await open());
        return { id: file.id, filename: file.name, mimetype: file.contentType };
      },
    }),
  ];
}

/** Sends a file's bytes as frames, as fast as the client reads. No checksum: some clients take it for contents. */
async function sendBytes(client: Client, rid: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const send = <Name extends MessageName>(command: string, type: Name, message: Partial<Messages[Name]>) =>
    client.send({ command, rid, type, value: encodeMessage(type, message) });
  send("beginstream", "BeginStream", {});
  for await (const data of bytes) {
    await client.drained();
    if (!client.isOpen) throw new AppError("timed_out", "The client went away");
    send("stream", "Stream", { data });
  }
  send("endstream", "EndStream", {});
}

async function* countedChunks(
  bytes: AsyncIterable<Uint8Array>,
  counted: { chunks: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    counted.chunks += 1;
    yield chunk;
  }
}

/** Clients may send the path where the file lay. */
function baseName(filename: string): string {
  return filename.split(/[/\\]/).at(-1) ?? "";
}

/** Rights travel inside the metadata. */
function metadataOf(text: string): { metadata?: unknown; acl?: unknown } {
  if (text === "") return {};
  const metadata = parseJsonText(text, { field: "metadata" });
  if (typeof metadata !== "object" || metadata === null) throw invalid("metadata", "must be a JSON object");
  if (!("_acl" in metadata)) return { metadata };
  const { _acl: acl, ...others } = metadata;
  return { metadata: others, acl: readAcl(acl, "metadata._acl") };
}

/** A file by its id, or else the newest of this name. */
async function idOfFile(files: Files, call: Call, id: string, filename: string): Promise<string> {
  if (id !== "") {
    if (!isId(id)) throw invalid("id", "must be 24 hex digits");
    return id;
  }
  if (filename === "") throw invalid("id", "say which file, by id or by filename");
  const found = await newestNamed(files, call, filename);
  if (found === undefined)
    throw new AppError("not_found", `There is no file ${filename}, or you may not see it`);
  return found.id;
}

async function newestNamed(files: Files, call: Call, name: string): Promise<FileView | undefined> {
  let cursor: string | undefined;
  do {
    const page = await files.list(call, {
      namePrefix: name,
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const found = page.items.find((file) => file.name === name);
    if (found !== undefined) return found;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return undefined;
}
