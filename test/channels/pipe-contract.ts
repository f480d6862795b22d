/** What every pipe does, between threads and between processes alike. */
import assert from "node:assert/strict";
import { BrokenConnectionError, EndOfStreamError, StateError } from "manyhands/errors";
import type { Connection, PipeOptions } from "manyhands/multiprocessing";
import { type Check, checkFor, connectionContract } from "./connection-contract.js";
import type { StartParty } from "./party.js";

type MakePipe = (options?: PipeOptions | boolean) => [Connection, Connection];

export function pipeContract(where: string, Pipe: MakePipe, startParty: StartParty): void {
  connectionContract(where, () => Pipe());
  const check = checkFor(where);
  describeDirections(check, Pipe);
  describeParties(check, Pipe, startParty);
}

function describeDirections(check: Check, Pipe: MakePipe): void {
  check("a one-way pipe refuses the wrong direction", async () => {
    const [reader, writer] = Pipe({ duplex: false });
    assert.deepEqual([reader.readable, reader.writable], [true, false]);
    assert.deepEqual([writer.readable, writer.writable], [false, true]);
    await writer.send(1);
    assert.equal(reader.recvSync(), 1);
    assert.throws(() => reader.sendSync(1), StateError);
    await assert.rejects(writer.recv(), StateError);
    assert.throws(() => writer.pollSync(), StateError);
    assert.throws(() => Pipe({ duplex: 1 as never }), TypeError);
  });

  check("true or false in place of the options says whether a pipe is duplex", () => {
    const [reader, writer] = Pipe(false);
    assert.deepEqual([reader.readable, reader.writable], [true, false]);
    assert.deepEqual([writer.readable, writer.writable], [false, true]);
    assert.deepEqual(
      Pipe(true).map((end) => end.readable && end.writable),
      [true, true],
    );
    for (const wrong of [5, 0, "x", null, []]) {
      assert.throws(() => Pipe(wrong as never), { name: "TypeError", message: /\{ duplex \}/ });
    }
  });

  check("an end goes through a pipe, and lives while it is on its way", async () => {
    const [here, there] = Pipe();
    const [reader, writer] = Pipe({ duplex: false });
    here.sendSync({ writer });
    writer.close();
    const { writer: again } = there.recvSync() as { writer: Connection };
    again.sendSync("through");
    assert.equal(reader.recvSync(), "through");
    again.close();
    await assert.rejects(reader.recv(), EndOfStreamError);
    const [lost, kept] = Pipe();
    here.sendSync(lost);
    lost.close();
    here.close();
    there.close();
    await assert.rejects(kept.recv(), EndOfStreamError);
  });
}

function describeParties(check: Check, Pipe: MakePipe, startParty: StartParty): void {
  check("another party answers, blocking or in its event loop", async () => {
    for (const routine of ["echoSync", "echo"] as const) {
      const [here, there] = Pipe();
      const party = startParty(routine, there);
      for (let trip = 0; trip < 300; trip++) {
        await here.send({ trip });
        assert.deepEqual(trip % 2 === 0 ? await here.recv() : here.recvSync(), { trip });
      }
      here.close();
      there.close();
      await party.ended();
    }
  });

  check("the end of who had the other end is the end of the stream", async () => {
    for (const form of ["async", "blocking", "poll"]) {
      const [here, there] = Pipe();
      const party = startParty("fall", there);
      assert.equal(await here.recv(), "here");
      there.close();
      here.sendSync("fall");
      if (form === "poll") assert.equal(await here.poll({ timeoutMs: Infinity }), true);
      if (form === "blocking") assert.throws(() => here.recvSync(), EndOfStreamError);
      else await assert.rejects(here.recv(), EndOfStreamError);
      assert.throws(() => here.sendSync(1), BrokenConnectionError);
      await party.kill();
      here.close();
    }
  });
}
