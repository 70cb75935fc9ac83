import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli, type RunningCli, startServer } from "./testing.ts";

let cli: Cli;
let url: string;
let server: RunningCli;

beforeAll(async () => {
  cli = new Cli();
  ({ url, server } = await startServer(cli));
});

afterAll(() => cli.remove());

function fileOf(name: string, text: string | Buffer): string {
  const path = join(cli.folder, name);
  writeFileSync(path, text);
  return path;
}

function passwordOf(text: string): string {
  return /Password\s+(\S+)/.exec(text)?.[1] ?? "";
}

test("the first start shows how to sign in, and signs the command line in", async () => {
  expect(passwordOf(server.text())).toMatch(/^\S{20}$/);
  expect(server.text()).toContain(`${url}/api/v1/session/link?token=`);
  expect(await cli.json("whoami")).toMatchObject({ url, user: { name: "admin" } });
  expect(statSync(cli.profiles).mode & 0o777).toBe(0o600);
});

test("a command without a token ends with 3 and says how to sign in", async () => {
  const { code, stdout, stderr } = await cli.run(["queues", "list", "--url", "http://127.0.0.1:1"]);
  expect([code, stdout]).toEqual([3, ""]);
  expect(stderr).toContain("millrace login");
  expect(await cli.run(["whoami", "--token", "mr_pat_nonsense"])).toMatchObject({ code: 3 });
});

