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

inBrowser("a document is made, changed, taken back to an older version, deleted and undeleted", async () => {
  const page = await browser.open("/documents");
  await signInAsAdmin(page, server);
  await page.getByText("A collection holds documents").waitFor();
  await page.getByRole("button", { name: "New collection" }).click();
  await page.getByRole("textbox", { name: "Collection" }).fill("ships");
  await page.getByRole("dialog").getByRole("button", { name: "New collection" }).click();
  expect(await lookAt(page, "collection-empty")).toEqual([]);
  await page.getByRole("link", { name: "New document" }).first().click();
  await page.locator(".cm-content").fill('{"name": "Argo", "oars": 50}');
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Argo", level: 1 }).waitFor();

  await page.locator(".cm-content").fill('{"name": "Argo", "oars": 52}');
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.getByText("Version 1", { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "What changed" }).click();
  await page.locator(".differences", { hasText: "oars" }).locator("ins", { hasText: "52" }).waitFor();
  expect(await lookAt(page, "document")).toEqual([]);
  await page.getByRole("button", { name: "Restore" }).click();
  await page.locator(".cm-content", { hasText: "50" }).waitFor();

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog", { name: "Delete document Argo?" }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("Nothing is in this collection").waitFor();
  await page.getByRole("link", { name: "Deleted documents" }).click();
  await page.getByText("Argo").waitFor();
  expect(await lookAt(page, "documents-deleted")).toEqual([]);
  await page.getByRole("button", { name: "Bring back" }).click();
  await page.getByText("Nothing was deleted here").waitFor();
  const { body } = await server.ask("GET", "/api/v1/collections/ships/documents");
  expect(body.items).toMatchObject([{ name: "Argo", oars: 50 }]);
  expect(browser.complaints).toEqual([]);
});

inBrowser("a change that others made first is not undone, and is told of", async () => {
  const { body } = await server.ask("POST", "/api/v1/collections/isles/documents", { name: "Delos", n: 1 });
  const page = await browser.open(`/documents/isles/${String(body["_id"])}`);
  await signInAsAdmin(page, server);
  await page.locator(".cm-content").fill('{"name": "Delos", "n": 2}');
  await server.ask("PATCH", `/api/v1/collections/isles/documents/${String(body["_id"])}`, { $set: { n: 3 } });
  await page.getByText("admin has changed this document in the meantime.").waitFor();
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.locator(".problem").waitFor();
  await page.getByRole("button", { name: "Show what is stored" }).click();
  await page.locator(".cm-content", { hasText: "3" }).waitFor();
});

inBrowser("a filter and an order stand in the address and are the server's", async () => {
  for (let n = 1; n <= 60; n += 1) {
    await server.ask("POST", "/api/v1/collections/numbers/documents", {
      name: `n ${n}`,
      n,
      even: n % 2 === 0,
    });
  }
  const page = await browser.open("/documents/numbers");
  await signInAsAdmin(page, server);
  await page.getByText("60 documents").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("link", { name: "n 60", exact: true }).waitFor();
  await page.getByRole("button", { name: "Previous" }).click();
  const filter = page.getByRole("textbox", { name: "Filter" });
  await filter.pressSequentially('{"ev');
  await page.getByRole("option", { name: "even" }).waitFor();
  // What has just come up takes no key, lest it takes one that was meant for what was there before.
  await page.waitForTimeout(300);
  await filter.press("Enter");
  await filter.pressSequentially(": true}");
  await filter.press("Enter");
  await page.getByText("30 documents").waitFor();
  await page.getByRole("link", { name: "Sort by n", exact: true }).click();
  await page.getByRole("link", { name: "Sort by n", exact: true }).click();
  await page.locator("tbody tr").first().getByRole("link", { name: "n 60" }).waitFor();
  expect(new URL(page.url()).searchParams.get("sort")).toBe("-n");
  expect(await lookAt(page, "documents")).toEqual([]);
  await filter.fill('{"n": ');
  await page.getByText("The filter is not a JSON object.").waitFor();
  await page.goto(`/documents/numbers?filter=${encodeURIComponent('{"n": {"$where": 1}}')}`);
  await page.locator(".problem", { hasText: "$where" }).waitFor();
});
