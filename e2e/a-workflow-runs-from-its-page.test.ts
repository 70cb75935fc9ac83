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

const faulty = `document: { dsl: 1.0.0, namespace: shop, name: order, version: 1.0.0 }
do:
- keep: { cal: millrace.document.insert }
`;
const definition = `document: { dsl: 1.0.0, namespace: shop, name: order, version: 1.0.0 }
do:
- keep:
    call: millrace.document.insert
    with: { collection: orders, document: { number: "\${ .number }" } }
- rest: { wait: { milliseconds: 120 } }
- judge:
    switch:
    - small: { when: .number < 100, then: done }
    - large: { then: refuse }
- done: { set: { accepted: true }, then: end }
- refuse: { raise: { error: { type: https://example.com/too-large, status: 422, detail: too large an order } } }
`;

inBrowser("a definition is stored with its mistakes shown, run, and looked at task by task", async () => {
  const page = await browser.open("/workflows");
  await signInAsAdmin(page, server);
  await page.getByText("A workflow is a definition").waitFor();
  expect(await lookAt(page, "workflows-empty")).toEqual([]);
  await page.getByRole("link", { name: "New workflow" }).click();
  await page.getByLabel("Definition", { exact: true }).last().fill(faulty);
  await page.getByRole("button", { name: "Store" }).click();
  await page
    .getByText(/line 3, column \d+: .*did you mean `call`/)
    .first()
    .waitFor();
  expect(await lookAt(page, "workflow-mistakes")).toEqual([]);
  await page.getByLabel("Definition", { exact: true }).last().fill(definition);
  await page.getByRole("button", { name: "Store" }).click();
  await page.getByRole("heading", { name: "order", level: 1 }).waitFor();

  await page.locator(".cm-content").first().fill('{"number": 7}');
  await page.getByRole("button", { name: "Start a run" }).click();
  await page.locator(".page-head").getByText("completed").waitFor();
  await page.getByRole("button", { name: /keep/ }).click();
  await page.locator(".waterfall-open .cm-content").first().waitFor();
  expect(await lookAt(page, "run")).toEqual([]);

  await page.getByRole("link", { name: "order · 1" }).click();
  await page.locator(".cm-content").first().fill('{"number": 700}');
  await page.getByRole("button", { name: "Start a run" }).click();
  await page.locator(".page-head").getByText("faulted").waitFor();
  await page.getByText("too large an order").first().waitFor();
  expect(await lookAt(page, "run-faulted")).toEqual([]);
  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByText("Runs again", { exact: true }).waitFor();
  await page.goto("/runs?state=faulted");
  await expect.poll(() => page.locator("tbody tr").count()).toBe(2);
  expect(await lookAt(page, "runs")).toEqual([]);
  await page.goto("/workflows");
  await page.locator("tbody tr", { hasText: "order" }).waitFor();
  expect(await lookAt(page, "workflows")).toEqual([]);
  expect(browser.complaints).toEqual([]);
});
