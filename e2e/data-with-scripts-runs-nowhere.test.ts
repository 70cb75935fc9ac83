import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing.ts";
import { hasBrowser, signInAsAdmin, startBrowser, type TestBrowser } from "./testing-browser.ts";

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

/** Each sets a mark on the page if any of it is ever taken for HTML, a script or an address. */
const hostile = [
  "<script>globalThis.ran = 1</script>",
  '"><img src=x onerror="globalThis.ran = 2">',
  "javascript:globalThis.ran=3",
  "<svg/onload=globalThis.ran=4>",
  "{{constructor.constructor('globalThis.ran=5')()}}",
  "</title><script>globalThis.ran=6</script>",
];

inBrowser("names, payloads and errors that hold scripts are shown as the texts they are", async () => {
  await server.ask("POST", "/api/v1/queues", { name: "hostile", attemptsMax: 1, description: hostile[0] });
  const ids: string[] = [];
  for (const [index, text] of hostile.entries()) {
    const item = { name: text, payload: { [text]: text, nested: [text] } };
    const { body } = await server.ask("POST", "/api/v1/queues/hostile/items", item);
    ids.push(String(body["id"]));
    const claimed = await server.ask("POST", "/api/v1/queues/hostile/claims", { worker: text });
    const { id, leaseNumber } = claimed.body.items[0]!;
    const error = { kind: index % 2 === 0 ? "business" : "application", message: text, source: text };
    await server.ask("POST", `/api/v1/items/${id}/finish`, { leaseNumber, state: "failed", error });
  }
  const page = await browser.open("/");
  await signInAsAdmin(page, server);
  await page.getByText(hostile[1]!).first().waitFor();
  const paths = ["/work-items", "/work-items/hostile", ...ids.map((id) => `/work-items/hostile/${id}`)];
  for (const path of paths) {
    await page.goto(path);
    await page.locator("h1").waitFor();
    await page.locator(".cm-content, .table").first().waitFor();
    expect(await page.evaluate("globalThis.ran"), path).toBeUndefined();
  }
  await page.locator("h1", { hasText: hostile.at(-1)! }).waitFor();
  expect(browser.complaints).toEqual([]);
});
