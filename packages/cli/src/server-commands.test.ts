import { createServer } from "node:net";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Cli, startServer } from "./testing.ts";

let cli: Cli;

beforeEach(() => {
  cli = new Cli();
});

afterEach(() => cli.remove());

test("a second start shows no password, a second server on the folder is refused, and SIGTERM ends well", async () => {
  const data = join(cli.folder, "data");
  const first = await startServer(cli);
  const rival = await cli.run(["up", "--port", "0", "--data", data]);
  expect(rival).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("already runs on the data folder"),
  });
  first.server.signal("SIGTERM");
  expect(await first.server.ended).toMatchObject({ code: 0 });
  const second = await startServer(cli);
  expect(second.server.text()).not.toContain("Password");
  expect(await cli.json("whoami", "--url", second.url, "--token", tokenOf())).toMatchObject({
    user: { name: "admin" },
  });
});

test("a port in use is said before anything is made", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => holder.once("listening", resolve));
  const { port } = holder.address() as { port: number };
  const data = join(cli.folder, "data");
  const { code, stderr } = await cli.run(["up", "--port", String(port), "--data", data]);
  holder.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${port} on 127.0.0.1 is in use`)]);
  expect(existsSync(data)).toBe(false);
});

test("a database that is not there is said with the ways out", async () => {
  const { code, stderr } = await cli.run([
    "up",
    "--port",
    "0",
    "--database-url",
    "postgres://u@127.0.0.1:1/x",
  ]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("or correct --database-url")]);
});

test("a data folder that cannot be used is said plainly, with the way out", async () => {
  const file = join(cli.folder, "a-file");
  writeFileSync(file, "");
  const cases: [string, string][] = [
    [file, "is a file and no folder"],
    [join(file, "data"), "lies under a file"],
    ["/proc/millrace/data", "cannot be made there"],
  ];
  for (const [data, fault] of cases) {
    const { code, stderr } = await cli.run(["up", "--port", "0", "--data", data]);
    expect(code).toBe(1);
    expect(stderr).toContain(`The data folder ${data} ${fault}`);
    expect(stderr).toContain("--data");
  }
});

test("a data folder of somebody else is said plainly", async ({ skip }) => {
  skip(process.getuid?.() === 0, "root may write everywhere");
  const { stderr } = await cli.run(["up", "--port", "0", "--data", "/data-of-somebody-else"]);
  expect(stderr).toContain("cannot be written by this user");
});

test.each(["--version", "-V"])("%s says which version it is", async (flag) => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(await cli.run([flag])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test("every mistake of the configuration is listed, and flags go before the environment", async () => {
  const environment = { MILLRACE_PORT: "x", MILLRACE_LOG_LEVEL: "loud" };
  const { code, stderr } = await cli.run(["up", "--events-keep-days", "1"], { environment });
  expect(code).toBe(2);
  for (const name of ["MILLRACE_PORT", "MILLRACE_LOG_LEVEL", "MILLRACE_EVENTS_KEEP_DAYS"])
    expect(stderr).toContain(name);
  const corrected = await cli.run(["up", "--port", "0", "--log-level", "loud"], { environment });
  expect(corrected.stderr).not.toContain("MILLRACE_PORT");
});

test("a foreign profile stays as it is", async () => {
  const foreign = JSON.stringify({
    profiles: { local: { url: "https://elsewhere.example", token: "theirs" } },
  });
  writeFileSync(cli.profiles, foreign);
  const { server } = await startServer(cli);
  expect(readFileSync(cli.profiles, "utf8")).toBe(foreign);
  server.signal("SIGTERM");
  expect((await server.ended).stderr).toContain("millrace login");
});

test("a backup of a running server fills an empty folder, and nothing else", async () => {
  const { server } = await startServer(cli);
  await cli.json("queues", "create", "kept");
  await cli.json("items", "push", "kept", "--payload", '{"n":1}', "--name", "one");
  const path = join(cli.folder, "bytes");
  writeFileSync(path, "some bytes");
  const { id } = await cli.json("files", "upload", path);
  const backup = join(cli.folder, "backup.tar.gz");
  const data = join(cli.folder, "data");
  const made = await cli.json("backup", backup, "--data", data, "--with-root-key");
  expect(made).toMatchObject({ blobs: 1, blobBytes: 10 });
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(await cli.run(["restore", backup, "--data", data])).toMatchObject({ code: 1 });
  const later = await cli.json("items", "push", "kept", "--name", "later");
  server.signal("SIGTERM");
  await server.ended;

  const restored = await cli.json("restore", backup, "--data", join(cli.folder, "fresh"));
  expect(restored).toMatchObject({ rows: made["rows"], hasRootKey: true });
  const key = (name: string) => readFileSync(join(cli.folder, name, "root.key"), "utf8");
  expect(key("fresh")).toBe(key("data"));
  const { url } = await startServer(cli, "fresh");
  const there = ["--url", url, "--token", tokenOf()];
  const [item, ...rest] = await cli.json<{ name: string }[]>("items", "list", "kept", ...there);
  expect([item?.name, rest]).toEqual(["one", []]);
  expect(await cli.run(["items", "show", String(later["id"]), ...there])).toMatchObject({ code: 4 });
  const { stdout } = await cli.run(["files", "download", String(id), "-", ...there]);
  expect(stdout).toBe("some bytes");
});

test("a backup that was cut leaves the folder empty", async () => {
  const { server } = await startServer(cli);
  const backup = join(cli.folder, "backup.tar.gz");
  await cli.json("backup", backup, "--data", join(cli.folder, "data"));
  server.signal("SIGTERM");
  await server.ended;
  const bytes = readFileSync(backup);
  writeFileSync(backup, bytes.subarray(0, bytes.length - 200));
  const fresh = join(cli.folder, "fresh");
  expect(await cli.run(["restore", backup, "--data", fresh])).toMatchObject({ code: 1 });
  for (const name of ["postgres", "files", "root.key"]) expect(existsSync(join(fresh, name))).toBe(false);
  writeFileSync(backup, bytes);
  expect(await cli.run(["restore", backup, "--data", fresh])).toMatchObject({ code: 0 });
});

test("doctor finds a healthy server healthy, and a folder that cannot be used", async () => {
  const { url, server } = await startServer(cli);
  const data = join(cli.folder, "data");
  const args = ["doctor", "--data", data, "--port", new URL(url).port];
  const findings = await cli.json<{ level: string; what: string }[]>(...args);
  expect(findings.filter((finding) => finding.level === "fail")).toEqual([]);
  expect(findings.map((finding) => finding.what)).toContain("role millrace_reader");
  server.signal("SIGTERM");
  await server.ended;
  const file = join(cli.folder, "no-folder");
  writeFileSync(file, "");
  const { code, stdout } = await cli.run(["doctor", "--data", join(file, "data"), "--port", "0"]);
  rmSync(file);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^fail {2}data folder/m)]);
});

function tokenOf(): string {
  const { profiles } = JSON.parse(readFileSync(cli.profiles, "utf8")) as {
    profiles: Record<string, { token: string }>;
  };
  return profiles["local"]!.token;
}
