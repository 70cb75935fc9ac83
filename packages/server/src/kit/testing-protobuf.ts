/** Just enough of protobuf's wire format to look into what a collector receives, field by field number. */

interface Field {
  number: number;
  bytes: Buffer;
}

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++];
      if (byte === undefined || shift > 63) throw new Error("no number");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const start = at;
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type === 2) {
      const length = varint();
      if (at + length > message.length) throw new Error("longer than its message");
      fields.push({ number, bytes: message.subarray(at, at + length) });
      at += length;
      continue;
    } else throw new Error(`no wire type ${type}`);
    fields.push({ number, bytes: message.subarray(start, at) });
  }
  return fields;
}

/** The messages that lie under these field numbers, level by level. */
export function messages(message: Buffer, ...path: number[]): Buffer[] {
  return path.reduce(
    (level, number) =>
      level.flatMap((each) =>
        fieldsOf(each)
          .filter((field) => field.number === number)
          .map((field) => field.bytes),
      ),
    [message],
  );
}

export function text(message: Buffer, number: number, encoding: BufferEncoding = "utf8"): string {
  return messages(message, number)[0]?.toString(encoding) ?? "";
}

export function double(message: Buffer, number: number): number {
  return messages(message, number)[0]!.readDoubleLE();
}

/** A packed list. */
export function numbers(message: Buffer, number: number, type: "fixed64" | "double"): number[] {
  const bytes = Buffer.concat(messages(message, number));
  return Array.from({ length: bytes.length / 8 }, (_, index) =>
    type === "double" ? bytes.readDoubleLE(index * 8) : Number(bytes.readBigUInt64LE(index * 8)),
  );
}

/** Everything in the message, at any level, that can be read as text. */
export function textsOf(message: Buffer): string[] {
  return fieldsOf(message).flatMap(({ bytes }) => {
    const own = bytes.toString("utf8");
    try {
      return [own, ...textsOf(bytes)];
    } catch (error) {
      if (error instanceof Error) return [own];
      throw error;
    }
  });
}
