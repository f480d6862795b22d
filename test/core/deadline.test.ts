import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import {
  checkTime,
  Deadline,
  Fuse,
  onAbort,
  signalOf,
  timeAllowed,
} from "#internal/core/deadline.js";

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

test("a time must be a number of zero or more", () => {
  assert.throws(() => checkTime(-1), RangeError);
  assert.throws(() => checkTime(Number.NaN), RangeError);
  assert.throws(() => checkTime("5", "delayMs"), { name: "TypeError", message: /^delayMs / });
  assert.equal(checkTime(0), 0);
  assert.equal(checkTime(Infinity), Infinity);
});

test("absent options allow all the time there is", () => {
  assert.equal(timeAllowed(undefined), Infinity);
  assert.equal(timeAllowed({}), Infinity);
  assert.equal(timeAllowed({ timeoutMs: 7 }), 7);
});

test("a bare number in place of wait options is a TypeError", () => {
  assert.throws(() => timeAllowed(100 as never), TypeError);
  assert.throws(() => timeAllowed(null as never), TypeError);
});

test("a bare signal, or a list, in place of wait options is a TypeError", () => {
  const { signal } = new AbortController();
  assert.throws(() => timeAllowed(signal as never), { name: "TypeError", message: /{ signal }/ });
  assert.throws(() => timeAllowed([] as never), TypeError);
});

test("a signal must be an AbortSignal", () => {
  assert.throws(() => signalOf({ signal: {} as never }), TypeError);
  assert.equal(signalOf({}), undefined);
});

test("a deadline of zero has passed at once, one of Infinity never", () => {
  assert.ok(new Deadline(0).passed);
  assert.equal(new Deadline(0).remainingMs, 0);
  assert.ok(!new Deadline(Infinity).passed);
  assert.equal(new Deadline(Infinity).remainingMs, Infinity);
});

test("ten thousand waits on one signal share a listener and leave none", () => {
  const { signal } = new AbortController();
  const ends = Array.from({ length: 10_000 }, () => onAbort(signal, () => {}));
  assert.equal(listenersOf(signal), 1);
  for (const end of ends) end();
  assert.equal(listenersOf(signal), 0);
});

test("an abort reaches every wait that is still there, once", () => {
  const controller = new AbortController();
  const heard: string[] = [];
  onAbort(controller.signal, () => heard.push("first"));
  onAbort(controller.signal, () => heard.push("gone"))();
  onAbort(controller.signal, () => heard.push("second"));
  controller.abort();
  assert.deepEqual(heard, ["first", "second"]);
  assert.equal(listenersOf(controller.signal), 0);
});

test("a fuse burns down once, and takes its listener away", { timeout: 60_000 }, async () => {
  const { signal } = new AbortController();
  const fired = await new Promise<string>((resolve) => {
    new Fuse(
      5,
      signal,
      () => resolve("time"),
      () => resolve("abort"),
    );
  });
  assert.equal(fired, "time");
  assert.equal(listenersOf(signal), 0);
});

test("a fuse ends by abort before its time", { timeout: 60_000 }, async () => {
  const controller = new AbortController();
  const fired = new Promise<string>((resolve) => {
    new Fuse(
      60_000,
      controller.signal,
      () => resolve("time"),
      () => resolve("abort"),
    );
  });
  controller.abort();
  assert.equal(await fired, "abort");
});

test("a fuse that is cut says nothing", () => {
  const controller = new AbortController();
  const fuse = new Fuse(60_000, controller.signal, assert.fail, assert.fail);
  fuse.cut();
  controller.abort();
  assert.equal(listenersOf(controller.signal), 0);
});
