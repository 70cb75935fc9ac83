import { expect, test } from "vitest";
import { type CallCommand, reveal, type RunCommand, secretsOf, snapshot } from "../src/main.ts";
import { play } from "./playing.ts";

const text = `
use: { secrets: [payments] }
do:
- note: { set: { order: 7 }, export: { as: "{ tenant: \\"acme\\" }" } }
- pay:
    call: http
    with:
      method: post
      endpoint: https://pay/{order}
      headers: { authorization: "\${ \\"Bearer \\" + $secrets.payments.token }" }
      body: { order: "\${ .order }", key: "\${ [$context.tenant, .order, $secrets.payments.key, now] }" }
- done: { set: "\${ . }" }`;

test("an expression that reads secrets stands in its command unevaluated, with what else it needs", () => {
  const run = play(text);
  expect(run.of("pay")).toMatchObject({
    arguments: { endpoint: "https://pay/7", headers: { authorization: null }, body: { order: 7, key: null } },
    sealed: {
      places: [
        { pointer: "/headers/authorization", expression: '${ "Bearer " + $secrets.payments.token }' },
        { pointer: "/body/key", expression: "${ [$context.tenant, .order, $secrets.payments.key, now] }" },
      ],
      input: { order: 7 },
      variables: { context: { tenant: "acme" } },
    },
  });
});

test("its value is there once it is revealed, and nowhere else", () => {
  const run = play(text);
  const command = run.of("pay") as CallCommand;
  const secrets = { payments: { token: "s3cret", key: "k3y" } };
  expect(secretsOf(command)).toEqual(["payments"]);
  expect(reveal(command, { secrets }, 5_000)).toEqual({
    method: "post",
    endpoint: "https://pay/7",
    headers: { authorization: "Bearer s3cret" },
    body: { order: 7, key: ["acme", 7, "k3y", 5] },
  });
  expect(command.arguments).toMatchObject({ headers: { authorization: null } });
  run.complete("pay", { ok: true });
  for (const held of [snapshot(run.state), JSON.stringify(run.commands), JSON.stringify(run.history)]) {
    expect(held).not.toMatch(/s3cret|k3y/);
  }
});

test("a process may read secrets, and the authorization of whoever began the run", () => {
  const run = play(
    `
do:
- a:
    run:
      shell: { command: x, environment: { T: "\${ $secrets.t }", A: "\${ $authorization.parameter }" } }`,
  );
  const given = { secrets: { t: "one" }, authorization: { scheme: "Bearer", parameter: "two" } };
  expect(reveal(run.of("a") as RunCommand, given, 0)).toEqual({
    command: "x",
    environment: { T: "one", A: "two" },
  });
});

test("arguments may be one expression as a whole, and a list may hold some", () => {
  const run = play(
    "do: [{ a: { call: f, with: { list: ['${ $secrets.t }', 2], whole: '${ { t: $secrets.t } }' } } }]",
  );
  expect(reveal(run.of("a") as CallCommand, { secrets: { t: 1 } }, 0)).toEqual({
    list: [1, 2],
    whole: { t: 1 },
  });
});

test("secrets are refused wherever they would become part of the run", () => {
  const places = [
    "set: '${ $secrets.x }'",
    "if: $secrets.x, wait: PT1S",
    "call: f, input: { from: $secrets }",
    "call: f, output: { as: $secrets }",
    "call: f, export: { as: $secrets }",
    "emit: { event: { with: { source: 's://s', type: t, data: '${ $secrets.x }' } } }",
    "raise: { error: { type: 'https://x', status: 500, detail: '${ $secrets.x }' } }",
    "run: { workflow: { namespace: n, name: w, version: latest, input: { x: '${ $secrets.x }' } } }",
    "switch: [{ c: { when: $secrets.x, then: end } }]",
    "for: { in: $secrets.x }, do: []",
    "wait: '${ $secrets.x }'",
    "call: own, with: { x: '${ $secrets.x }' }",
    "call: f, with: { x: 1 }, metadata: { millrace: { idempotencyKey: $secrets.x } }",
  ];
  for (const place of places) {
    const definition = `use: { functions: { own: { set: { x: 1 } } } }\ndo: [{ a: { ${place} } }]`;
    expect(() => play(definition), place).toThrow(
      /secrets may be read only in what a `call` or a process is given/,
    );
  }
});
