import type { Static, TObject, TSchema } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Call } from "./call.ts";

/**
 * Who may take a route. The rule is what the authorisation matrix is generated from, and it names what the verb
 * enforces: `object` routes answer 404 to who may not read the object and 403 to who may read but not do this.
 */
export type AccessRule =
  | { kind: "public"; why: string }
  | { kind: "signed_in" }
  | { kind: "admin" }
  | {
      kind: "object";
      of:
        | "queue"
        | "item"
        | "message_queue"
        | "exchange"
        | "document"
        | "collection"
        | "file"
        | "secret"
        | "trigger"
        | "package"
        | "workflow"
        | "run"
        | "job"
        | "user"
        | "role"
        | "token"
        | "runner";
      right: Right;
    };

export type Right = "create" | "read" | "update" | "delete" | "invoke";

export interface RouteSchemas {
  params?: TObject;
  query?: TObject;
  body?: TSchema;
}

type StaticOf<S> = S extends TSchema ? Static<S> : undefined;

export interface RouteInput<S extends RouteSchemas> {
  params: StaticOf<S["params"]>;
  query: StaticOf<S["query"]>;
  body: StaticOf<S["body"]>;
  /** For what JSON in, JSON out cannot say: uploads, downloads, streams, cookies. */
  request: FastifyRequest;
  reply: FastifyReply;
}

/** One line of the REST face: schema in, verb, schema out. It decides nothing. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Under `/api/v1`, parameters as `:name`. */
  path: string;
  /** The verb's name, the same from button to SQL: `pushItem`. It is the operationId of the OpenAPI page. */
  operation: string;
  /** One line for the reference. */
  summary: string;
  /** Groups the reference: the module's name. */
  tag: string;
  access: AccessRule;
  /** What a token must be allowed: `queues:write`. */
  scope: string;
  schemas: RouteSchemas;
  /** The reply's schema by status; the first is the usual one. */
  replies: Record<number, TSchema>;
  /** `stream`: the body is not parsed and not bounded by the JSON limit, and the answer is not compressed. */
  body?: "json" | "stream";
  /** The verb may wait (a long poll): its call carries a signal that is aborted when the client goes away. */
  waits?: boolean;
  /** Routes that take many things at once may take larger bodies. */
  bodyLimitBytes?: number;
  run: (call: Call, input: RouteInput<RouteSchemas>) => Promise<unknown>;
}

type RouteOf<S extends RouteSchemas> = Omit<Route, "schemas" | "run"> & {
  schemas: S;
  run: (call: Call, input: RouteInput<S>) => Promise<unknown>;
};

/** Declares a route with its input typed by its schemas. */
export function route<const S extends RouteSchemas>(declared: RouteOf<S>): Route {
  return declared;
}
