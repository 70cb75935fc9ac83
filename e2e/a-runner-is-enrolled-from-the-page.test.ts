import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Cli } from "../packages/cli/src/testing.ts";
import { startTestServer, type TestServer } from "./testing.ts";
import { hasBrowser, lookAt, signInAsAdmin, startBrowser, type TestBrowser } from "./testing-browser.ts";

const inBrowser = hasBrowser ? test : test.skip;
let server: TestServer;
let browser: TestBrowser;
let cli: Cli;

beforeAll(async () => {
  if (!hasBrowser) return;
  server = await startTestServer({ rateLimitPerAddress: "0" });
  browser = await startBrowser(server);
  cli = new Cli();
});
afterAll(async () => {
  await cli?.remove();
  await browser?.close();
  await server?.stop();
});

inBrowser("the command that the page shows makes a runner, and the page sees it come and work", async () => {
  const page = await browser.open("/runners");
  await signInAsAdmin(page, server);
  await page.getByText("A runner is a process on a machine of yours").waitFor();
  expect(await lookAt(page, "runners-empty")).toEqual([]);
  await page.getByRole("button", { name: "Enrol a runner" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("press");
  await page.getByRole("combobox", { name: "Tags" }).fill("onprem,");
  await page.getByRole("button", { name: "Make the token" }).click();
  const command = await page.getByLabel("Become a runner", { exact: true }).innerText();
  await page.getByText("Waiting for the runner to come…").waitFor();
  expect(await lookAt(page, "runner-enrol")).toEqual([]);

  const folder = ["--folder", join(cli.folder, "press")];
  const [program, ...words] = command.trim().split(" ");
  expect(program).toBe("millrace");
  expect(await cli.run([...words, ...folder])).toMatchObject({ code: 0 });
  await page.getByText("press is here.").waitFor();
  await page.locator(".ant-modal-footer").getByRole("button", { name: "Close" }).click();
  const runner = cli.start(["runner", "start", ...folder, "--slots", "2"]);
  await page.locator("tr", { hasText: "press" }).getByText("online").waitFor();
  await runPackage(page);
  await page.locator(".cm-content", { hasText: '"country": "DE"' }).waitFor();
  expect(await lookAt(page, "job")).toEqual([]);

  await page.getByRole("link", { name: "press" }).click();
  await page.getByRole("button", { name: "Drain" }).click();
  await page.locator(".page-head").getByText("draining").waitFor();
  expect(await lookAt(page, "runner")).toEqual([]);
  await page.getByRole("button", { name: "Block" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await page.locator(".page-head").getByText("blocked").waitFor();
  runner.signal("SIGTERM");
  await runner.ended;
  expect(browser.complaints).toEqual([]);
});

/** Uploads a package of the command line's making and runs one of its functions, all by the page. */
async function runPackage(page: Page): Promise<void> {
  expect(await cli.run(["package", "init", "greet", "--lang", "node"])).toMatchObject({ code: 0 });
  expect(await cli.run(["package", "pack", "greet", "greet.tar.gz"])).toMatchObject({ code: 0 });
  await page.goto("/packages");
  await page.getByText("A package is code with a manifest").waitFor();
  expect(await lookAt(page, "packages-empty")).toEqual([]);
  await page.locator('input[type="file"]').setInputFiles(join(cli.folder, "greet.tar.gz"));
  await page.getByRole("heading", { name: "greet", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Promote" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Promote" }).click();
  await page.getByText("stable 1.0.0").waitFor();
  expect(await lookAt(page, "package")).toEqual([]);
  await page.getByRole("button", { name: "Run check_iban" }).click();
  await page.getByLabel("Input", { exact: true }).fill('{"iban": "DE89370400440532013000"}');
  await page.getByRole("combobox", { name: "Tags that a runner must have" }).fill("onprem,");
  expect(await lookAt(page, "package-run")).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
}
