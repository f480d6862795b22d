/** The same over plain messages: without native code there is no shared memory for processes. */
process.env["MANYHANDS_PLATFORM"] = "none";
const { expectNoLeftovers } = await import("../support/leftovers.js");
const { failuresContract } = await import("./failures-contract.js");
const { Pool } = await import("manyhands/multiprocessing");

async function warmUp(): Promise<void> {
  await using pool = new Pool(1);
  await pool.apply(() => 1);
}

await expectNoLeftovers({ warmUp });
failuresContract({ name: "processes over messages", reach: "process", plain: true });
