import { newId } from "../../kit/ids.ts";
import { decodeMessage, encodeMessage, type Envelope, type MessageName, typeUrlOf } from "./messages.ts";

/** What goes out: a reply (with `rid`), a frame of a stream, or something that was not asked for. */
export interface Outgoing {
  command: string;
  /** The id of the request that this answers; empty for what was not asked for. */
  rid: string;
  type: MessageName;
  /** The encoded message. */
  value: Uint8Array;
  traceid?: string;
  spanid?: string;
  /** Of a failure: its canonical gRPC status. */
  grpcStatus?: number;
}

type SentEnvelope = Omit<Envelope, "priority" | "jwt">;

/** Reads an envelope; what is no envelope is refused. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return decodeMessage("Envelope", bytes);
}

/** Clients count what comes: `seq` begins at 0 and leaves no gap. `data` is always there, as clients need it to be. */
export function encodeEnvelope(outgoing: Outgoing, seq: number): Uint8Array {
  return encodeMessage("Envelope", envelopeOf(outgoing, seq));
}

/** The same as an object. */
export function envelopeOf({ type, value, ...rest }: Outgoing, seq: number): SentEnvelope {
  const { command, rid, traceid = "", spanid = "" } = rest;
  const data = { type_url: typeUrlOf(type), value };
  return { command, rid, seq, id: newId(), data, traceid, spanid };
}
