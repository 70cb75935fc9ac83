import { afterAll, beforeAll, expect, test } from "vitest";
import { RunnerHouse, until } from "./testing-runners.ts";

let house: RunnerHouse;
beforeAll(async () => {
  house = await RunnerHouse.open();
});
afterAll(() => house.close());

test.each(["grpc", "websocket"] as const)(
  "a job goes out and its result comes back by %s",
  async (transport) => {
    const { folder, runnerId } = await house.enrol({ tags: ["gpu"] });
    const runner = await house.start(folder, { transports: [transport] });
    await until(() => house.link.connected.has(runnerId), "the runner is connected");
    expect(house.link.connected.get(runnerId)!.facts).toMatchObject({ tags: ["gpu"], slots: 8 });
    const id = house.link.submit({ greeting: "hello", unicode: "äöü𝄞" }, runnerId);
    await until(() => house.link.job(id).result !== undefined, "the result is recorded");
    expect(house.link.job(id)).toMatchObject({
      accepted: 1,
      recorded: 1,
      result: { outcome: "successful", output: { greeting: "hello", unicode: "äöü𝄞" } },
    });
    await until(() => runner.spooled === 0, "the spool is empty");
    expect(runner.transport).toBe(transport);
    expect(await house.stateOf(runnerId)).toBe("online");
    await runner.stop();
    await until(async () => (await house.stateOf(runnerId)) === "offline", "the runner is shown as offline");
  },
);
