import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../packages/sdk/src/main.ts";
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

async function openSignedIn(path: string): Promise<Page> {
  const page = await browser.open(path);
  await signInAsAdmin(page, server);
  return page;
}

/** Waits until so many items are in a state, as the page counts them. */
async function counts(page: Page, state: string, count: number): Promise<void> {
  await page
    .locator(`.tab[data-state="${state}"] b`, { hasText: new RegExp(`^${count.toLocaleString("en")}$`) })
    .waitFor();
}

inBrowser("a queue made and filled in one browser is counted in another as it happens", async () => {
  const [ann, bob] = [await openSignedIn("/work-items"), await openSignedIn("/work-items")];
  await ann.getByText("A queue holds work items").waitFor();
  expect(await lookAt(ann, "queues-empty")).toEqual([]);
  await ann.getByRole("button", { name: "New queue" }).click();
  await ann.getByLabel("Name").fill("letters");
  await ann.getByRole("dialog").getByRole("button", { name: "New queue" }).click();
  await ann.getByRole("heading", { name: "letters", level: 1 }).waitFor();
  expect(await lookAt(ann, "queue-empty")).toEqual([]);

  await bob.getByRole("link", { name: "letters" }).click();
  await counts(bob, "new", 0);
  await ann.getByRole("button", { name: "Push an item" }).click();
  await ann.getByLabel("Name for people").fill("to Ada");
  await ann.locator(".cm-content").fill('{"to": "Ada"}');
  await ann.getByRole("dialog").getByRole("button", { name: "Push an item" }).click();
  await counts(bob, "new", 1);
  await bob.getByRole("link", { name: "to Ada" }).click();
  await bob.getByText('"to"').waitFor();

  await ann.getByRole("button", { name: "Pause" }).click();
  await bob.goBack();
  await bob.getByText("paused", { exact: true }).waitFor();
  await ann.getByRole("checkbox", { name: "to Ada" }).check();
  await ann.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await ann.getByRole("dialog").getByText("to Ada").waitFor();
  await ann.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await counts(bob, "new", 0);
  expect(browser.complaints).toEqual([]);
});

const csv = [
  "name;age;note",
  ...Array.from({ length: 1_203 }, (_, n) => `person ${n};${n % 90};"a; ""quoted"" note"`),
].join("\r\n");

inBrowser("the rows of a CSV file become work items, and one watches them drain", async () => {
  await server.ask("POST", "/api/v1/queues", { name: "people" });
  const page = await openSignedIn("/work-items/people/import");
  expect(await lookAt(page, "import")).toEqual([]);
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByLabel("Goes into the payload as: age").fill("years");
  await page.getByLabel("Goes into the payload as: note").fill("");
  expect(await lookAt(page, "import-mapping")).toEqual([]);
  await page.getByRole("button", { name: "Push 1,203 items" }).click();
  await page.getByText("All 1,203 items are pushed.").waitFor();
  const { body } = await server.ask("GET", "/api/v1/queues/people/items?limit=1");
  expect(body.items[0]).toMatchObject({
    name: "person 1202",
    payload: { name: "person 1202", years: 1_202 % 90 },
  });
  expect(body.items[0]!["payload"]).not.toHaveProperty("note");

  await page.getByRole("button", { name: "Watch the queue" }).click();
  await counts(page, "new", 1_203);
  const client = createClient({ url: server.url, token: server.token });
  const worker = client.worker("people", async () => undefined, { concurrency: 32 });
  await page.locator('.tab[data-state="successful"] b', { hasText: "1,203" }).waitFor({ timeout: 90_000 });
  await counts(page, "new", 0);
  await worker.stop();
  await client.close();
  expect(await lookAt(page, "queue-drained")).toEqual([]);
});

inBrowser("what failed is found, looked at with its history, and put back", async () => {
  await server.ask("POST", "/api/v1/queues", { name: "bills", attemptsMax: 1 });
  await server.ask("POST", "/api/v1/queues/bills/items", { name: "bill 7", payload: { total: 0 } });
  const { body } = await server.ask("POST", "/api/v1/queues/bills/claims", { worker: "booker" });
  const { id, leaseNumber } = body.items[0]!;
  const error = { kind: "business", message: "a bill over nothing" };
  await server.ask("POST", `/api/v1/items/${id}/finish`, { leaseNumber, state: "failed", error });
  const page = await openSignedIn("/");
  await page.getByRole("link", { name: "bill 7" }).click();
  await page.getByRole("alert").getByText("a bill over nothing").waitFor();
  await page.getByText("booker · Lease number 1").first().waitFor();
  expect(await lookAt(page, "item-failed")).toEqual([]);
  await page.getByRole("button", { name: "Requeue" }).click();
  await page.locator(".page-head").getByText("new").waitFor();
  await page.goto("/work-items/bills/settings");
  await page.getByLabel("Attempts in all").fill("5");
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.getByText("attemptsMax: 1 → 5").waitFor();
  expect(await lookAt(page, "queue-settings")).toEqual([]);
  expect(browser.complaints).toEqual([]);
});
