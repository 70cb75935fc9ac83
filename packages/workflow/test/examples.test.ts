import { expect, test } from "vitest";
import { compile, parse } from "../src/main.ts";
import { Random } from "./random-definition.ts";
import { Simulation } from "./simulator.ts";
import { standardExamples } from "./standard-examples.ts";

/** Something for every name that an example reads. */
const data = {
  petId: 1,
  id: 2,
  carId: 3,
  roomId: "r",
  searchQuery: "luke",
  token: "t",
  orderType: "physical",
  pets: [{ id: 1 }, { id: 2 }],
  vet: "v",
  customer: { age: 20 },
  bet: 1,
  pet: { id: 1 },
  room: { number: 4 },
  patient: { fullName: "n" },
  user: { preferredDisplayName: "u" },
  message: "m",
  correlationId: null,
  payload: { from: { firstName: null, lastName: null } },
  temperature: 40,
  bpm: 50,
  reading: 1,
  content: { homeworld: "https://swapi.dev/api/planets/1/" },
};
const event = {
  data: { patient: { id: 1, name: "n", room: { number: 4 }, vitals: { bpm: 40 } }, timestamp: "t" },
};

/** Those that do not end well, and why. */
const others: Readonly<Record<string, string>> = {
  // They take the list that `listen` gives for one event's data.
  "accumulate-room-readings.yaml": "Cannot index array",
  "for.yaml": "Cannot index array",
  "raise-inline.yaml": "is a work in progress",
  "raise-reusable.yaml": "is a work in progress",
};
/** Those that listen for ever, or until the context says what nobody exports. */
const endless = [
  "listen-to-any-forever-foreach.yaml",
  "call-asyncapi-subscribe-consume-forever-foreach.yaml",
  "call-asyncapi-subscribe-consume-until.yaml",
  "call-asyncapi-subscribe-consume-while.yaml",
];

for (const { name, text } of standardExamples) {
  test(`the standard's example runs: ${name}`, () => {
    const workflow = compile(parse(text).definition!);
    const input = workflow.definition.schedule?.on === undefined ? data : [event];
    const { state, history } = new Simulation(workflow, new Random(1), {
      input,
      data,
      failing: 0,
      eventsMax: 60,
    }).run();
    const why = others[name];
    if (why !== undefined) expect(state.error?.detail).toContain(why);
    else if (endless.includes(name) && history.at(-1)?.kind === "cancelled")
      expect(state.status).toBe("cancelled");
    else expect(state, JSON.stringify(state.error)).toMatchObject({ status: "completed" });
  });
}
