/**
 * A debugger of the smallest kind: speaks the inspector's protocol with a program that was started
 * under --inspect-brk. The WebSocket is a hand-made one, since Node 20 has no client.
 */
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export class DebuggerClient {
  readonly #socket: Socket;
  readonly #answers = new Map<number, (message: Message) => void>();
  /** Settles when the program ends the connection, or `close` does. */
  readonly closed: Promise<void>;
  readonly #onEvent: (message: Message) => void;
  #rest = Buffer.alloc(0);
  #text = "";
  #lastId = 0;

  private constructor(socket: Socket, onEvent: (message: Message) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    void this.closed.then(() => {
      const error = { message: "the connection ended" };
      for (const answer of this.#answers.values()) answer({ error });
    });
  }

  /** Connects to the address that Node prints. */
  static async connect(url: string, onEvent: (message: Message) => void): Promise<DebuggerClient> {
    const upgrade = request(url.replace(/^ws:/, "http:"), {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": randomBytes(16).toString("base64"),
        "sec-websocket-version": "13",
      },
    });
    upgrade.end();
    const [, socket, head] = (await once(upgrade, "upgrade")) as [unknown, Socket, Buffer];
    if (head.length > 0) socket.unshift(head);
    return new DebuggerClient(socket, onEvent);
  }

  async send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#socket.write(frame(JSON.stringify({ id, method, params })));
    const { result, error } = await answer;
    this.#answers.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const found = unframe(this.#rest);
      if (found === undefined) return;
      this.#rest = this.#rest.subarray(found.size);
      this.#text += found.text;
      if (!found.isLast) continue;
      const message = JSON.parse(this.#text) as Message;
      this.#text = "";
      if (message.id === undefined) this.#onEvent(message);
      else this.#answers.get(message.id)?.(message);
    }
  }
}

/** A text frame from a client, which has to mask it. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  const mask = randomBytes(4);
  for (const [index, byte] of body.entries()) body[index] = byte ^ mask[index % 4]!;
  return Buffer.concat([head, mask, body]);
}

/** The first frame from a server, if all of it is there. */
function unframe(bytes: Buffer): { text: string; size: number; isLast: boolean } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 126
      ? bytes.readUInt16BE(2)
      : short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short;
  const size = start + length;
  if (bytes.length < size) return undefined;
  return {
    text: bytes.toString("utf8", start, size),
    size,
    isLast: (bytes[0]! & 0x80) !== 0,
  };
}
