import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Database, type Queryable } from "../../kit/database.ts";
import { sql, textOf } from "../../kit/sql.ts";
import { createTestDatabase, type TestDatabase } from "../../kit/testing.ts";
import { Wakes } from "../../kit/wakes.ts";
import { Follower } from "./follow.ts";
import { formatPosition, type NewEvent, parsePosition, type Position, type RecordedEvent } from "./model.ts";
import { Events } from "./service.ts";
import * as store from "./store.ts";
import { turnPartitions } from "./turn-partitions.ts";

const writersMax = 6;
/** A follower looks by itself every second, and on a busy machine later. */
const soon = { timeout: 20_000 };
const log = pino({ level: "silent" });
let testDatabase: TestDatabase;
let database: Database;
let events: Events;
let writers: Writer[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database({ url: testDatabase.url, log });
  events = new Events(database, new Wakes());
  writers = await Promise.all(Array.from({ length: writersMax }, openWriter));
});
afterAll(async () => {
  await Promise.all(writers.map((writer) => writer.client.end()));
  await database.close();
  await testDatabase.drop();
});

/** A session that holds one transaction open for as long as the test likes. */
interface Writer {
  client: pg.Client;
  queryable: Queryable;
  subjectId: string | undefined;
  written: string[];
}

async function openWriter(): Promise<Writer> {
  const client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
  const query: Queryable["query"] = async (statement) =>
    (await client.query(textOf(statement), [...statement.values])).rows;
  return { client, queryable: { query }, subjectId: undefined, written: [] };
}

let made = 0;

function newEvent(subjectId: string): NewEvent {
  made += 1;
  const who = { tenantId: "default", actorId: "somebody", actorName: "somebody", requestId: "test" };
  const about = { topic: "work_items", type: "work_item.pushed", subjectId, scopeId: "queue" } as const;
  return { ...who, ...about, details: { name: `e${made}` } };
}

function nameOf({ details }: Pick<NewEvent, "details">): string {
  return String((details as { name?: string } | undefined)?.name);
}

async function begin(writer: Writer, subjectId: string): Promise<void> {
  await writer.client.query("begin");
  Object.assign(writer, { subjectId, written: [] });
}

async function write(writer: Writer, count: number): Promise<void> {
  const fresh = Array.from({ length: count }, () => newEvent(writer.subjectId!));
  await store.append(writer.queryable, fresh);
  writer.written.push(...fresh.map(nameOf));
}

/** Ends the transaction; answers what is to be read from then on. */
async function end(writer: Writer, how: "commit" | "rollback"): Promise<string[]> {
  await writer.client.query(how);
  writer.subjectId = undefined;
  return how === "commit" ? writer.written : [];
}

/** A reader that keeps nothing between its reads but the text of its position. */
class Reader {
  readonly limit: number;
  readonly read: RecordedEvent[] = [];
  #kept: string;

  constructor(limit: number, position: Position) {
    this.limit = limit;
    this.#kept = formatPosition(position);
  }

