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

inBrowser("an admin makes a user and a link, by which the user sets a password and comes in", async () => {
  const page = await browser.open("/settings/users");
  await signInAsAdmin(page, server);
  await page.getByRole("button", { name: "New user" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("grace");
  await page.getByRole("dialog").getByRole("button", { name: "New user" }).click();
  const row = page.locator("tr", { hasText: "grace" });
  await row.getByRole("button", { name: "Password link" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Password link" }).click();
  const link = (await page.getByLabel("Password link", { exact: true }).innerText()).trim();
  await page.locator(".ant-modal-footer").getByRole("button", { name: "Close" }).click();
  expect(await lookAt(page, "settings-users")).toEqual([]);

  const grace = await browser.open(link.replace(server.url, ""));
  await grace.getByLabel("New password").fill("correct horse battery");
  await grace.getByLabel("The same again").fill("correct horse battery");
  expect(await lookAt(grace, "set-password")).toEqual([]);
  await grace.getByRole("button", { name: "Set the password" }).click();
  await grace.getByText("The password is set. Sign in with it.").waitFor();
  await grace.goto("/settings");
  await grace.getByLabel("User name or e-mail address").fill("grace");
  await grace.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await grace.getByRole("button", { name: "Sign in" }).click();
  await grace.getByText("this one", { exact: true }).waitFor();
  expect(await grace.getByRole("link", { name: "Users" }).count()).toBe(0);
  expect(await lookAt(grace, "settings")).toEqual([]);

  await row.getByRole("button", { name: "Disable" }).click();
  await grace.goto("/work-items");
  await grace.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(browser.complaints).toEqual([]);
});

inBrowser("a token is shown once and speaks until it is revoked; a role gets and loses members", async () => {
  const page = await browser.open("/settings/tokens");
  await signInAsAdmin(page, server);
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("by hand");
  await page.getByRole("dialog").getByRole("button", { name: "New token" }).click();
  const token = (await page.getByLabel("The token", { exact: true }).innerText()).trim();
  await page.locator(".ant-modal-footer").getByRole("button", { name: "Close" }).click();
  const authorization = { authorization: `Bearer ${token}` };
  expect((await server.ask("GET", "/api/v1/session", undefined, authorization)).status).toBe(200);
  expect(await lookAt(page, "settings-tokens")).toEqual([]);
  await page.locator("tr", { hasText: "by hand" }).getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog", { name: "Revoke token by hand?" }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.locator("tr", { hasText: "by hand" }).waitFor({ state: "detached" });
  expect((await server.ask("GET", "/api/v1/session", undefined, authorization)).status).toBe(401);

  await page.getByRole("link", { name: "Roles" }).click();
  await page.getByRole("button", { name: "New role" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("accountants");
  await page.getByRole("dialog").getByRole("button", { name: "New role" }).click();
  await page.getByRole("combobox", { name: "Add a member" }).fill("admin (user");
  await page.locator(".ant-select-item-option", { hasText: "admin (user)" }).click();
  await page.getByRole("button", { name: "Take admin out" }).waitFor();
  expect(await lookAt(page, "settings-role")).toEqual([]);
  await page.getByRole("button", { name: "Take admin out" }).click();
  await page.getByText("Nobody is in this role.").waitFor();
  expect(browser.complaints).toEqual([]);
});

inBrowser("everything is reached by keyboard, and said in German where that is wanted", async () => {
  await server.ask("POST", "/api/v1/queues", { name: "letters" });
  const page = await browser.open("/", { locale: "de-DE" });
  await page.getByLabel("Benutzername oder E-Mail-Adresse").fill("admin");
  await page.keyboard.press("Tab");
  await page.keyboard.type(server.running.firstAdmin!.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Start", level: 1 }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Tasten" }).waitFor();
  expect(await lookAt(page, "keys-german")).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Tasten" }).waitFor({ state: "hidden" });
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { name: "Dokumente", level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("lett");
  await page.getByRole("option", { name: "letters" }).waitFor();
  expect(await lookAt(page, "palette-german")).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "letters", level: 1 }).waitFor();
  expect(browser.complaints).toEqual([]);
});
