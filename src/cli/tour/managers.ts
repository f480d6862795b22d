import { whyNoPlatform } from "../../platform/load.ts";
import { Manager, Process } from "../../multiprocessing/index.ts";
import type { Stop } from "./guide.ts";

export const managers: Stop = {
  title: "managers: objects that several processes use",
  text: `
A manager keeps lists, dictionaries, locks and objects of your own classes in a server process.
Whoever has a proxy uses them: every method is a promise, and has a blocking twin.`,
  async run(guide) {
    await using manager = await Manager();
    const list = await manager.list(["main"]);
    const child = new Process({ target: addTo, args: [list] });
    await child.start();
    guide.equal("a child adds to a list", await child.result(), 2);
    guide.equal("and the parent sees it", (await list.toArray()).join(), "main,child");
    const dict = await manager.dict({ list });
    guide.equal("proxies nest and stay live", await dict.get("list"), list);
    await guide.fails("errors come back as themselves", () => list.get(9), RangeError);
    await guide.fails("what is private is refused", () => secretOf(list), TypeError);
    if (whyNoPlatform() === null) guide.equal("blocking, too", list.lengthSync(), 2);
  },
};

async function addTo(list: { push(item: string): Promise<number> }): Promise<number> {
  return await list.push("child");
}

const secretOf = (list: object): unknown => (list as { _secret(): unknown })._secret();
