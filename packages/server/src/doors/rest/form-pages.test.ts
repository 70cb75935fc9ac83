import { fastify, type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../kit/ids.ts";
import { RateLimits } from "../../kit/rate-limits.ts";
import type { NewTrigger } from "../../modules/triggers/model.ts";
import { setupTriggers } from "../../modules/triggers/testing.ts";
import { addForms } from "./form-pages.ts";
import { answerError } from "./problem.ts";

let house: Awaited<ReturnType<typeof setupTriggers>>;
let app: FastifyInstance;
let address: string;

beforeAll(async () => {
  house = await setupTriggers();
  app = fastify();
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  await addForms(app, house.triggers.forms, { limitPerAddress: new RateLimits(0) });
  address = await app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await app.close();
  await house.close();
});

const schema = {
  type: "object",
  required: ["name", "nights"],
  properties: {
    name: { type: "string", title: "Your name", minLength: 2 },
    nights: { type: "integer", minimum: 1, description: "At most a week" },
    room: { type: "string", enum: ["sea", "street"] },
    notes: { type: "string", maxLength: 500 },
    breakfast: { type: "boolean" },
  },
};

async function make(form: Partial<NonNullable<NewTrigger["form"]>> = {}) {
  const call = house.person("Ann");
  const name = `trigger-${newId()}`;
  const wanted = { path: `stay/${name}`, title: "Book a room", schema, ...form };
  await house.triggers.createTrigger(call, { name, workflow: "sync", form: wanted, input: ".values" });
  const ask = async (body?: Record<string, string>) => {
    const init = body === undefined ? {} : { method: "POST", body: new URLSearchParams(body) };
    const response = await fetch(`${address}/forms/default/${wanted.path}`, init);
    return { status: response.status, page: await response.text(), headers: response.headers };
  };
  const inputs = async () => (await house.started(name)).map(({ input }) => input);
  return { call, name, ask, inputs };
}

test("the page has a field for each property, and runs nothing", async () => {
  const { ask } = await make({ text: "We have <b>two</b> rooms." });
  const { status, page, headers } = await ask();
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; form-action 'self'/);
  for (const part of ['name="name" required', 'type="number"', "<select", "<textarea", 'type="checkbox"'])
    expect(page).toContain(part);
  expect(page).toContain("Your name *");
  expect(page).toContain("We have &lt;b&gt;two&lt;/b&gt; rooms.");
});

test("what is filled in starts a run, as the types of its fields say", async () => {
  const { ask, inputs } = await make({ thanks: "See you!" });
  const { status, page } = await ask({
    name: "Ada",
    nights: "3",
    room: "sea",
    notes: "",
    breakfast: "on",
    x: "y",
  });
  expect([status, page.includes("See you!")]).toEqual([200, true]);
  await ask({ name: "Bob", nights: "1" });
  expect(await inputs()).toEqual([
    { name: "Ada", nights: 3, room: "sea", breakfast: true },
    { name: "Bob", nights: 1, breakfast: false },
  ]);
});

test("what does not fit is said on the page, with what was filled in, and starts nothing", async () => {
  const { ask, inputs } = await make();
  const { status, page } = await ask({ name: '"><script>alert(1)</script>', nights: "0", room: "moon" });
  expect(status).toBe(400);
  expect(page).not.toContain("<script>");
  expect(page).toContain("&quot;&gt;&lt;script&gt;");
  expect(page).toContain('<ul role="alert">');
  expect(page).toMatch(/<li>nights must.*<li>room must/s);
  const others: Record<string, string>[] = [
    { name: "Ada" },
    { name: "A", nights: "1" },
    { name: "Ada", nights: "many" },
  ];
  for (const wrong of others) expect(await ask(wrong)).toMatchObject({ status: 400 });
  expect(await inputs()).toEqual([]);
});

test("a form that is not there, is another tenant's or paused is not shown and takes nothing", async () => {
  const { call, name, ask, inputs } = await make();
  const elsewhere = await fetch(`${address}/forms/elsewhere/stay/${name}`);
  expect([elsewhere.status, await elsewhere.text()]).toEqual([404, expect.stringContaining("no form")]);
  await house.triggers.pauseTrigger(call, name);
  expect(await ask()).toMatchObject({ status: 404 });
  expect(await ask({ name: "Ada", nights: "1" })).toMatchObject({ status: 404 });
  expect(await inputs()).toEqual([]);
});

test("a form that is sent too often takes the rest later, and tells no reason where it cannot start", async () => {
  const { name, ask } = await make({ perMinute: 2 });
  house.runs.guarded.set("sync", []);
  const failed = await ask({ name: "Ada", nights: "1" });
  house.runs.guarded.delete("sync");
  expect(failed).toMatchObject({ status: 400 });
  expect(failed.page).toContain("cannot be taken at present");
  expect(failed.page).not.toContain("workflow");
  const statuses = [];
  for (let count = 0; count < 2; count += 1) statuses.push((await ask({ name: "Ada", nights: "1" })).status);
  expect(statuses).toEqual([200, 429]);
  expect(await house.started(name)).toHaveLength(1);
});

test("a schema that no page can be made of is refused by its place", async () => {
  const wrong: [object, string][] = [
    [{ type: "array" }, "form.schema.type"],
    [{ type: "object" }, "form.schema.properties"],
    [{ type: "object", properties: { a: { type: "array" } } }, "form.schema.properties.a.type"],
    [{ type: "object", properties: { a: { enum: [1] } } }, "form.schema.properties.a.enum"],
    [{ type: "object", properties: { a: { type: "string", pattern: "(" } } }, "form.schema"],
  ];
  for (const [given, field] of wrong)
    await expect(make({ schema: given as never }), field).rejects.toMatchObject({ details: { field } });
  const path = newId();
  await make({ path });
  await expect(make({ path })).rejects.toMatchObject({ code: "already_exists" });
});
