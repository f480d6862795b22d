/** The same over plain messages. */
process.env["MANYHANDS_PLATFORM"] = "none";
const { expectNoLeftovers } = await import("../support/leftovers.js");
const { schedulesContract } = await import("./schedules-contract.js");
const { Pool } = await import("manyhands/multiprocessing");

async function warmUp(): Promise<void> {
  await using pool = new Pool(1);
  await pool.apply(() => 1);
}

await expectNoLeftovers({ warmUp });
schedulesContract("processes over messages", "process");
