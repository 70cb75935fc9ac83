import type { Call } from "../../kit/call.ts";
import { newId } from "../../kit/ids.ts";
import type { AclEntry } from "../../modules/access/model.ts";
import type { House } from "./route-table.ts";

/** The tenant in which a request of a sample makes sense: `owner` may everything there, `reader` may read. */
export interface Room {
  house: House;
  system: Call;
  owner: Call;
  readerId: string;
  /** A package of this name, as a tar.gz. */
  archiveOf(name: string): Promise<Blob>;
  /** A fresh user of the tenant, who may sign in. */
  makeUser(): Promise<{ id: string; name: string; password: string; token: string }>;
  /** A certificate request on a fresh key. */
  makeRequest(): Promise<string>;
}

/** What one request says beside its route. Every id in it was made for it. */
export interface SampleRequest {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  /** The token of the one who owns what the request is about, where this is not the tenant's owner. */
  ownerToken?: string;
  /** Stands in the answer to the owner, and may not stand in the answer to who has no right to it. */
  secret?: string;
}

type Who = "admin" | "owner" | "reader" | "nobody" | "missing" | "foreign" | "foreignAdmin";

export interface Sample {
  make(room: Room): Promise<SampleRequest>;
  /** Other than what the route's rule says, and why that is right. */
  except?: Partial<Record<Who, number>> & { why: string };
  /** A signed-in caller without rights gets an answer here, but nothing may change. */
  changesNothing?: boolean;
}

const everything = ["create", "read", "update", "delete", "invoke"] as const;

/** The owner may everything, the reader may read. */
export function aclOf({ owner, readerId }: Room): AclEntry[] {
  return [
    { principalId: owner.userId, rights: [...everything], effect: "allow" },
    { principalId: readerId, rights: ["read"], effect: "allow" },
  ];
}

/** A name that nobody else has. */
export function fresh(word: string): string {
  return `${word}-${newId()}`;
}

export const withBody =
  (make: (room: Room) => Promise<SampleRequest>, body: unknown) =>
  async (room: Room): Promise<SampleRequest> => ({ ...(await make(room)), body });
export const withQuery =
  (make: (room: Room) => Promise<SampleRequest>, query: Record<string, string>) =>
  async (room: Room): Promise<SampleRequest> => ({ ...(await make(room)), query });
export const listed = (secret: string | undefined, limit: string): SampleRequest => ({
  secret,
  query: { limit },
});
export const bare = async (): Promise<SampleRequest> => ({});

/** A file of the owner. */
export async function onFile(room: Room): Promise<SampleRequest> {
  const bytes = (async function* () {
    yield Buffer.from(newId());
  })();
  const { id } = await room.house.files.upload(room.owner, bytes, { name: fresh("file"), acl: aclOf(room) });
  return { params: { file: id }, secret: id };
}
