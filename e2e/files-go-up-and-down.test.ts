import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing.ts";
import { hasBrowser, lookAt, signInAsAdmin, startBrowser, type TestBrowser } from "./testing-browser.ts";

const inBrowser = hasBrowser ? test : test.skip;
let server: TestServer;
let browser: TestBrowser;

beforeAll(async () => {
  if (!hasBrowser) return;
  server = await startTestServer({ rateLimitPerAddress: "0" });
  browser = await startBrowser(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

inBrowser("a file is uploaded, found by its name, downloaded as it was, and deleted by name", async () => {
  const page = await browser.open("/files");
  await signInAsAdmin(page, server);
  await page.getByText("Files are bytes by their SHA-256").waitFor();
  expect(await lookAt(page, "files-empty")).toEqual([]);
  const name = "<img src=x onerror=globalThis.ran=1>.txt";
  const buffer = Buffer.from("Dear Ada\n".repeat(1_000));
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: "text/plain", buffer });
  await page.getByRole("link", { name }).waitFor();
  await page.getByRole("searchbox", { name: "Names that begin with" }).fill("<img");
  await page.getByRole("searchbox", { name: "Names that begin with" }).press("Enter");
  await page.waitForURL("**/files?name=*");
  expect(await lookAt(page, "files")).toEqual([]);
  await page.getByRole("link", { name }).click();
  await page.getByText("9 kB").waitFor();
  expect(await lookAt(page, "file")).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(readFileSync(await download.path()).equals(buffer)).toBe(true);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: `Delete file ${name}?` }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Files are bytes by their SHA-256").waitFor();
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
  expect(browser.complaints).toEqual([]);
});
