import { systemCall } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import type { Files } from "../../modules/files/service.ts";
import type { ConnectionsOptions } from "./connections.ts";

/** Reads parts of files for runners; that one of its jobs names the file was checked before. */
export function filePartsOf(files: Files): ConnectionsOptions["readFile"] {
  return async (tenantId, fileId, { offset, length }) => {
    const range = { start: offset, end: offset + length - 1 };
    const { file, open } = await files.download(systemCall(newId(), tenantId), fileId, { range });
    const chunks = (await (await open()).toArray()) as Buffer[];
    const bytes = Buffer.concat(chunks);
    return { bytes, isLast: offset + bytes.length >= file.size };
  };
}