test("usage errors end with 2, absent things with 4, and errors are JSON where JSON was asked for", async () => {
  expect(await cli.run(["queues", "bogus"])).toMatchObject({ code: 2 });
  expect(await cli.run(["items", "push", "films", "--payload", "{bad"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--payload"),
  });
  expect(await cli.run(["queues", "show", "nowhere"])).toMatchObject({ code: 4, stdout: "" });
  const { code, stderr } = await cli.run(["--json", "queues", "show", "nowhere"]);
  expect([code, JSON.parse(stderr)]).toMatchObject([4, { error: { code: "not_found" } }]);
});

test("what the server finds wrong in an option names the option, and is a usage error", async () => {
  await cli.json("queues", "create", "named");
  const cases: [string[], RegExp][] = [
    [
      ["tokens", "create", "t", "--scopes", "queues:read,nope"],
      /^--scopes: "nope": must be one of: .*queues:read.*admin\n$/,
    ],
    [["tokens", "create", "t", "--days", "100000"], /^--days: .*\n$/],
    [["queues", "update", "named", "--attempts", "100000"], /^--attempts: .*\n$/],
    [["queues", "update", "named", "--lease", "1ms"], /^--lease: .*\n$/],
    [["queues", "create", "x".repeat(1_000)], /^<name>: /],
  ];
  for (const [args, message] of cases)
    expect(await cli.run(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
});

test("a server that is not there ends with 1 and says how to start one", async () => {
  const { code, stderr } = await cli.run(["whoami", "--url", "http://127.0.0.1:1", "--token", "t"]);
  expect(code).toBe(1);
  expect(stderr).toContain("millrace up");
});

test("commands that ask a server do not load the platform", async () => {
  const hook = fileOf(
    "no-server.mjs",
    `import { register } from "node:module";
     register("data:text/javascript," + encodeURIComponent(
       "export async function resolve(name, context, next) {" +
       " if (name === '@millrace/server') throw new Error('the platform was loaded');" +
       " return next(name, context); }"));`,
  );
  const environment = { NODE_OPTIONS: `--import ${hook}` };
  expect(await cli.run(["whoami"], { environment })).toMatchObject({ code: 0 });
  expect(await cli.run(["--help"], { environment })).toMatchObject({ code: 0 });
  expect((await cli.run(["doctor"], { environment })).stderr).toContain("the platform was loaded");
});

test("an item goes through a queue from the command line", async () => {
  await cli.json("queues", "create", "parcels", "--attempts", "2", "--pause", "1s", "--jitter", "0");
  const pushed = await cli.json("items", "push", "parcels", "--payload", '{"to":"Ann"}', "--key", "p1");
  expect(
    await cli.json("items", "push", "parcels", "--payload", '{"to":"Ann"}', "--key", "p1"),
  ).toMatchObject({
    id: pushed["id"],
    duplicate: true,
  });
  const [item] = await cli.json<{ id: string; leaseNumber: number }[]>("items", "claim", "parcels");
  expect(item).toMatchObject({ id: pushed["id"], payload: { to: "Ann" } });
  const end = ["--lease", String(item!.leaseNumber), "--failed", "business", "--message", "no street"];
  expect(await cli.json("items", "finish", item!.id, ...end)).toMatchObject({ state: "failed" });
  expect(await cli.json("queues", "stats", "parcels")).toMatchObject({ counts: { failed: 1 } });
  expect(await cli.json("items", "retry", "--queue", "parcels")).toEqual({ count: 1 });
  const history = await cli.json<{ type: string }[]>("items", "history", item!.id);
  expect(history.map((event) => event.type)).toEqual([
    "work_item.pushed",
    "work_item.claimed",
    "work_item.failed",
    "work_item.requeued",
  ]);
});

test("a queue's versions are listed, compared and brought back", async () => {
  await cli.json("queues", "create", "versioned", "--attempts", "2");
  await cli.json("queues", "update", "versioned", "--attempts", "5");
  const { stdout } = await cli.run(["queues", "history", "versioned"]);
  expect(stdout).toMatch(/1 +updated .+ admin +attemptsMax\n.*0 +created/);
  expect(await cli.json("queues", "history", "versioned", "--version", "0")).toMatchObject({
    definition: { attemptsMax: 2 },
  });
  expect(await cli.json("queues", "diff", "versioned", "0", "1")).toEqual([
    { field: "attemptsMax", before: 2, after: 5 },
  ]);
  expect(await cli.json("queues", "restore", "versioned", "0")).toMatchObject({ attemptsMax: 2, version: 2 });
});

test("a table is aligned, without colours, and shows no control characters", async () => {
  await cli.json("queues", "create", "strange");
  await cli.json("items", "push", "strange", "--name", "red \u001B[31m\nnext");
  const { stdout } = await cli.run(["items", "list", "strange"]);
  expect(stdout).not.toContain("\u001B");
  const [header, row, ...rest] = stdout.trimEnd().split("\n");
  expect(rest).toEqual([]);
  expect(row!.indexOf("new")).toBe(header!.indexOf("STATE"));
  expect(row).toContain("red \\u001b[31m\\u000anext");
});

test("login by password makes a token that logout revokes", async () => {
  const other = new Cli();
  try {
    const login = ["login", "--url", url, "--user", "admin"];
    expect(await other.run(login, { input: "wrong\n" })).toMatchObject({ code: 3 });
    const input = `${passwordOf(server.text())}\n`;
    expect(await other.run(login, { input })).toMatchObject({ code: 0 });
    expect(await other.json("whoami")).toMatchObject({ user: { name: "admin" } });
    const { profiles } = JSON.parse(readFileSync(other.profiles, "utf8")) as {
      profiles: Record<string, { token: string }>;
    };
    const token = profiles["local"]!.token;
    expect(await other.json("logout")).toMatchObject({ revoked: true });
    expect(await other.run(["whoami", "--url", url, "--token", token])).toMatchObject({ code: 3 });
    expect(await other.run(["whoami", "--url", url])).toMatchObject({ code: 3 });
  } finally {
    await other.remove();
  }
});

test("a secret's value is never an argument, and nothing shows it again", async () => {
  const set = (input: string, ...options: string[]) =>
    cli.run(["--json", "secret", "set", "bank", ...options], { input });
  const made = await set("swordfish-1\n");
  expect([made.code, JSON.parse(made.stdout)]).toMatchObject([0, { name: "bank", version: 0 }]);
  const acl = JSON.stringify(JSON.parse(made.stdout).acl);
  const changed = await set('{"pin": "swordfish-2"}', "--parse", "--description", "pin", "--acl", acl);
  expect(JSON.parse(changed.stdout)).toMatchObject({ version: 2, description: "pin" });
  expect(await set("x", "--if-version", "0")).toMatchObject({ code: 1 });
  const wrong = await set("swordfish-3", "--parse");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("must be JSON") });
  expect(await set("")).toMatchObject({ code: 2, stderr: expect.stringContaining("value is missing") });
  const shown = await cli.run(["secret", "show", "bank"]);
  const listed = await cli.run(["secret", "list"]);
  expect(listed.stdout).toMatch(/^NAME.*\nbank +2 /);
  expect(JSON.stringify([made, changed, wrong, shown, listed])).not.toContain("swordfish");
  await cli.json("secret", "delete", "bank");
  expect(await cli.run(["secret", "show", "bank"])).toMatchObject({ code: 4 });
});

test("a document's versions lead back, and a deleted one comes back", async () => {
  const [made] = await cli.json<{ _id: string }[]>("documents", "insert", "notes", '{"text":"first"}');
  const id = made!._id;
  await cli.json("documents", "update", "notes", '{"$set":{"text":"second"}}', "--id", id);
  const history = await cli.json<{ version: number }[]>("documents", "history", "notes", id);
  expect(history.map((version) => version.version)).toEqual([1, 0]);
  await cli.json("documents", "restore", "notes", id, "0");
  expect(await cli.json("documents", "get", "notes", id)).toMatchObject({ text: "first", _version: 2 });
  await cli.json("documents", "delete", "notes", id);
  expect(await cli.run(["documents", "get", "notes", id])).toMatchObject({ code: 4 });
  await cli.json("documents", "undelete", "notes", id);
  expect(await cli.json("documents", "count", "notes", '{"text":"first"}')).toEqual({ count: 1 });
});

test("a file comes back as it went", async () => {
  const path = fileOf("bytes.bin", randomBytes(3_000_000));
  const { id } = await cli.json("files", "upload", path);
  const back = join(cli.folder, "back.bin");
  await cli.json("files", "download", String(id), back);
  expect(readFileSync(back).equals(readFileSync(path))).toBe(true);
  expect(await cli.run(["files", "download", String(id), back])).toMatchObject({ code: 1 });
});

test("an import may be run again without pushing anything twice", async () => {
  await cli.json("queues", "create", "imported");
  const records = Array.from({ length: 1_201 }, (_, number) => ({ number, text: '],[{"' }));
  const path = fileOf("records.json", JSON.stringify(records, undefined, 1));
  const args = ["import", path, "--queue", "imported", "--name-field", "text"];
  expect(await cli.json(...args)).toEqual({ added: 1_201, duplicates: 0, bad: 0 });
  expect(await cli.json(...args)).toEqual({ added: 0, duplicates: 1_201, bad: 0 });
  expect(await cli.json("queues", "stats", "imported")).toMatchObject({ counts: { new: 1_201 } });
});

test("a bad line is named, what came before it is in, and --skip-bad goes on", async () => {
  const path = fileOf("lines.ndjson", '{"n":1}\n\n{"n":2\n{"n":3}\n{"$bad":1}\n');
  const args = ["import", path, "--collection", "lines"];
  const stopped = await cli.run(args);
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining("line 3:") });
  expect(await cli.json("documents", "count", "lines")).toEqual({ count: 1 });
  const { code, stderr, stdout } = await cli.run([...args, "--skip-bad"]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining("2 records into collection lines, 2 bad records left out"),
  ]);
  expect(stderr).toContain("line 5:");
});

