/** What the live connection needs of a WebSocket: the browser's own and `ws` both have it. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

export interface LiveSocketEvents {
  onOpen: () => void;
  onText: (text: string) => void;
  /** Once, whether it was ever open or not; `status` is the HTTP status of a refused upgrade where it is known. */
  onClose: (status: number | undefined) => void;
}

export type OpenSocket = (url: string, events: LiveSocketEvents) => Promise<LiveSocket>;

/** The server pings every 20 seconds: a connection without a sign of life for so long is dead. */
const silenceMs = 50_000;

/** Node's way: the token goes with the upgrade, and the server's pings are watched. */
export function openNodeSocket(token: string | undefined): OpenSocket {
  return async (url, { onOpen, onText, onClose }) => {
    // Loaded when it is needed: bundles for browsers leave it out.
    const { WebSocket } = await import("ws");
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    let status: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => socket.terminate(), silenceMs);
    };
    alive();
    socket.on("open", () => {
      alive();
      onOpen();
    });
    socket.on("ping", alive);
    socket.on("message", (data) => {
      alive();
      onText(String(data));
    });
    socket.on("unexpected-response", (request, response) => {
      status = response.statusCode;
      request.destroy();
      socket.terminate();
    });
    // What went wrong is followed by the close, which is where it is dealt with.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      onClose(status);
    });
    return socket;
  };
}

/** The browser's way: the session's cookie goes with the upgrade, and the browser answers the pings. */
export const openBrowserSocket: OpenSocket = async (url, { onOpen, onText, onClose }) => {
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => onOpen());
  socket.addEventListener("message", (event) => onText(String(event.data)));
  socket.addEventListener("close", () => onClose(undefined));
  return socket;
};
