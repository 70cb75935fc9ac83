import type { Finish } from "./model.ts";
import { MadeJson } from "./verbs.ts";

/** The end of an attempt as it goes alone, and as a member of several. */
export interface MadeFinish {
  id: string;
  alone: MadeJson;
  member: MadeJson;
}

/** Throws what `JSON.stringify` throws. */
export function makeFinish(id: string, finish: Omit<Finish, "id">): MadeFinish {
  return { id, alone: new MadeJson(finish), member: new MadeJson({ id, ...finish }) };
}

/** What the verbs take in place of the objects. */
export function membersOf(finishes: readonly MadeFinish[]): Finish[] {
  return finishes.map(({ member }) => member) as unknown as Finish[];
}

export function aloneOf({ alone }: MadeFinish): Omit<Finish, "id"> {
  return alone as unknown as Omit<Finish, "id">;
}
