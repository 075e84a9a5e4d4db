import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { takePageToken } from "./fragment.js";
import { type Incoming, type MessageSchema, type SocketLike, type SocketState, ViewSocket } from "./view-socket.js";

export interface SocketView<View, Outgoing, Answer = never> extends SocketState<View> {
  /** False when the line is down; nothing is kept for later. */
  readonly send: (message: Outgoing) => boolean;
  readonly sendBytes: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  /** Bytes that have not left yet: for back-pressure. */
  readonly waiting: () => number;
  readonly dismissRefusal: () => void;
  /** What a command found; the answer to this stops listening. */
  readonly onAnswer: (listener: (answer: Answer) => void) => () => void;
  /** The process asks whether the page covers what is behind it; the answer to this stops listening. */
  readonly onCover: (listener: (revision: number) => void) => () => void;
}

/**
 * Keeps a page on the line with its process: `useSocketView<PhoneView, FromPhonePage>(PHONE_SOCKET_PATH, ToPhonePage)`.
 * The token comes from `#token=…`, is kept for this tab only and leaves the address.
 */
export function useSocketView<View, Outgoing, Answer = never>(
  path: string,
  schema: MessageSchema<Incoming<View, Answer>>,
): SocketView<View, Outgoing, Answer> {
  const [line] = useState(
    () =>
      new ViewSocket(schema, takePageToken(), {
        open: () => openSocket(path),
        schedule: (task, delay) => {
          const timer = setTimeout(task, delay);
          return () => clearTimeout(timer);
        },
        random: Math.random,
      }),
  );
  useEffect(() => {
    line.start();
    return () => line.stop();
  }, [line]);
  const state = useSyncExternalStore(
    useCallback((listener) => line.subscribe(listener), [line]),
    () => line.state,
  );
  const [commands] = useState(() => ({
    send: (message: Outgoing) => line.send(message),
    sendBytes: (bytes: Uint8Array<ArrayBuffer>) => line.sendBytes(bytes),
    waiting: () => line.waiting,
    dismissRefusal: () => line.dismissRefusal(),
    onAnswer: (listener: (answer: Answer) => void) => line.onAnswer(listener),
    onCover: (listener: (revision: number) => void) => line.onCover(listener),
  }));
  return { ...state, ...commands };
}

function openSocket(path: string): SocketLike {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${window.location.host}${path}`);
  const like: SocketLike = {
    binaryType: "arraybuffer",
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (data) => socket.send(data),
    close: () => socket.close(),
  };
  socket.binaryType = "arraybuffer";
  socket.onopen = () => like.onopen?.();
  socket.onmessage = (event) => like.onmessage?.({ data: event.data });
  socket.onclose = (event) => like.onclose?.({ code: event.code });
  return like;
}
