import { Type } from "@sinclair/typebox";
import type { FastifyReply } from "fastify";
import type { Call } from "../../kit/call.ts";
import { AppError, invalid } from "../../kit/errors.ts";
import { route, type Route } from "../../kit/route.ts";
import type { Change, Watch } from "../../modules/documents/watch.ts";
import { appErrorOf, problemOf } from "../rest/problem.ts";
import type { LiveOptions } from "./live.ts";

const commentEveryMs = 15_000;
const recheckEveryMs = 2_000;
const bufferedBytesMax = 8 * 1024 * 1024;

/** Server-sent events: a watch for curl and for whatever speaks no WebSocket. */
export function sseRoutes({ watch, refresh }: Pick<LiveOptions, "watch" | "refresh">): Route[] {
  return [
    route({
      method: "GET",
      path: "/collections/:collection/watch",
      operation: "watchCollection",
      summary: "Changes of a collection's documents as server-sent events",
      tag: "documents",
      access: { kind: "object", of: "collection", right: "read" },
      scope: "watch:read",
      schemas: {
        params: Type.Object({ collection: Type.String({ maxLength: 200 }) }),
        query: Type.Object(
          {
            filter: Type.Optional(Type.String({ maxLength: 65_536, description: "A filter as JSON text" })),
            documentId: Type.Optional(Type.String({ pattern: "^[0-9a-f]{24}$" })),
            from: Type.Optional(Type.String({ maxLength: 20_000, description: "A position to resume from" })),
          },
          { additionalProperties: false },
        ),
      },
      body: "stream",
      replies: { 200: Type.String({ description: "text/event-stream; each event's id is a position" }) },
      run: async (call, { params, query, request, reply }) => {
        const from = lastEventId(request.headers["last-event-id"]) ?? query.from;
        const filter = query.filter === undefined ? undefined : parseFilter(query.filter);
        const stream = new EventStream(call, reply, refresh);
        const options = { collection: params.collection, filter, documentId: query.documentId, from };
        stream.begin(
          await watch(call, options, {
            onChange: (change) => stream.send(change),
            onEnd: (error) => stream.end(error),
          }),
        );
        return reply;
      },
    }),
  ];
}

class EventStream {
  readonly #reply: FastifyReply;
  readonly #refresh: LiveOptions["refresh"];
  readonly #early: Change[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #call: Call;
  #opened: Watch | undefined;

  constructor(call: Call, reply: FastifyReply, refresh: LiveOptions["refresh"]) {
    this.#call = call;
    this.#reply = reply;
    this.#refresh = refresh;
  }

  /** From here on the answer is a stream; what came before is sent first. */
  begin(opened: Watch): void {
    this.#opened = opened;
    const { raw } = this.#reply.hijack();
    raw.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": this.#call.requestId,
    });
    raw.write(`event: watching\nid: ${opened.position}\ndata: {}\n\n`);
    for (const change of this.#early.splice(0)) this.send(change);
    raw.on("close", () => this.#close());
    this.#timers.push(setInterval(() => raw.write(": still here\n\n"), commentEveryMs).unref());
    this.#timers.push(setInterval(() => void this.#recheck(), recheckEveryMs).unref());
  }

  send(change: Change): void {
    if (this.#opened === undefined) {
      this.#early.push(change);
      return;
    }
    const { raw } = this.#reply;
    if (raw.writableLength > bufferedBytesMax) {
      this.end(new AppError("overloaded", "You read too slowly: watch again from your last position"));
      return;
    }
    raw.write(`event: change\nid: ${change.position}\ndata: ${JSON.stringify(change)}\n\n`);
  }

  end(error: unknown): void {
    const { raw } = this.#reply;
    raw.end(`event: error\ndata: ${JSON.stringify(problemOf(appErrorOf(error), this.#call.requestId))}\n\n`);
    this.#close();
  }

  async #recheck(): Promise<void> {
    const call = await this.#refresh(this.#call).catch(() => this.#call);
    if (call === undefined) this.end(new AppError("unauthenticated", "The token or session has ended"));
    else if (call !== this.#call) {
      this.#call = call;
      this.#opened?.updateCall(call);
    }
  }

  #close(): void {
    this.#timers.splice(0).forEach((timer) => clearInterval(timer));
    this.#opened?.close();
  }
}

function lastEventId(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && header !== "" ? header : undefined;
}

function parseFilter(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("query.filter", "must be JSON");
  }
}
