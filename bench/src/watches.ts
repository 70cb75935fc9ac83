import { readFileSync } from "node:fs";
import WebSocket from "ws";
import { percentile } from "./measure.ts";
import type { Stage } from "./stage.ts";

const connections = 50;
const rounds = 20;

/** Milliseconds until a change has reached every one of so many open watches, and what the server grew by. */
export async function measureWatches(
  stage: Stage,
  watches: number,
): Promise<{ p50: number; p99: number; megabytes: number }> {
  const collection = `watched${Date.now()}`;
  await stage.client.insertDocument(collection, { name: "first" });
  const before = residentMegabytes(stage);
  let arrived: number[] = [];
  let sentAt = 0;
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      openSocket(stage, () => arrived.push(performance.now() - sentAt)),
    ),
  );
  const perSocket = Math.ceil(watches / connections);
  await Promise.all(sockets.map((socket) => watchMany(socket, collection, perSocket)));
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    arrived = [];
    sentAt = performance.now();
    await stage.client.insertDocument(collection, { name: `round ${round}` });
    while (arrived.length < perSocket * connections) await new Promise((resolve) => setTimeout(resolve, 5));
    took.push(...arrived);
  }
  const megabytes = residentMegabytes(stage) - before;
  for (const socket of sockets) socket.close();
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99), megabytes };
}

async function openSocket(stage: Stage, onChange: () => void): Promise<WebSocket> {
  const url = `${stage.serverUrl.replace("http", "ws")}/api/v1/live`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${stage.token}` } });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.on("message", (data: Buffer) => {
    if (data.includes('"op":"change"')) onChange();
  });
  return socket;
}

async function watchMany(socket: WebSocket, collection: string, count: number): Promise<void> {
  let watching = 0;
  const all = new Promise<void>((resolve, reject) => {
    socket.on("message", (data: Buffer) => {
      if (data.includes('"op":"error"')) reject(new Error(`a watch was refused: ${data.toString()}`));
      if (data.includes('"op":"watching"') && ++watching === count) resolve();
    });
  });
  for (let n = 0; n < count; n++) socket.send(JSON.stringify({ op: "watch", id: String(n), collection }));
  await all;
}

/** The resident memory of the server's process. */
export function residentMegabytes(stage: Stage): number {
  return readResident(stage.server.pid!);
}

function readResident(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}
