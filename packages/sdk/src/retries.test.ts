import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { createClient } from "./main.ts";

test("nobody there: the error says that nothing was sent", async () => {
  const nobody = createClient({ url: "http://127.0.0.1:1", retriesMax: 0 });
  await expect(nobody.pushItem("films", { payload: {} })).rejects.toMatchObject({
    code: "unreachable",
    status: 0,
  });
  await nobody.close();
});

/** Answers every connection with the next of `answers`; `undefined` cuts it off after the request. */
async function scripted(answers: (string | undefined)[]) {
  let asked = 0;
  const listener = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => {
      const answer = answers[asked++];
      if (answer === undefined) socket.destroy();
      else socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const own = createClient({ url, timeoutMs: 300 });
  const close = async () => {
    await own.close();
    listener.close();
  };
  return { own, asked: () => asked, close };
}

const busy = "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n";
const pushedBody = '{"id":"a","state":"new","duplicate":false}';
const pushed = `HTTP/1.1 201 Made\r\ncontent-length: ${pushedBody.length}\r\n\r\n${pushedBody}`;

test("what is safe to repeat is repeated: after a broken connection, and when the server is busy", async () => {
  const { own, asked, close } = await scripted([undefined, busy, pushed]);
  expect(await own.pushItem("q", { payload: {}, idempotencyKey: "k" })).toMatchObject({ id: "a" });
  expect(asked()).toBe(3);
  await close();
});

test("a push without a key is sent once, for it may have happened", async () => {
  const { own, asked, close } = await scripted([undefined, pushed]);
  await expect(own.pushItem("q", { payload: {} })).rejects.toMatchObject({ code: "connection_lost" });
  expect(asked()).toBe(1);
  await close();
});

test("a push goes over a new connection when the server ended the idle one", async () => {
  const { own, asked, close } = await scripted([pushed.replace("\r\n", "\r\nconnection: close\r\n"), pushed]);
  await own.pushItem("q", { payload: {} });
  await own.pushItem("q", { payload: {} });
  expect(asked()).toBe(2);
  await close();
});

test("a server that says nothing is given up in time", async () => {
  const { own, close } = await scripted([""]);
  await expect(own.pushItem("q", { payload: {} }, { timeoutMs: 200 })).rejects.toMatchObject({
    code: "timed_out",
  });
  await close();
});

test("a proxy's own page is an error with a code, not a crash", async () => {
  const page = "<html>bad gateway</html>";
  const { own, close } = await scripted([
    `HTTP/1.1 502 Bad\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
  ]);
  await expect(own.getQueue("q", { retriesMax: 0 })).rejects.toMatchObject({
    code: "unavailable",
    status: 502,
  });
  await close();
});
