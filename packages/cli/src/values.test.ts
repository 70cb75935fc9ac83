import { expect, test } from "vitest";
import { messageOf } from "./failures.ts";
import { formatProgress, Progress } from "./progress.ts";
import { formatBytes, formatDuration, formatTable } from "./table.ts";
import { parseDuration, parseJson, parseObject, parseWhole, parseWord } from "./values.ts";

test.each([
  ["1500", 1_500],
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
])("%s is a time", (text, ms) => {
  expect(parseDuration(text, "--wait")).toBe(ms);
});

test("what cannot be understood names the option, and is a usage error", () => {
  const usage = (name: string) =>
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(name) });
  for (const text of ["", "s", "-1s", "1 s", "1w", "Infinity"]) {
    expect(() => parseDuration(text, "--wait")).toThrow(usage("--wait"));
  }
  for (const text of ["", " ", "1.5", "x", "-1"])
    expect(() => parseWhole(text, "--limit")).toThrow(usage("--limit"));
  expect(() => parseJson("{", "filter")).toThrow(usage("filter"));
  expect(() => parseObject("[1]", "filter")).toThrow(usage("filter"));
  expect(() => parseJson('{"a":[1e999]}', "a[0]")).toThrow(usage("a[0]: the number is too large"));
  expect(() => parseJson("@no/such/file", "filter")).toThrow(usage("filter: there is no file no/such/file"));
  expect(() => parseWord("blue", "--what", ["failed"])).toThrow(usage("failed"));
});

test("a table fits the terminal, and wide characters count once", () => {
  const rows = [
    { name: "ä\u{1F600}", count: 7 },
    { name: "longer", count: 1_234 },
  ];
  const columns = [
    { header: "name", value: (row: (typeof rows)[number]) => row.name },
    { header: "count", value: (row: (typeof rows)[number]) => row.count, right: true },
  ];
  expect(formatTable(rows, columns)).toEqual(["NAME    COUNT", "ä\u{1F600}          7", "longer   1234"]);
  expect(formatTable(rows, columns, 8)[2]).toBe("longer …");
});

test("progress, sizes and times are short", () => {
  const text = "1 of 3 films";
  expect(formatProgress({ done: 1, total: 3, text }, 2_500)).toBe(
    `[${"#".repeat(10)}${"-".repeat(20)}]  33%  1 of 3 films  2.5 s`,
  );
  expect(formatProgress({ done: 1, total: 3, text }, 2_500, 20)).toHaveLength(19);
  expect([formatBytes(1_023), formatBytes(1_536), formatBytes(5 * 1_024 ** 3)]).toEqual([
    "1023 B",
    "1.5 KiB",
    "5.0 GiB",
  ]);
  expect([formatDuration(12), formatDuration(125_000)]).toEqual(["12 ms", "2 min 5 s"]);
});

test("progress is a bar on a terminal, and elsewhere a plain line every five seconds", () => {
  let now = 0;
  const shownOn = (isTTY: boolean) => {
    let text = "";
    const stream = { isTTY, columns: 80, write: (part: string) => (text += part) };
    const progress = new Progress(stream as never, { plainEveryMs: 5_000, clock: () => now });
    for (now = 0; now <= 12_000; now += 1_000)
      progress.show({ done: now, total: 20_000, text: `${now} films` });
    progress.clear();
    return text;
  };
  expect(shownOn(false)).toBe("5000 films\n10000 films\n");
  expect(shownOn(true)).toContain("\r[###");
});

test("an error of the server names every field at fault", () => {
  const error = Object.assign(new Error("Two fields are wrong"), {
    name: "MillraceError",
    code: "invalid_input",
    fields: [
      { field: "name", message: "is missing" },
      { field: "leaseMs", message: "is too small" },
    ],
  });
  expect(messageOf(error)).toBe("Two fields are wrong\n  name: is missing\n  leaseMs: is too small");
});
