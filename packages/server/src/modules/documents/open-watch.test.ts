import { expect, test } from "vitest";
import { systemCall } from "../../kit/call.ts";
import type { StoredDocument } from "./model.ts";
import { type Change, OpenWatch, type Written } from "./open-watch.ts";
import { covers, isReadable, parseSnapshot, sees } from "./snapshots.ts";

function openWatch() {
  const changes: Change[] = [];
  const watch = new OpenWatch({
    call: systemCall("test-request"),
    position: { done: "5:5:" },
    matches: () => true,
    deliver: (change) => void changes.push(change),
    onEnd: () => undefined,
  });
  return { watch, versions: () => changes.map((change) => change.version) };
}

function written(version: number, xact: bigint): Written {
  const stored = { _id: "a".repeat(24), _acl: [] } as unknown as StoredDocument;
  const page = { done: "5:5:", until: "20:20:" };
  const place = { collection: "films", id: stored._id, version, operation: "update" } as const;
  return {
    ...place,
    stored,
    before: undefined,
    xact,
    characters: 10,
    opened: () => stored,
    seq: version,
    page,
  };
}

test("what the live stream brings during the last read is held back, and follows unless that read had it", () => {
  const { watch, versions } = openWatch();
  watch.offer(written(1, 6n));
  watch.hold();
  watch.offer(written(2, 7n));
  watch.offer(written(3, 12n));
  expect(versions()).toEqual([]);
  watch.goLive("9:11:9");
  expect(versions()).toEqual([3]);
  watch.offer(written(4, 9n));
  watch.offer(written(5, 10n));
  expect(versions()).toEqual([3, 4]);
});

test("after its end a watch tells nothing", () => {
  const { watch, versions } = openWatch();
  watch.hold();
  watch.goLive("5:5:");
  watch.end();
  watch.offer(written(1, 12n));
  expect(versions()).toEqual([]);
});

test("snapshots tell what they see and which of two is the later", () => {
  const snapshot = parseSnapshot("10:15:10,13")!;
  expect([9n, 10n, 12n, 13n, 14n, 15n].map((id) => sees(snapshot, id))).toEqual([
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
  const later = parseSnapshot("13:18:13,16")!;
  expect(covers(later, snapshot)).toBe(true);
  expect(covers(snapshot, later)).toBe(false);
  expect(covers(snapshot, snapshot)).toBe(true);
  expect(covers(parseSnapshot("12:18:12")!, snapshot)).toBe(false);
  const unreadable = [
    "",
    "1",
    "1:2",
    "0:0:",
    "5:3:",
    "3:5:9",
    "3:5:4,4",
    "3:6:5,4",
    "a:b:",
    `${"9".repeat(19)}:1:`,
  ];
  expect(unreadable.filter((done) => isReadable({ done }))).toEqual([]);
});
