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

inBrowser("a message is sent through an exchange, looked at, put back, and acknowledged", async () => {
  const page = await browser.open("/messages");
  await signInAsAdmin(page, server);
  await page.getByText("Programs talk through message queues").waitFor();
  expect(await lookAt(page, "messages-empty")).toEqual([]);
  await page.getByRole("button", { name: "New message queue" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("orders");
  await page.getByRole("dialog").getByRole("button", { name: "New message queue" }).click();
  await page.getByRole("heading", { name: "orders", level: 1 }).waitFor();

  await page.getByRole("link", { name: "Messages" }).last().click();
  await page.getByRole("button", { name: "New exchange" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("shop");
  await page.getByRole("radio", { name: "topic" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "New exchange" }).click();
  await page.getByRole("button", { name: "Bind a queue" }).click();
  await page.getByRole("combobox", { name: "Message queues" }).fill("orders");
  await page.getByRole("combobox", { name: "Message queues" }).press("Enter");
  await page.getByRole("textbox", { name: "Routing key" }).fill("order.#");
  await page.getByRole("dialog").getByRole("button", { name: "Bind a queue" }).click();
  await page.getByText("order.# → orders").waitFor();
  expect(await lookAt(page, "messages")).toEqual([]);

  const message = { data: { number: 7 }, routingKey: "order.new" };
  expect((await server.ask("POST", "/api/v1/exchanges/shop/messages", message)).status).toBeLessThan(300);
  await page.getByRole("link", { name: "orders" }).click();
  await page.getByRole("button", { name: "Look at the next message" }).click();
  await page.locator(".cm-content", { hasText: '"number": 7' }).waitFor();
  expect(await lookAt(page, "message-queue")).toEqual([]);
  await page.getByRole("button", { name: "Put back" }).click();
  await page.getByRole("button", { name: "Look at the next message" }).click();
  await page.getByText("Handed out 2 times").waitFor();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("button", { name: "Look at the next message" }).click();
  await page.getByText("There is no message to be handed out.").waitFor();
  expect(browser.complaints).toEqual([]);
});