test.each([
  ["ndjson", '{"n":1}\n{"n":2}\n{"n":"', '"}\n{"n":4}\n', 3],
  ["json", '[{"n":1},\n{"n":2},\n{"n":"', '"},{"n":4}]', 3],
  ["csv", "n\n1\n2\nab", "\n4\n", 4],
])("bytes that are no UTF-8 end an import of %s: where they stand, and how many are in", async (...row) => {
  const [format, before, after, line] = row;
  const collection = `latin-${format}`;
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(after)]);
  const path = fileOf(`latin.${format}`, bytes);
  for (const options of [[], ["--skip-bad"]]) {
    const into = `${collection}${options.length}`;
    const { code, stdout, stderr } = await cli.run(["import", path, "--collection", into, ...options]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`line ${line}: the bytes from offset ${before.length} on are not UTF-8`);
    expect(stderr).toContain("iconv -f iso-8859-1 -t utf-8");
    expect(stderr).toContain(`Stopped: 2 records went into collection ${into}.`);
    expect(await cli.json("documents", "count", into)).toEqual({ count: 2 });
  }
});

test("a number that JSON cannot hold is named, and not sent as null", async () => {
  const path = fileOf("huge.ndjson", '{"n":1}\n{"n":{"m":1e999}}\n');
  const { code, stderr } = await cli.run(["import", path, "--collection", "huge"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("line 2: n.m: the number is too large")]);
  expect(stderr).toContain("Stopped: 1 record went into collection huge.");
  const payload = fileOf("payload.json", Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]));
  expect(await cli.run(["items", "push", "imported", "--payload", `@${payload}`])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--payload: line 1: the bytes from offset 2 on are not UTF-8"),
  });
});

