import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { BrowserRouter } from "react-router";
import { App } from "./app/App.tsx";
import { reloadOnNewBuild } from "./app/reload-on-new-build.ts";
import { nameStyles } from "./app/style-nonce.ts";
import { store } from "./app/store.ts";
import "./styles.css";

nameStyles();
reloadOnNewBuild();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Provider store={store}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </Provider>
  </StrictMode>,
);
