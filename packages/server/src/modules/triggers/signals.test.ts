import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { matchEvents } from "./match-events.ts";
import { readCloudEvents } from "./cloud-events.ts";
import { setupTriggers } from "./testing.ts";

let house: Awaited<ReturnType<typeof setupTriggers>>;
beforeAll(async () => {
  house = await setupTriggers();
});
afterAll(() => house.close());

const event = { specversion: "1.0", id: "1", source: "urn:shop", type: "com.example.paid" };
const read = (body: string | Buffer, headers: Record<string, string>) =>
  readCloudEvents(Buffer.from(body), headers);
const structured = { "content-type": "application/cloudevents+json; charset=utf-8" };

test("an event comes structured, in a batch, or binary", () => {
  const paid = { ...event, data: { sum: 3 }, traceid: "x", urgent: true };
  expect(read(JSON.stringify(paid), structured)).toEqual([paid]);
  const batch = { "content-type": "application/cloudevents-batch+json" };
  expect(read(JSON.stringify([paid, event]), batch)).toEqual([paid, event]);
  const headers = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "urn:shop",
    "ce-type": "com.example.paid",
    "ce-subject": "Euro%20%E2%82%AC",
  };
  const json = { ...headers, "content-type": "application/json" };
  const subject = "Euro €";
  expect(read('{"sum":3}', json)).toEqual([
    { ...event, subject, datacontenttype: "application/json", data: { sum: 3 } },
  ]);
  const bytes = { ...headers, "content-type": "image/png" };
  expect(read(Buffer.from([1, 2, 255]), bytes)).toEqual([
    { ...event, subject, datacontenttype: "image/png", data_base64: "AQL/" },
  ]);
  expect(read("", headers)).toEqual([{ ...event, subject }]);
});

test("what is no event is refused by its field", () => {
  const wrong: [unknown, string][] = [
    [[], "event"],
    [{ ...event, specversion: "0.3" }, "event.specversion"],
    [{ ...event, id: "" }, "event.id"],
    [{ ...event, source: undefined }, "event.source"],
    [{ ...event, type: 3 }, "event.type"],
    [{ ...event, Upper: "x" }, "event.Upper"],
    [{ ...event, nested: {} }, "event.nested"],
    [{ ...event, subject: 1 }, "event.subject"],
    [{ ...event, data: "x".repeat(70_000) }, "event"],
  ];
  for (const [given, field] of wrong)
    expect(() => read(JSON.stringify(given), structured), field).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field }) }),
    );
  expect(() => read("{}", { "content-type": "text/xml" })).toThrow("Send CloudEvents");
  const many = JSON.stringify(Array.from({ length: 101 }, () => event));
  expect(() => read(many, { "content-type": "application/cloudevents-batch+json" })).toThrow("at most 100");
});

test("an event from outside starts what listens for it, once for its source and id", async () => {
  const ann = house.person("Ann");
  const source = `urn:${newId()}`;
  const name = `trigger-${newId()}`;
  const listening = { topic: "signals" as const, types: [event.type], source };
  await house.triggers.createTrigger(ann, { name, workflow: "sync", event: listening, input: ".data" });
  const paid = { ...event, source, data: 3 };
  const { signals } = house.triggers;
  expect(await signals.emit(ann, [paid, { ...paid, id: "2" }, paid])).toEqual({ accepted: 2, duplicates: 1 });
  expect(await signals.emit(ann, [paid])).toEqual({ accepted: 0, duplicates: 1 });
  const elsewhere = house.person("Ann", "elsewhere");
  expect(await signals.emit(elsewhere, [{ ...paid, data: 4 }])).toEqual({ accepted: 1, duplicates: 0 });
  while (await matchEvents(house.triggers.listening).tick());
  expect((await house.started(name)).map(({ input }) => input)).toEqual([3, 3]);
});