test("CSV becomes documents, and the same key replaces", async () => {
  const path = fileOf("people.csv", 'id,name\n1,"Ann ""A"", of\nhere"\n2,Bob\n');
  const args = [
    "import",
    path,
    "--collection",
    "people",
    "--idempotency-field",
    "id",
    "--map",
    "id",
    "called=name",
  ];
  await cli.json(...args);
  await cli.json(...args);
  const found = await cli.json<object[]>(
    "documents",
    "query",
    "people",
    "--sort",
    "id",
    "--fields",
    "id,called",
  );
  expect(found).toMatchObject([
    { id: "1", called: 'Ann "A", of\nhere' },
    { id: "2", called: "Bob" },
  ]);
});

test("a watch shows what matches, one JSON value a line, and ends well when it is interrupted", async () => {
  const watch = cli.start(["--json", "watch", "seen", "--filter", '{"n":{"$gt":1}}']);
  const insert = () => cli.json("documents", "insert", "seen", '{"n":1}', '{"n":2}');
  const shown = watch.shows("\n");
  while (watch.text() === "") await Promise.race([shown, insert()]);
  watch.signal("SIGINT");
  const { code, stdout } = await watch.ended;
  expect(code).toBe(0);
  const changes = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { document: { n: number } });
  expect(new Set(changes.map((change) => change.document.n))).toEqual(new Set([2]));
});

/** A package's tar.gz, made as anybody would make one. */
function archiveOf(version: string): string {
  const folder = join(cli.folder, `hello-${version}`);
  mkdirSync(folder);
  const manifest = { name: "hello", version, runtime: "node", entry: "main.js", functions: { greet: {} } };
  writeFileSync(join(folder, "millrace.yaml"), JSON.stringify(manifest));
  writeFileSync(join(folder, "main.js"), "module.exports = async () => ({});");
  const archive = `${folder}.tar.gz`;
  execFileSync("tar", ["-czf", archive, "-C", folder, "."]);
  return archive;
}

test("a package is published, promoted, yanked and deleted from the command line", async () => {
  await cli.json("packages", "push", archiveOf("1.0.0"));
  expect(await cli.json("packages", "push", archiveOf("1.1.0"))).toMatchObject({ version: "1.1.0" });
  await cli.json("packages", "promote", "hello", "1.0.0", "stable");
  await cli.json("packages", "yank", "hello", "1.1.0", "--reason", "leaks");
  expect(await cli.json("packages", "show", "hello")).toMatchObject({
    channels: [
      { name: "latest", version: "1.0.0" },
      { name: "stable", version: "1.0.0" },
    ],
  });
  expect(await cli.json("packages", "functions", "hello")).toMatchObject([{ name: "greet" }]);
  const { stdout } = await cli.run(["packages", "versions", "hello"]);
  expect(stdout).toContain("leaks");
  expect(await cli.run(["packages", "push", "nowhere.tar.gz"])).toMatchObject({ code: 2 });
});

