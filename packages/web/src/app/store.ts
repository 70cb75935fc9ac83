import { configureStore, createListenerMiddleware, isRejectedWithValue } from "@reduxjs/toolkit";
import { setupListeners } from "@reduxjs/toolkit/query";
import { useDispatch, useSelector } from "react-redux";
import { api } from "../api/api.ts";
import type { Problem } from "../api/client.ts";
import { preferences, rememberPreferences } from "./preferences.ts";
import { live } from "../live/live-slice.ts";

const sessionEnds = createListenerMiddleware();
/** Whoever is told that he is nobody is asked who he is; the answer leads to the sign-in page. */
sessionEnds.startListening({
  matcher: isRejectedWithValue,
  effect: ({ payload, meta }, { dispatch }) => {
    const { endpointName } = (meta as unknown as { arg: { endpointName?: string } }).arg;
    const isOwnQuestion = endpointName === "whoAmI" || endpointName === "signIn";
    if ((payload as Problem).status === 401 && !isOwnQuestion) dispatch(api.util.invalidateTags(["session"]));
  },
});

export const store = configureStore({
  reducer: { [api.reducerPath]: api.reducer, preferences: preferences.reducer, live: live.reducer },
  middleware: (usual) => usual().prepend(sessionEnds.middleware).concat(api.middleware),
});
setupListeners(store.dispatch);
store.subscribe(() => rememberPreferences(store.getState().preferences));

export type State = ReturnType<typeof store.getState>;
export const useAppDispatch = useDispatch.withTypes<typeof store.dispatch>();
export const useAppSelector = useSelector.withTypes<State>();
