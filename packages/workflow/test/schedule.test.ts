import { describe, expect, test } from "vitest";
import { cronProblem, nextTick, zoneProblem } from "../src/main.ts";

/** The next ticks behind an instant, in UTC. */
function ticks(cron: string, zone: string, after: string, count: number): string[] {
  const found: string[] = [];
  let at: number | null = Date.parse(after);
  while (found.length < count) {
    at = nextTick(cron, zone, at);
    if (at === null) break;
    found.push(new Date(at).toISOString().replace(":00.000Z", "").replace("2025-", ""));
  }
  return found;
}

describe("without a change of clocks", () => {
  test("five fields, and six with seconds", () => {
    expect(ticks("*/20 9 * * MON", "UTC", "2025-06-01T00:00:00Z", 4)).toEqual([
      "06-02T09:00",
      "06-02T09:20",
      "06-02T09:40",
      "06-09T09:00",
    ]);
    expect(nextTick("30 0 0 * * *", "UTC", Date.parse("2025-06-01T00:00:00Z"))).toBe(
      Date.parse("2025-06-01T00:00:30Z"),
    );
  });

  test("a tick is strictly behind the instant that is given", () => {
    expect(ticks("0 * * * *", "UTC", "2025-06-01T10:00:00Z", 1)).toEqual(["06-01T11:00"]);
    expect(ticks("0 * * * *", "UTC", "2025-06-01T09:59:59.999Z", 1)).toEqual(["06-01T10:00"]);
  });

  test("the 29th of February, and what never comes", () => {
    expect(nextTick("0 0 29 2 *", "UTC", Date.parse("2025-01-01T00:00:00Z"))).toBe(
      Date.parse("2028-02-29T00:00:00Z"),
    );
    expect(cronProblem("0 0 30 2 *")).toBe("this cron expression never comes");
  });

  test("zones of half and quarter hours", () => {
    expect(ticks("0 9 * * *", "Asia/Kolkata", "2025-06-01T00:00:00Z", 1)).toEqual(["06-01T03:30"]);
    expect(ticks("0 9 * * *", "Asia/Kathmandu", "2025-06-01T00:00:00Z", 1)).toEqual(["06-01T03:15"]);
  });
});

describe("where clocks go forward", () => {
  test("Berlin, 30 March 2025: what falls into the gap comes right after it, once", () => {
    expect(ticks("30 2 * * *", "Europe/Berlin", "2025-03-29T00:00:00Z", 3)).toEqual([
      "03-29T01:30",
      "03-30T01:00",
      "03-31T00:30",
    ]);
    expect(ticks("0 * * * *", "Europe/Berlin", "2025-03-29T23:30:00Z", 3)).toEqual([
      "03-30T00:00",
      "03-30T01:00",
      "03-30T02:00",
    ]);
    expect(ticks("*/30 * * * *", "Europe/Berlin", "2025-03-30T00:10:00Z", 3)).toEqual([
      "03-30T00:30",
      "03-30T01:00",
      "03-30T01:30",
    ]);
  });

  test("New York, 9 March 2025", () => {
    expect(ticks("30 2 * * *", "America/New_York", "2025-03-08T12:00:00Z", 2)).toEqual([
      "03-09T07:00",
      "03-10T06:30",
    ]);
    expect(ticks("0 3 * * *", "America/New_York", "2025-03-08T12:00:00Z", 2)).toEqual([
      "03-09T07:00",
      "03-10T07:00",
    ]);
  });

  test("Lord Howe, 5 October 2025, by half an hour", () => {
    expect(ticks("15 2 * * *", "Australia/Lord_Howe", "2025-10-04T12:00:00Z", 2)).toEqual([
      "10-04T15:30",
      "10-05T15:15",
    ]);
    expect(ticks("*/15 * * * *", "Australia/Lord_Howe", "2025-10-04T15:10:00Z", 3)).toEqual([
      "10-04T15:15",
      "10-04T15:30",
      "10-04T15:45",
    ]);
  });
});

describe("where clocks go back", () => {
  test("Berlin, 26 October 2025: a named hour comes once, what comes every so often goes on through both", () => {
    expect(ticks("30 2 * * *", "Europe/Berlin", "2025-10-25T12:00:00Z", 2)).toEqual([
      "10-26T00:30",
      "10-27T01:30",
    ]);
    expect(ticks("0 * * * *", "Europe/Berlin", "2025-10-25T23:30:00Z", 4)).toEqual([
      "10-26T00:00",
      "10-26T01:00",
      "10-26T02:00",
      "10-26T03:00",
    ]);
    expect(ticks("*/30 * * * *", "Europe/Berlin", "2025-10-25T23:40:00Z", 5)).toEqual([
      "10-26T00:00",
      "10-26T00:30",
      "10-26T01:00",
      "10-26T01:30",
      "10-26T02:00",
    ]);
  });

  test("New York, 2 November 2025", () => {
    expect(ticks("30 1 * * *", "America/New_York", "2025-11-01T12:00:00Z", 2)).toEqual([
      "11-02T05:30",
      "11-03T06:30",
    ]);
    expect(ticks("0 * * * *", "America/New_York", "2025-11-02T04:30:00Z", 3)).toEqual([
      "11-02T05:00",
      "11-02T06:00",
      "11-02T07:00",
    ]);
  });

  test("Lord Howe, 6 April 2025, by half an hour", () => {
    expect(ticks("45 1 * * *", "Australia/Lord_Howe", "2025-04-05T12:00:00Z", 2)).toEqual([
      "04-05T14:45",
      "04-06T15:15",
    ]);
    expect(ticks("*/15 * * * *", "Australia/Lord_Howe", "2025-04-05T14:25:00Z", 5)).toEqual([
      "04-05T14:30",
      "04-05T14:45",
      "04-05T15:00",
      "04-05T15:15",
      "04-05T15:30",
    ]);
  });

  test("a tick asked for between both hours is not given twice", () => {
    expect(ticks("30 2 * * *", "Europe/Berlin", "2025-10-26T00:45:00Z", 1)).toEqual(["10-27T01:30"]);
  });
});

test("a text that is no cron expression or no zone is refused with a reason", () => {
  expect(cronProblem("* * * *")).toBe("a cron expression has five fields, or six with seconds first");
  expect(cronProblem("2025-01-01T00:00:00")).toBe(
    "a cron expression has five fields, or six with seconds first",
  );
  expect(cronProblem("61 * * * *")).toMatch(/^this is no cron expression: /);
  expect(cronProblem("a b c d e")).toMatch(/^this is no cron expression: /);
  expect(cronProblem("0 0 * * *")).toBeNull();
  expect(zoneProblem("Europe/Berlin")).toBeNull();
  expect(zoneProblem("Mars/Olympus")).toBe("`Mars/Olympus` is no time zone like `Europe/Berlin`");
  expect(() => nextTick("* *", "UTC", 0)).toThrow(RangeError);
});