test("a job says why it waits, is cancelled and submitted anew from the command line", async () => {
  const job = ["jobs", "submit", "hello", "--function", "greet", "--tags", "gpu", "--input", '{"n":1}'];
  const { id } = await cli.json<{ id: string }>(...job, "--key", "j1");
  expect(await cli.json(...job, "--key", "j1")).toMatchObject({ id, duplicate: true });
  const { stdout } = await cli.run(["jobs", "list", "--state", "waiting"]);
  expect(stdout).toContain("there is no runner");
  expect(await cli.run(["packages", "delete", "hello"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("cancel them first"),
  });
  const following = cli.run(["jobs", "logs", id, "--follow"]);
  await cli.json("jobs", "cancel", id);
  expect(await following).toMatchObject({ code: 0, stdout: "" });
  const { id: anew } = await cli.json<{ id: string }>("jobs", "retry", id);
  expect(await cli.json("jobs", "show", anew)).toMatchObject({ fromJobId: id, input: { n: 1 } });
  await cli.json("jobs", "cancel", anew);
  const history = await cli.json<{ type: string }[]>("jobs", "history", anew);
  expect(history.map((event) => event.type)).toEqual(["job.submitted", "job.cancelled"]);
  await cli.json("packages", "delete", "hello");
  expect(await cli.run(["jobs", "submit", "hello"])).toMatchObject({ code: 4 });
});

/** A workflow that ends at once. */
async function storeWorkflow(name: string): Promise<void> {
  const head = `document: { dsl: 1.0.0, namespace: test, name: ${name}, version: 1.0.0 }`;
  await cli.json(
    "workflow",
    "store",
    fileOf(`${name}.yaml`, `${head}\ndo: [{ say: { set: { ok: true } } }]`),
  );
}

test("a trigger is made from a file, paused, resumed, changed and deleted from the command line", async () => {
  const definition = [
    "name: nightly",
    "workflow: sync",
    "schedule:",
    "  cron: 0 2 * * *",
    "  zone: Europe/Berlin",
  ];
  await storeWorkflow("sync");
  const path = fileOf("nightly.yaml", definition.join("\n"));
  expect(await cli.json("trigger", "create", "-f", path)).toMatchObject({
    name: "nightly",
    kind: "schedule",
    schedule: { cron: "0 2 * * *", zone: "Europe/Berlin" },
  });
  expect(await cli.run(["trigger", "pause", "nightly"])).toMatchObject({
    stdout: "Trigger nightly is paused.\n",
  });
  const listed = await cli.run(["trigger", "list"]);
  expect(listed.stdout).toMatch(/^NAME.*\nnightly +schedule +paused +sync/);
  await cli.json("trigger", "resume", "nightly");
  const changes = fileOf("changes.json", '{"schedule": {"every": "PT1H"}}');
  await cli.json("trigger", "update", "nightly", "-f", changes);
  expect(await cli.json("trigger", "show", "nightly")).toMatchObject({
    schedule: { every: "PT1H" },
    paused: false,
  });
  const fired = await cli.json("trigger", "fire", "nightly", "--facts", '{"by":"me"}');
  expect(await cli.json("trigger", "firings", "nightly")).toMatchObject([
    { id: fired["id"], cause: "by hand", outcome: "started", facts: { by: "me" }, runId: fired["runId"] },
  ]);
  const range = ["--from", "2026-01-01T00:00:00Z", "--to", "2020-01-01T00:00:00Z"];
  expect(await cli.run(["trigger", "backfill", "nightly", ...range])).toMatchObject({ code: 2 });
  for (const wrong of ["a: [", "- 1"])
    expect(await cli.run(["trigger", "create", "-f", "-"], { input: wrong })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--file"),
    });
  await cli.json("trigger", "delete", "nightly");
  expect(await cli.run(["trigger", "show", "nightly"])).toMatchObject({ code: 4 });
});

test("users, roles and tokens are named by name", async () => {
  expect(
    await cli.run(["users", "create", "ann", "--password"], { input: "a long password\n" }),
  ).toMatchObject({
    code: 0,
  });
  await cli.json("roles", "create", "editors");
  await cli.json("roles", "add", "editors", "Ann");
  expect(await cli.json("roles", "members", "editors")).toMatchObject([{ kind: "user", name: "ann" }]);
  const { token, id } = await cli.json("tokens", "create", "ci", "--scopes", "queues:read", "--user", "ann");
  const asAnn = await cli.run(["--json", "whoami", "--url", url], {
    environment: { MILLRACE_TOKEN: String(token) },
  });
  expect(JSON.parse(asAnn.stdout)).toMatchObject({ user: { name: "ann" }, scopes: ["queues:read"] });
  await cli.json("tokens", "revoke", String(id));
  expect(await cli.run(["whoami", "--url", url, "--token", String(token)])).toMatchObject({ code: 3 });
});

test("completion is a script that bash takes, with commands and flags in it", async () => {
  const { stdout } = await cli.run(["completion", "bash"]);
  for (const word of ["queues", "--idempotency-field", "--database-url"]) expect(stdout).toContain(word);
  const check = `${stdout}\nCOMP_WORDS=(millrace queues cr); COMP_CWORD=2; _millrace; echo "\${COMPREPLY[@]}"`;
  expect(execFileSync("bash", ["-c", check], { encoding: "utf8" }).trim()).toBe("create");
  expect((await cli.run(["completion", "tcsh"])).code).toBe(2);
});
