import { createSlice, type PayloadAction } from "@reduxjs/toolkit";

/** How many work items had ended in all queues at a moment of this page's clock. */
export interface Sample {
  at: number;
  ended: number;
}

/** Ten minutes, a sample each five seconds. */
const samplesMax = 120;
const sampleEveryMs = 4_500;

export const live = createSlice({
  name: "live",
  initialState: { connected: false, samples: [] as Sample[] },
  reducers: {
    connectionChanged: (state, { payload }: PayloadAction<boolean>) => {
      state.connected = payload;
    },
    endedCounted: (state, { payload }: PayloadAction<Sample>) => {
      const last = state.samples.at(-1);
      if (last !== undefined && payload.at - last.at < sampleEveryMs) return;
      state.samples = [...state.samples, payload].slice(-samplesMax);
    },
  },
});

export const { connectionChanged, endedCounted } = live.actions;

/** Ends a minute between each two samples; items that were deleted or requeued make no negative ends. */
export function ratesOf(samples: readonly Sample[]): { at: number; perMinute: number }[] {
  return samples.slice(1).map(({ at, ended }, index) => {
    const before = samples[index]!;
    return { at, perMinute: Math.max(0, ended - before.ended) / ((at - before.at) / 60_000) };
  });
}
