import { afterAll, beforeAll, expect, test } from "vitest";
import { sizesOf } from "../scripts/build-web.mjs";
import { ask, startTestServer, type TestServer } from "./testing.ts";
import { hasBrowser, signInAsAdmin, startBrowser, lookAt, type TestBrowser } from "./testing-browser.ts";

let server: TestServer;
let browser: TestBrowser;
const inBrowser = hasBrowser ? test : test.skip;
beforeAll(async () => {
  if (!hasBrowser) return;
  server = await startTestServer({ rateLimitPerAddress: "0" });
  browser = await startBrowser(server);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

inBrowser(
  "the link of the first start signs the first admin in and leads to an empty home with first steps",
  async () => {
    const page = await browser.open(server.running.firstAdmin!.link.replace(server.running.url, ""));
    await page.getByRole("heading", { name: "First steps" }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    expect(await lookAt(page, "home-empty")).toEqual([]);
  },
);

inBrowser("who has not signed in is asked who he is, and then is where he wanted to go", async () => {
  const page = await browser.open("/?from=a-link");
  await page.getByLabel("User name or e-mail address").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill("not it");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  expect(await lookAt(page, "sign-in")).toEqual([]);
  await signInAsAdmin(page, server);
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  expect(page.url()).toBe(`${server.url}/?from=a-link`);
  await page.getByRole("button", { name: "Signed in as admin" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect((await page.request.get("/api/v1/session")).status()).toBe(401);
});

inBrowser("home counts what others push while it is looked at", async () => {
  const page = await browser.open();
  await signInAsAdmin(page, server);
  await server.ask("POST", "/api/v1/queues", { name: "orders" });
  await page.getByRole("link", { name: "orders" }).waitFor();
  await server.ask("POST", "/api/v1/queues/orders/items/batch", {
    items: Array.from({ length: 7 }, (_, n) => ({ payload: { n } })),
  });
  await page.locator('[data-state="new"]', { hasText: "7 new" }).waitFor();
  expect(await lookAt(page, "home")).toEqual([]);
});

inBrowser("the page lets scripts come from the server alone, and programs get no page", async () => {
  const page = await ask(server.url, "GET", "/work-items/anything", undefined, { accept: "text/html" });
  const policy = page.headers.get("content-security-policy")!;
  expect(page.status).toBe(200);
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain("unsafe");
  const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)![1]!;
  expect(page.text).toContain(nonce);
  const again = await ask(server.url, "GET", "/", undefined, { accept: "text/html" });
  expect(again.text).not.toContain(nonce);
  expect(again.headers.get("cache-control")).toBe("no-store");
  for (const path of ["/api/v1/nonsense", "/assets/nonsense.js", "/api/nonsense"]) {
    expect((await ask(server.url, "GET", path, undefined, { accept: "text/html" })).status, path).toBe(404);
  }
  expect((await ask(server.url, "GET", "/work-items", undefined, { accept: "*/*" })).status).toBe(404);
});

inBrowser("assets are compressed and kept for ever, and no path leads out of their folder", async () => {
  const { text } = await ask(server.url, "GET", "/");
  const [asset] = /\/assets\/[\w.-]+\.js/.exec(text)!;
  const answer = await ask(server.url, "GET", asset, undefined, { "accept-encoding": "br" });
  expect(answer.headers.get("content-encoding")).toBe("br");
  expect(answer.headers.get("cache-control")).toContain("immutable");
  expect((await ask(server.url, "GET", asset, undefined, { "accept-encoding": "identity" })).text).toBe(
    answer.text,
  );
  for (const name of [
    "..%2findex.html",
    "%2e%2e%2fpackage.json",
    ".draft",
    `${asset.slice(8)}.br`,
    "x%00.js",
  ]) {
    expect((await ask(server.url, "GET", `/assets/${name}`)).status, name).toBeGreaterThanOrEqual(400);
  }
});

inBrowser("what the first page needs has less than 400 kB", () => {
  const { shell, parts } = sizesOf();
  const later = parts.filter(({ first }) => !first).map(({ name, bytes }) => `${name} ${bytes}`);
  console.log(`the shell has ${shell} bytes by gzip; loaded later: ${later.slice(0, 4).join(", ")}`);
  expect(shell).toBeLessThan(400_000);
});

inBrowser("nothing was complained of: no script failed, and the policy had nothing to refuse", () => {
  expect(browser.complaints).toEqual([]);
});
