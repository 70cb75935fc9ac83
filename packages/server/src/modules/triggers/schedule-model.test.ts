import { describe, expect, test } from "vitest";
import { checkSchedule, dueTicks, type Schedule, tickAfter, ticksBetween } from "./schedule-model.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace(":00.000Z", ""));
const began = at("2026-01-01T00:00:10Z");

function due(schedule: Schedule, planned: string, now: string) {
  const { fire, skipped, next } = dueTicks({ schedule, beganAt: began }, at(planned), at(now));
  const range = skipped === null ? null : [iso(skipped.from), iso(skipped.to)];
  return { fire: fire.map(iso), skipped: range, next: iso(next) };
}

/** Every tick of a schedule as it is fired one after the other, by a house that is always there. */
function lived(schedule: Schedule, from: string, to: string): (string | null)[] {
  const fired: (string | null)[] = [];
  let planned = tickAfter({ schedule, beganAt: began }, at(from));
  while (planned !== null && planned < at(to)) {
    const { fire, next } = dueTicks({ schedule, beganAt: began }, planned, planned + 700);
    fired.push(...fire.map(iso));
    planned = next;
  }
  return fired;
}

describe("where clocks change", () => {
  const zone = "Europe/Berlin";

  test("a tick within the hour that is left out in March comes once", () => {
    expect(lived({ cron: "30 2 * * *", zone }, "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z")).toEqual([
      "2026-03-28T01:30",
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
  });

  test("a tick within the hour that comes twice in October comes once", () => {
    expect(lived({ cron: "30 2 * * *", zone }, "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z")).toEqual([
      "2026-10-24T00:30",
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  test.each([
    ["2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"],
    ["2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"],
  ])("every half hour goes on through the change of %s, none left out and none twice", (from, to) => {
    const ticks = lived({ cron: "*/30 * * * *", zone }, from, to);
    const steps = Array.from({ length: (at(to) - at(from)) / (30 * minute) - 1 }, (_, n) => n + 1);
    expect(ticks).toEqual(steps.map((n) => iso(at(from) + n * 30 * minute)));
  });

  test("an interval knows no clock changes", () => {
    const ticks = lived({ every: "PT6H" }, "2026-03-28T12:00:00Z", "2026-03-29T18:00:00Z");
    expect(ticks.map((tick) => tick?.slice(5, 16))).toEqual(
      ["03-28T12", "03-28T18", "03-29T00", "03-29T06", "03-29T12"].map((each) => `${each}:00`),
    );
  });
});

describe("missed ticks", () => {
  const cron = "0 * * * *";

  test("a stop of up to a minute loses nothing", () => {
    expect(
      due({ cron: "*/15 * * * * *", missed: "skip" }, "2026-06-01T10:00:00Z", "2026-06-01T10:00:50Z"),
    ).toEqual({
      fire: [
        "2026-06-01T10:00",
        "2026-06-01T10:00:15.000Z",
        "2026-06-01T10:00:30.000Z",
        "2026-06-01T10:00:45.000Z",
      ],
      skipped: null,
      next: "2026-06-01T10:01",
    });
  });

  test("skip: none of those is fired, but the one whose time it is", () => {
    expect(due({ cron, missed: "skip" }, "2026-06-01T10:00:00Z", "2026-06-01T12:30:00Z")).toEqual({
      fire: [],
      skipped: ["2026-06-01T10:00", "2026-06-01T12:00"],
      next: "2026-06-01T13:00",
    });
    expect(due({ cron, missed: "skip" }, "2026-06-01T10:00:00Z", "2026-06-01T12:00:05Z")).toMatchObject({
      fire: ["2026-06-01T12:00"],
      skipped: ["2026-06-01T10:00", "2026-06-01T11:00"],
    });
  });

  test("once: the last one stands for all, and that is what happens where nothing is said", () => {
    const expected = {
      fire: ["2026-06-01T12:00"],
      skipped: ["2026-06-01T10:00", "2026-06-01T11:00"],
      next: "2026-06-01T13:00",
    };
    expect(due({ cron, missed: "once" }, "2026-06-01T10:00:00Z", "2026-06-01T12:30:00Z")).toEqual(expected);
    expect(due({ cron }, "2026-06-01T10:00:00Z", "2026-06-01T12:30:00Z")).toEqual(expected);
    expect(due({ cron }, "2026-06-01T12:00:00Z", "2026-06-01T12:30:00Z")).toMatchObject({ skipped: null });
  });

  test("all: each, in order, and where they are too many the last ones", () => {
    expect(due({ cron, missed: "all" }, "2026-06-01T10:00:00Z", "2026-06-01T12:30:00Z")).toMatchObject({
      fire: ["2026-06-01T10:00", "2026-06-01T11:00", "2026-06-01T12:00"],
      skipped: null,
    });
    const bounded = due(
      { cron, missed: "all", missedMax: 2 },
      "2026-06-01T10:00:00Z",
      "2026-06-01T12:30:00Z",
    );
    expect(bounded).toMatchObject({ fire: ["2026-06-01T11:00", "2026-06-01T12:00"] });
    expect(bounded.skipped).toEqual(["2026-06-01T10:00", "2026-06-01T10:00"]);
  });

  test("after a year away a schedule of every second is looked at for its last ticks alone", () => {
    const { fire, skipped } = due({ cron: "* * * * * *" }, "2025-06-01T10:00:00Z", "2026-06-01T10:00:00Z");
    expect([fire, skipped]).toEqual([["2026-06-01T10:00"], ["2025-06-01T10:00", "2026-06-01T09:59:59.000Z"]]);
  });

  test("whenever it is looked at, no tick is fired twice and none but missed ones is left out", () => {
    const ticking = { schedule: { cron: "*/7 * * * *", missed: "all" } as const, beganAt: began };
    const fired: number[] = [];
    let planned = tickAfter(ticking, at("2026-03-28T00:00:00Z"))!;
    // Looked at after pauses of all lengths, by the seed of their number.
    for (let now = planned, step = 1; step < 400; step += 1, now += ((step * 7_919) % 97) * 17_000) {
      if (now < planned) continue;
      const { fire, next } = dueTicks(ticking, planned, now);
      fired.push(...fire);
      planned = next!;
    }
    expect(fired).toEqual(ticksBetween(ticking, fired[0]!, planned, 10_000));
  });
});

const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];

test.each(zones)(
  "a year in %s, looked at with gaps of up to three days: each tick once, none twice",
  (zone) => {
    // The hours in which clocks change somewhere.
    const schedule = { cron: "15 1,2 * * *", zone, missed: "all", missedMax: 1_000 } as const;
    const ticking = { schedule, beganAt: began };
    const [from, to] = [at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")];
    const fired: number[] = [];
    let planned = tickAfter(ticking, from)!;
    let seed = 42;
    const gap = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return 500 + (seed % (seed % 5 === 0 ? 72 * hour : 5 * hour));
    };
    for (let now = planned; now < to; now += gap()) {
      if (now < planned) continue;
      const { fire, skipped, next } = dueTicks(ticking, planned, now);
      expect(skipped).toBeNull();
      expect(fire.at(-1)).toBeLessThanOrEqual(now);
      fired.push(...fire);
      planned = next!;
    }
    expect(fired).toEqual(ticksBetween(ticking, from, planned, 10_000));
    expect(new Set(fired).size).toBe(fired.length);
    expect(fired.length).toBeGreaterThan(720);
  },
);

test("the ticks of an interval are counted from its beginning, a day's included", () => {
  const ticking = { schedule: { every: "P1D" }, beganAt: began };
  expect(tickAfter(ticking, began)).toBe(began + day);
  expect(tickAfter(ticking, began + day - 1)).toBe(began + day);
  expect(tickAfter(ticking, began - 10 * day)).toBe(began + day);
});

test("a schedule without ticks is refused by its field", () => {
  const wrong: [Schedule, string][] = [
    [{}, "schedule"],
    [{ cron: "0 0 * * *", every: "PT1H" }, "schedule"],
    [{ cron: "0 0 30 2 *" }, "schedule.cron"],
    [{ cron: "every day" }, "schedule.cron"],
    [{ cron: "0 0 * * *", zone: "Berlin" }, "schedule.zone"],
    [{ every: "1h" }, "schedule.every"],
    [{ every: "PT0.2S" }, "schedule.every"],
    [{ every: "PT1H", zone: "UTC" }, "schedule.zone"],
  ];
  for (const [schedule, field] of wrong) {
    expect(() => checkSchedule(schedule), JSON.stringify(schedule)).toThrow(
      expect.objectContaining({ code: "invalid_input", details: expect.objectContaining({ field }) }),
    );
  }
  checkSchedule({ cron: "*/5 * * * * *", zone: "Asia/Kathmandu" });
  checkSchedule({ every: "PT90S" });
});
