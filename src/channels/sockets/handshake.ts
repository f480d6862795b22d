/**
 * How two programs find out that they speak the same language and have the same key, before a
 * single byte of a message is looked at. Knows bytes only; `greeting.ts` moves them.
 *
 *     both      HELLO   magic, role, whether a key is asked for, longest message, 32 random bytes
 *     client    PROOF   HMAC-SHA256 of the key over "client", its own HELLO and the listener's
 *     listener  PROOF   the same over "listener"; only to a client whose proof was right
 *     either    REFUSED instead of a proof: the other one's was wrong
 *
 * Each proof covers both HELLOs, so both sides' fresh random bytes: an old one is worth nothing.
 * The role is in it, and is checked in the HELLO, so a proof sent back to its maker is none. Proofs
 * are compared in constant time. All messages have a fixed length: nobody makes us keep more than
 * that before the proof. Nothing is encrypted, here or later.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { AuthenticationError } from "../../errors.ts";

export type Role = "client" | "listener";

/** "MHC" and the version. */
const MAGIC = 0x4d48_4301;
const MAGIC_BYTES = 4;
const HELLO_BYTES = 48;
const ROLE_AT = 4;
const KEY_AT = 5;
const LIMIT_AT = 8;
const NONCE_AT = 16;
const PROOF_BYTES = 33;
const PROOF = 1;
const REFUSED = 2;
const ROLES: readonly Role[] = ["client", "listener"];

export class Handshake {
  /** To be sent at once. */
  readonly hello: Buffer;
  /** The longest message that the other side takes; known when it is done. */
  peerMostBytes = 0;
  readonly #role: Role;
  readonly #key: Uint8Array | undefined;
  #state: "hello" | "proof" | "done" = "hello";
  #peerHello: Buffer = Buffer.alloc(0);
  #bytes: Buffer = Buffer.alloc(0);

  /** @param key without one, neither side may ask for one */
  constructor(role: Role, key: Uint8Array | undefined, mostBytes: number) {
    this.#role = role;
    this.#key = key;
    const hello = (this.hello = Buffer.alloc(HELLO_BYTES));
    hello.writeUInt32BE(MAGIC, 0);
    hello[ROLE_AT] = ROLES.indexOf(role);
    hello[KEY_AT] = key === undefined ? 0 : 1;
    hello.writeDoubleLE(mostBytes, LIMIT_AT);
    randomBytes(HELLO_BYTES - NONCE_AT).copy(hello, NONCE_AT);
  }

  get done(): boolean {
    return this.#state === "done";
  }

  /**
   * Takes what came and answers what to send in return, if anything. Once it is `done` the rest is
   * in `rest`.
   * @throws AuthenticationError; `farewell` is then to be sent before one closes
   */
  take(chunk: Buffer): Buffer | undefined {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    let reply: Buffer | undefined;
    if (this.#state === "hello" && this.#bytes.length >= HELLO_BYTES) {
      this.#readHello(this.#cut(HELLO_BYTES));
      this.#state = this.#key === undefined ? "done" : "proof";
      if (this.#state === "proof" && this.#role === "client") reply = this.#proof("client");
    } else if (this.#state === "hello") this.#checkMagic(this.#bytes);
    if (this.#state === "proof" && this.#bytes.length >= PROOF_BYTES) {
      this.#check(this.#cut(PROOF_BYTES));
      this.#state = "done";
      if (this.#role === "listener") reply = this.#proof("listener");
    }
    return reply;
  }

  /** What came behind the handshake. */
  get rest(): Buffer {
    return this.#bytes;
  }

  /** Tells the other side that its proof was wrong. */
  get farewell(): Buffer {
    const refused = Buffer.alloc(PROOF_BYTES);
    refused[0] = REFUSED;
    return refused;
  }

  #cut(count: number): Buffer {
    const part = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return part;
  }

  /** Whoever speaks another language need not say a whole HELLO to be told so. */
  #checkMagic(bytes: Buffer): void {
    const count = Math.min(bytes.length, MAGIC_BYTES);
    if (bytes.compare(this.hello, 0, count, 0, count) === 0) return;
    throw new AuthenticationError(
      "the other side does not speak the protocol of Listener and Client",
    );
  }

  #readHello(hello: Buffer): void {
    this.#checkMagic(hello);
    if (ROLES[hello[ROLE_AT]!] !== (this.#role === "client" ? "listener" : "client")) {
      throw new AuthenticationError(`the other side is a ${this.#role} too`);
    }
    const asks = hello[KEY_AT] === 1;
    if (asks && this.#key === undefined) {
      throw new AuthenticationError("the other side asks for an authKey, and none was given here");
    }
    if (!asks && this.#key !== undefined) {
      throw new AuthenticationError("the other side has no authKey, and here one is asked for");
    }
    const limit = hello.readDoubleLE(LIMIT_AT);
    if (!(limit >= 0)) throw new AuthenticationError("the other side's greeting is damaged");
    this.peerMostBytes = limit;
    this.#peerHello = Buffer.from(hello);
  }

  #mac(role: Role): Buffer {
    const [client, listener] =
      this.#role === "client" ? [this.hello, this.#peerHello] : [this.#peerHello, this.hello];
    return createHmac("sha256", this.#key!)
      .update(`manyhands connection, proof of the ${role}\0`)
      .update(client)
      .update(listener)
      .digest();
  }

  #proof(role: Role): Buffer {
    return Buffer.concat([Buffer.of(PROOF), this.#mac(role)]);
  }

  #check(message: Buffer): void {
    if (message[0] === REFUSED) {
      throw new AuthenticationError("the other side refused the authKey: it has another one");
    }
    const expected = this.#mac(this.#role === "client" ? "listener" : "client");
    if (message[0] === PROOF && timingSafeEqual(message.subarray(1), expected)) return;
    throw new AuthenticationError("the other side does not have the authKey");
  }
}
