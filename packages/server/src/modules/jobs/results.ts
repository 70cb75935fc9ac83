import { Readable } from "node:stream";
import type { Call } from "../../kit/call.ts";
import { refuseUnstorable, storableText } from "../../kit/json-text.ts";
import { payloadBytesMax } from "../../kit/payload.ts";
import type { Files } from "../files/service.ts";
import type { JobProgress, JobResult } from "./runner-model.ts";

const messageCharactersMax = 10_000;
const codeCharactersMax = 200;
const filesPerResultMax = 1_000;

/**
 * A result as it can be stored: an output that is too large becomes a file of the job, one that no column can hold
 * becomes an application error that says so. Whatever the runner sent, it gets an answer and is done with it.
 */
export async function storableResult(files: Files, call: Call, result: JobResult): Promise<JobResult> {
  const { code, message, output } = result;
  const cleaned: JobResult = {
    ...result,
    ...(code === undefined ? {} : { code: storableText(code, codeCharactersMax) }),
    ...(message === undefined ? {} : { message: storableText(message, messageCharactersMax) }),
    ...(result.files === undefined ? {} : { files: result.files.slice(0, filesPerResultMax) }),
  };
  if (output === undefined || output === null) return cleaned;
  const text = JSON.stringify(output);
  const refusal = refuseUnstorable(text, output, { field: "output" });
  if (refusal !== undefined) {
    const { output: _output, ...rest } = cleaned;
    return { ...rest, outcome: "application_error", code: "output_invalid", message: refusal.message };
  }
  if (Buffer.byteLength(text) <= payloadBytesMax) return cleaned;
  return withOutputAsFile(files, call, cleaned, text);
}

async function withOutputAsFile(
  files: Files,
  call: Call,
  result: JobResult,
  text: string,
): Promise<JobResult> {
  const wanted = { name: "output.json", contentType: "application/json", temporary: true };
  const { id, name } = await files.upload(call, Readable.from([Buffer.from(text)]), wanted);
  return { ...result, output: { file: { id, name } }, files: [...(result.files ?? []), { id, name }] };
}

/** Progress as it can be stored. */
export function storableProgress({ share, message }: JobProgress): JobProgress {
  return {
    ...(share === undefined || !Number.isFinite(share) ? {} : { share: Math.min(Math.max(share, 0), 1) }),
    ...(message === undefined ? {} : { message: storableText(message, messageCharactersMax) }),
  };
}
