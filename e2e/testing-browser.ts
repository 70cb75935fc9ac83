import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { vi } from "vitest";
import axe from "axe-core";
import { buildWeb } from "../scripts/build-web.mjs";
import { temporaryFolder } from "../packages/server/src/kit/testing.ts";
import type { TestServer } from "./testing.ts";

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const program = programs.find((path) => existsSync(path));
/** A busy machine may take its time; what does not come at all fails all the same. */
const patienceMs = 60_000;
/** A journey is a dozen steps, each of which may have to wait. */
const journeyMs = 240_000;
vi.setConfig({ testTimeout: journeyMs, hookTimeout: journeyMs });

export const hasBrowser = program !== undefined;
if (!hasBrowser) console.log("left out: what needs a browser, for there is no Chromium (Debian's chromium)");

/** A browser of the test's own, with nothing of anybody in it. */
export interface TestBrowser {
  /** A page as of another person or machine: no cookies are shared. */
  open(path?: string, options?: Parameters<Browser["newContext"]>[0]): Promise<Page>;
  /** What a page complained of: errors of scripts, and whatever its policy refused. */
  complaints: string[];
  close(): Promise<void>;
}

/** Builds the application where it is stale and starts a browser for it. */
export async function startBrowser(server: TestServer): Promise<TestBrowser> {
  await buildWeb();
  const home = temporaryFolder();
  const browser = await chromium.launch({
    executablePath: program!,
    headless: true,
    // An empty home keeps what a person has set up out of it.
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    complaints,
    open: async (path = "/", options = {}) => {
      const context = await browser.newContext({
        baseURL: server.url,
        locale: "en-GB",
        viewport: { width: 1440, height: 900 },
        colorScheme: "light",
        reducedMotion: "reduce",
        ...options,
      });
      contexts.push(context);
      context.setDefaultTimeout(patienceMs);
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        // The browser says so of every answer that is no success, as of what was deleted while it was looked at.
        const isExpected = message.text().startsWith("Failed to load resource");
        if (message.type() === "error" && !isExpected) complaints.push(message.text());
      });
      await page.goto(path);
      return page;
    },
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
    },
  };
}

/** Signs in as the first admin by the form. */
export async function signInAsAdmin(page: Page, server: TestServer): Promise<void> {
  const { userName, password } = server.running.firstAdmin!;
  await page.getByLabel("User name or e-mail address").fill(userName);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main menu" }).waitFor({ state: "attached" });
}

const pictures = join(import.meta.dirname, "../scratch/pictures");

/**
 * Looks at a page wide and narrow, light and dark: answers what keeps people out by the rules of WCAG 2.2 A and AA, or
 * makes the page scroll sideways, and leaves pictures in scratch/pictures for people to look at.
 */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  mkdirSync(pictures, { recursive: true });
  const faults = new Set<string>();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.mouse.move(0, 0);
      const look = `${name}-${width}-${colorScheme}`;
      await page.screenshot({ path: join(pictures, `${look}.png`), animations: "disabled" });
      for (const fault of await barriersIn(page)) faults.add(`${look}: ${fault}`);
      const tooWide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (Number(tooWide) > 0) faults.add(`${look}: ${tooWide} pixels too wide`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
  return [...faults];
}

async function barriersIn(page: Page): Promise<string[]> {
  const violations = await page.evaluate(`(async () => {
    ${axe.source}
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => id + ": " + html.slice(0, 200) + " " + (any[0]?.message ?? "")));
  })()`);
  return violations as string[];
}
