import { Type } from "@sinclair/typebox";
import { PassThrough } from "node:stream";
import type { Call } from "../../kit/call.ts";
import { AppError } from "../../kit/errors.ts";
import { route, type Route } from "../../kit/route.ts";
import { IdSchema } from "./model.ts";
import { closed, CollectionParams, parseQueryJson } from "./schemas.ts";
import type { Change, Watch, Watches, WatchRequest } from "./watch.ts";

/** Rights that are taken away cut a running watch within five seconds. */
const recheckEveryMs = 2_000;
const aliveEveryMs = 20_000;

/** The same caller as of now; undefined when his credential is gone. */
export type RefreshCall = (call: Call) => Promise<Call | undefined>;

const WatchQuery = Type.Object(
  {
    filter: Type.Optional(Type.String({ maxLength: 16_000, description: "A filter as JSON text" })),
    documentId: Type.Optional(IdSchema),
    from: Type.Optional(
      Type.String({
        maxLength: 20_000,
        description: "The id of the last event seen; or the header Last-Event-ID",
      }),
    ),
  },
  closed,
);

/** Changes as server-sent events, for curl and browsers; the WebSocket carries many watches at once. */
export function watchRoutes(watches: Watches, refreshCall: RefreshCall): Route[] {
  return [
    route({
      tag: "documents",
      method: "GET",
      path: "/collections/:collection/watch",
      operation: "watchCollection",
      summary:
        "Follow the changes you may read, as server-sent events; each event's id is a position to resume from",
      access: { kind: "signed_in" },
      scope: "documents:read",
      body: "stream",
      waits: true,
      schemas: { params: CollectionParams, query: WatchQuery },
      replies: { 200: Type.String({ description: "text/event-stream" }) },
      run: async (call, { params, query, request, reply }) => {
        const lastId = request.headers["last-event-id"];
        const from = typeof lastId === "string" ? lastId : query.from;
        const filter = query.filter === undefined ? undefined : parseQueryJson(query.filter, "query.filter");
        const wanted = { collection: params.collection, filter, documentId: query.documentId, from };
        const stream = await openStream(watches, refreshCall, call, wanted);
        void reply.type("text/event-stream");
        return stream;
      },
    }),
  ];
}

async function openStream(
  watches: Watches,
  refreshCall: RefreshCall,
  call: Call,
  request: WatchRequest,
): Promise<PassThrough> {
  const stream = new PassThrough();
  const end = (error: AppError) => {
    if (stream.writableEnded) return;
    stream.end(`event: end\ndata: ${JSON.stringify({ code: error.code, detail: error.message })}\n\n`);
  };
  const watch = await watches.watch(call, request, {
    onChange: async (change) => {
      if (!stream.writableEnded && !stream.write(textOf(change))) await drained(stream);
    },
    onEnd: end,
  });
  stream.write(`id: ${watch.position}\nevent: watching\ndata: {}\n\n`);
  const alive = setInterval(() => {
    // A quiet watch can be resumed when the last change is long past: an id without data is remembered all the same.
    if (!stream.writableEnded) stream.write(`id: ${watch.position}\n\n`);
  }, aliveEveryMs).unref();
  const recheck = setInterval(() => void refresh(watch, refreshCall, call, end), recheckEveryMs).unref();
  stream.once("close", () => {
    clearInterval(alive);
    clearInterval(recheck);
    watch.close();
  });
  return stream;
}

function drained(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      stream.off("drain", go).off("close", go);
      resolve();
    };
    stream.on("drain", go).on("close", go);
  });
}

async function refresh(
  watch: Watch,
  refreshCall: RefreshCall,
  call: Call,
  end: (error: AppError) => void,
): Promise<void> {
  try {
    const fresh = await refreshCall(call);
    if (fresh !== undefined) watch.updateCall(fresh);
    else end(new AppError("unauthenticated", "The token or session has ended"));
  } catch (cause) {
    end(new AppError("unavailable", "Your rights could not be looked at: watch again", { cause }));
  }
}

function textOf({ position, ...change }: Change): string {
  return `id: ${position}\nevent: ${change.operation}\ndata: ${JSON.stringify({ ...change, position })}\n\n`;
}