  /** Reads one page; whether there may be more. */
  async readPage(): Promise<boolean> {
    const before = parsePosition(this.#kept)!;
    const page = await events.readSince("work_items", before, this.limit);
    this.read.push(...page.events);
    this.#kept = formatPosition(page.position);
    return page.position.until !== undefined || before.until !== undefined;
  }

  /** The end of a stretch is the end of what there was when it began: what came since is one more stretch. */
  async readAll(): Promise<void> {
    while (await this.readPage());
  }
}

/** The same numbers at every run. */
function chanceOf(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
}

/** What a reader by sequence number alone would have seen: it skips whatever commits late. */
async function readBySeq(after: number): Promise<RecordedEvent[]> {
  const page = await events.readSince("work_items", { done: "3:3:", seq: after }, 1_000);
  return page.events;
}

test("nothing is skipped and nothing comes twice, whatever is open, commits late, and by which pages", async () => {
  const roll = chanceOf(20_261_121);
  const readers = [1, 2, 3, 1_000].map(async (limit) => new Reader(limit, await events.now()));
  const reading = await Promise.all(readers);
  const committed: string[] = [];
  const bySeq = new Set<string>();
  let lastSeq = 0;
  for (let step = 0; step < 600; step++) {
    const writer = writers[roll(writersMax)]!;
    const subject = `s${roll(4)}`;
    const taken = writers.some(({ subjectId }) => subjectId === subject);
    if (writer.subjectId === undefined && !taken) await begin(writer, subject);
    else if (writer.subjectId !== undefined && roll(3) > 0) await write(writer, 1 + roll(3));
    else if (writer.subjectId !== undefined)
      committed.push(...(await end(writer, roll(5) === 0 ? "rollback" : "commit")));
    if (roll(2) === 0) await reading[roll(reading.length)]!.readPage();
    if (roll(4) === 0)
      for (const event of await readBySeq(lastSeq)) {
        bySeq.add(nameOf(event));
        lastSeq = Math.max(lastSeq, event.seq);
      }
  }
  for (const writer of writers)
    if (writer.subjectId !== undefined) committed.push(...(await end(writer, "commit")));
  for (const reader of reading) {
    await reader.readAll();
    expect(reader.read.map(nameOf).sort()).toEqual([...committed].sort());
    expectOrderOfSubjects(reader.read);
  }
  // The run was worth it: whoever goes by numbers has missed something.
  expect(committed.some((name) => !bySeq.has(name))).toBe(true);
});

function expectOrderOfSubjects(read: readonly RecordedEvent[]): void {
  const last = new Map<string, number>();
  for (const { subjectId, seq } of read) {
    expect(seq).toBeGreaterThan(last.get(subjectId) ?? 0);
    last.set(subjectId, seq);
  }
}

test("a transaction that was open when a reader began, and ends between two of its pages, comes once", async () => {
  const [slow, quick] = writers as [Writer, Writer];
  await begin(slow, "slow");
  await write(slow, 2);
  const reader = new Reader(2, await events.now());
  await begin(quick, "quick");
  await write(quick, 5);
  const names = await end(quick, "commit");
  expect(await reader.readPage()).toBe(true);
  names.push(...(await end(slow, "commit")));
  await reader.readAll();
  expect(reader.read.map(nameOf).sort()).toEqual(names.sort());
  await reader.readAll();
  expect(reader.read).toHaveLength(names.length);
});

test("a reader stands still while nothing happens, and takes no text that is not a position", async () => {
  const reader = new Reader(10, await events.now());
  await reader.readAll();
  await reader.readAll();
  expect(reader.read).toEqual([]);
  for (const text of ["", "~", "MTo", formatPosition({ done: "drop table" }), "A".repeat(10_000)])
    expect(parsePosition(text)).toBeUndefined();
  const position = { done: "5:9:5,7", until: "8:12:8", seq: 41 };
  expect(parsePosition(formatPosition(position))).toEqual(position);
});

/** As if everything until here had happened five years ago. */
async function ageAll(): Promise<void> {
  await database.query(sql`
    create table if not exists events.events_20210104 partition of events.events
    for values from ('2021-01-04') to ('2021-01-11')`);
  await database.query(sql`update events.events set at = '2021-01-06'`);
}

const expired = expect.objectContaining({ code: "position_expired" });

/** A position at which no other transaction of the cluster is open that is older than the last fact. */
async function nowAfterAll(): Promise<Position> {
  let position = await events.now();
  const isAfterAll = async () => {
    position = await events.now();
    const rows = await database.query<{ isAfterAll: boolean }>(sql`
      select pg_snapshot_xmin(${position.done}::pg_snapshot) > max(xact) as "isAfterAll" from events.events`);
    return rows[0]!.isAfterAll;
  };
  await expect.poll(isAfterAll, soon).toBe(true);
  return position;
}

test("a position is refused once facts that came after it were dropped, and good as long as none was", async () => {
  const [open, writer] = writers as [Writer, Writer];
  await begin(open, "open");
  const early = await events.now();
  await write(open, 1);
  await end(open, "commit");
  const middle = await events.now();
  await begin(writer, "writer");
  await write(writer, 3);
  await end(writer, "commit");
  const late = await nowAfterAll();
  const half = (await events.readSince("work_items", middle, 2)).position;
  await ageAll();
  await turnPartitions(database, 3_000).tick();
  for (const position of [early, middle, half, late]) await events.requireKept("work_items", position);
  await turnPartitions(database, 30).tick();
  for (const position of [early, middle, half]) {
    await expect(events.readSince("work_items", position)).rejects.toEqual(expired);
    await expect(events.requireKept("work_items", position)).rejects.toEqual(expired);
    await events.requireKept("documents", position);
  }
  expect((await events.readSince("work_items", late)).events).toEqual([]);
});

test("what a transaction wrote that was open at a position counts as after it", async () => {
  const [open, writer] = writers as [Writer, Writer];
  await begin(open, "open");
  await write(open, 1);
  await begin(writer, "writer");
  await write(writer, 1);
  await end(writer, "commit");
  const position = await events.now();
  await end(open, "commit");
  await ageAll();
  await turnPartitions(database, 30).tick();
  await expect(events.readSince("work_items", position)).rejects.toEqual(expired);
});

test("a position of another database, which lies ahead, is refused", async () => {
  await expect(events.readSince("work_items", { done: "900000000:900000000:" })).rejects.toEqual(expired);
});

test("a follower that was stopped for too long says that there is a gap, and begins anew", async () => {
  const wakes = new Wakes();
  const late = await events.now();
  const [writer] = writers as [Writer];
  await begin(writer, "gap");
  await write(writer, 1);
  await end(writer, "commit");
  await ageAll();
  await turnPartitions(database, 30).tick();
  const gaps: unknown[] = [];
  const got: RecordedEvent[] = [];
  const now = vi.spyOn(events, "now").mockResolvedValueOnce(late);
  const follower = new Follower(events, "work_items", wakes, log);
  follower.listen({ onEvents: (page) => void got.push(...page), onGap: (error) => gaps.push(error) });
  await follower.start();
  await expect.poll(() => gaps, soon).toEqual([expired]);
  await begin(writer, "gap");
  await write(writer, 2);
  const names = await end(writer, "commit");
  await expect.poll(() => got.map(nameOf), soon).toEqual(names);
  await follower.stop();
  now.mockRestore();
});

test("a follower whose connection is cut hands on every fact once, in order", async () => {
  const wakes = new Wakes();
  const follower = new Follower(events, "work_items", wakes, log);
  const got: RecordedEvent[] = [];
  follower.listen({ onEvents: (page) => void got.push(...page), onGap: () => undefined });
  const [open, writer] = writers as [Writer, Writer];
  await begin(open, "open");
  await write(open, 1);
  await follower.start();
  const names: string[] = [];
  for (let cut = 0; cut < 5; cut++) {
    await begin(writer, "steady");
    await write(writer, 3);
    if (cut === 2) names.push(...(await end(open, "commit")));
    names.push(...(await end(writer, "commit")));
    await writer.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'millrace%'`,
    );
    wakes.signal("events:work_items");
  }
  await expect.poll(() => got.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(names.length);
  await follower.stop();
  expect(got.map(nameOf).sort()).toEqual(names.sort());
  expectOrderOfSubjects(got);
});
