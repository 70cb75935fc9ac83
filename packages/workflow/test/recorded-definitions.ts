/** Definitions whose runs are recorded, by name: each shows a part of the language at work. */
export const recordedDefinitions: Readonly<Record<string, string>> = {
  "order-saga": `
do:
- order:
    try:
    - charge: { call: charge, with: { key: "\${ $secrets.payments }" }, export: { as: "$context + { charged: .n }" } }
    - reserve: { call: reserve, timeout: { after: PT2S } }
    - ship: { call: ship }
    catch:
      retry:
        delay: PT1S
        backoff: { exponential: {} }
        jitter: { from: PT0S, to: PT1S }
        limit: { attempt: { count: 2 } }
      do:
      - refund: { if: "$context.charged != null", call: refund, with: { n: "\${ $context.charged }" } }
      - report: { emit: { event: { with: { source: "https://orders", type: failed, data: "\${ $error }" } } } }`,
  "loop-of-calls": `
do:
- each:
    for: { each: n, in: "[range(4)]", at: i }
    while: "$i < 3"
    do:
    - ask: { call: ask, with: { n: "\${ $n }", before: "\${ . }" } }
    - keep: { set: "\${ { n: $n, last: . } }" }`,
  "race-and-join": `
do:
- all:
    fork:
      branches:
      - one: { call: one }
      - two: { fork: { compete: true, branches: [{ quick: { wait: PT1S } }, { slow: { call: slow } }] } }
      - three: { do: [{ a: { call: a } }, { b: { wait: PT2S } }] }
- join: { set: "\${ { all: . } }" }`,
  listeners: `
do:
- both: { listen: { to: { all: [{ with: { type: a } }, { with: { type: b, data: "\${ .n > 0 }" } }] } } }
- many:
    listen: { to: { any: [{ with: { type: a } }], until: { one: { with: { type: stop } } } }, read: envelope }
    foreach: { item: e, do: [{ seen: { call: seen, with: { e: "\${ $e.data }" } } }], output: { as: "{ seen: . }" } }
- messages:
    call: asyncapi
    with:
      document: { endpoint: "https://x" }
      operation: o
      subscription: { filter: "\${ .n > 0 }", consume: { amount: 2, for: PT9S } }`,
  "functions-and-extensions": `
use:
  functions:
    lookup: { call: http, with: { method: get, endpoint: "https://x/{n}" } }
  extensions:
  - log:
      extend: call
      when: $task.name != "quiet"
      before: [{ say: { emit: { event: { with: { source: "https://log", type: before } } } } }]
      after: [{ said: { emit: { event: { with: { source: "https://log", type: after } } } } }]
timeout: { after: PT1H }
do:
- a: { call: lookup, with: { n: 1 } }
- quiet: { call: other }
- script: { run: { script: { language: js, code: "x" }, return: all } }
- child: { run: { workflow: { namespace: n, name: w, version: latest, input: { x: "\${ . }" } } } }`,
  jumps: `
do:
- count: { set: "\${ { n: ((.n // 0) + 1) } }" }
- which:
    switch:
    - again: { when: .n < 3, then: count }
    - wait: { when: .n == 3, then: pause }
    - default: { then: end }
- never: { call: never }
- pause: { wait: PT5S, then: count }`,
};
