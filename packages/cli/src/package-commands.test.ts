import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli } from "./testing.ts";

let cli: Cli;
beforeAll(() => {
  cli = new Cli();
});
afterAll(() => cli.remove());

/** A package that shows what it was given. */
function showing(name: string, text: string): string {
  const folder = join(cli.folder, name);
  mkdirSync(folder);
  const functions = "functions:\n  show: { files: true }\n";
  const manifest = `name: ${name}\nversion: 1.0.0\nruntime: node\nentry: plugin.js\n${functions}`;
  writeFileSync(join(folder, "millrace.yaml"), manifest);
  writeFileSync(join(folder, "plugin.js"), text);
  return folder;
}

test("a package begins as a working plugin, is packed, and runs, all without a server", async () => {
  expect(await cli.json("package", "init", "My Checks", "--lang", "python")).toMatchObject({
    name: "my-checks",
  });
  const input = JSON.stringify({ iban: "GB82 WEST 1234 5698 7654 32" });
  const ran = await cli.run(["package", "run", "My Checks", "--input", input]);
  expect(ran).toMatchObject({ code: 0, stdout: '{\n  "valid": true,\n  "country": "GB"\n}\n' });
  const packed = await cli.json("package", "pack", "My Checks", "checks.tar.gz");
  expect(packed).toMatchObject({
    name: "my-checks",
    version: "1.0.0",
    files: ["millrace.yaml", "plugin.py"],
  });
  expect(await cli.json("package", "pack", "My Checks")).toMatchObject({ digest: packed["digest"] });
});

test("a package of another language gets the file of its language, at the beginning or when it is packed", async () => {
  expect(await cli.json("package", "init", "perl-one", "--lang", "perl")).toMatchObject({
    files: ["MillracePlugin.pm", "millrace.yaml", "plugin.pl"],
  });
  const bare = join(cli.folder, "bare");
  mkdirSync(bare);
  for (const name of ["millrace.yaml", "plugin.pl"])
    writeFileSync(join(bare, name), readFileSync(join(cli.folder, "perl-one", name)));
  expect(await cli.json("package", "pack", bare)).toMatchObject({
    files: ["MillracePlugin.pm", "millrace.yaml", "plugin.pl"],
  });
});

test("a run is given settings, secrets and files, and hands files on", async () => {
  const text = `const fs = require("node:fs");
module.exports = async (input, { config, secrets, directory, log }) => {
  log("key " + secrets.KEY);
  fs.writeFileSync(directory + "/out.txt", fs.readFileSync(directory + "/in.txt", "utf8") + config.more);
  return { length: secrets.KEY.length };
};`;
  const folder = showing("shown", text);
  writeFileSync(join(cli.folder, "in.txt"), "one ");
  const given = ["--config", '{"more": "two"}', "--secret", "KEY", "--file", "in.txt", "--out", "made"];
  const options = { environment: { KEY: "a secret key" } };
  const ran = await cli.run(["package", "run", folder, ...given], options);
  expect([ran.code, ran.stdout]).toEqual([0, '{\n  "length": 12\n}\n']);
  expect(ran.stderr).toContain("key [secret]");
  expect(readFileSync(join(cli.folder, "made", "out.txt"), "utf8")).toBe("one two");
});

test("what fails ends with 1 and its code, and what cannot be understood with 2", async () => {
  const folder = showing("failing", "module.exports = async () => { throw new Error('boom'); };");
  const failed = await cli.run(["package", "run", folder]);
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("application_error: failed: boom"),
  });
  expect(await cli.run(["package", "init", "x", "--lang", "cobol"])).toMatchObject({ code: 2 });
  expect(await cli.run(["package", "init", folder])).toMatchObject({ code: 1 });
  writeFileSync(join(folder, "millrace.yaml"), "name: failing\nversion: 1\nruntime: nod\nentry: plugin.js\n");
  const mistaken = await cli.run(["package", "pack", folder]);
  expect(mistaken).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/version is a number.*\nruntime is "nod"/),
  });
});
