/** What people know an item by. */
export function nameOfItem({ name, id }: { name: unknown; id: string }): string {
  return typeof name === "string" && name !== "" ? name : id;
}
