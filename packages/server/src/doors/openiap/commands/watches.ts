import type { Call } from "../../../kit/call.ts";
import { AppError } from "../../../kit/errors.ts";
import { newId } from "../../../kit/ids.ts";
import type { Change, Watch, Watches } from "../../../modules/documents/watch.ts";
import type { Client, Held } from "../client.ts";
import { type Command, command } from "../command.ts";
import { writtenDocument } from "../document-shapes.ts";
import { filterOfPaths } from "../path-filters.ts";

const watchesPerClientMax = 1_000;

/** Being told of changes. A watch ends with its connection. */
export function watchCommands(watches: Watches): Command[] {
  return [
    command({
      name: "watch",
      request: "WatchRequest",
      reply: "WatchResponse",
      scope: "watch:read",
      run: async ({ call, client }, { collectionname, paths }) => {
        if (client === undefined) throw needsConnection("watch");
        if (client.heldCount >= watchesPerClientMax) {
          throw new AppError(
            "conflict",
            `A connection holds at most ${watchesPerClientMax} things: unwatch some`,
          );
        }
        const id = newId();
        await openWatch(
          watches,
          { call, client, id },
          { collection: collectionname, filter: filterOfPaths(paths) },
        );
        return { id };
      },
    }),
    command({
      name: "unwatch",
      request: "UnWatchRequest",
      reply: "UnWatchResponse",
      scope: "watch:read",
      run: async ({ client }, { id }) => {
        if (client?.release(nameOf(id)) !== true)
          throw new AppError("not_found", `There is no watch ${id} here`);
        return {};
      },
    }),
  ];
}

/** What makes no sense where only the reply can be sent. */
export function needsConnection(command: string): AppError {
  return new AppError(
    "invalid_input",
    `${command} needs a connection: use WebSocket, the gRPC stream or a pipe`,
  );
}

async function openWatch(
  watches: Watches,
  { call, client, id }: { call: Call; client: Client; id: string },
  request: { collection: string; filter: unknown },
): Promise<void> {
  const watch = await watches.watch(call, request, {
    onChange: async (change) => {
      tell(client, id, change);
      await client.drained();
    },
    // There is no message for it, and the client opens its watches again when it connects again.
    onEnd: (error) => client.end(error.message),
  });
  client.hold(nameOf(id), heldWatch(watch, call));
}

function heldWatch(watch: Watch, opened: Call): Held {
  let call = opened;
  return {
    get call() {
      return call;
    },
    release: () => watch.close(),
    updateCall: (fresh) => {
      call = fresh;
      watch.updateCall(fresh);
    },
  };
}

function tell(client: Client, id: string, { operation, document }: Change): void {
  // What went out of sight is not told: the wire has no word for it.
  if (operation === "hidden" || document === undefined) return;
  client.push("watchevent", "WatchEvent", {
    id,
    operation,
    document: JSON.stringify(writtenDocument(document)),
  });
}

function nameOf(id: string): string {
  return `watch:${id}`;
}
