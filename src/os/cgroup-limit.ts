/**
 * The CPU limit that a container or service manager put on this process, read from the files of
 * Linux control groups. Both versions are known: in the second a group's `cpu.max` holds quota and
 * period, in the first they are two files under the `cpu` controller. Every group from ours up to
 * the root limits us, so the lowest counts. A group that a container's file system does not show is
 * passed over; its ancestors are not.
 */
import { readFileSync } from "node:fs";

/** In processors, such as 1.5; Infinity without a limit. `root` is where the file system begins. */
export function cgroupCpuLimit(root = ""): number {
  let lowest = Infinity;
  for (const line of (read(`${root}/proc/self/cgroup`) ?? "").split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const limitOf = controllers === "" ? limitOfUnified : limitOfController(controllers);
    if (limitOf === null) continue;
    for (const group of upwards(path)) lowest = Math.min(lowest, limitOf(root, group));
  }
  return lowest;
}

function limitOfUnified(root: string, group: string): number {
  const [quota, period] = (read(`${root}/sys/fs/cgroup${group}/cpu.max`) ?? "").split(" ");
  return share(quota, period);
}

function limitOfController(controllers: string): typeof limitOfUnified | null {
  if (!controllers.split(",").includes("cpu")) return null;
  return (root, group) => {
    for (const mount of new Set(["cpu", controllers])) {
      const folder = `${root}/sys/fs/cgroup/${mount}${group}`;
      const quota = read(`${folder}/cpu.cfs_quota_us`);
      if (quota !== null) return share(quota, read(`${folder}/cpu.cfs_period_us`));
    }
    return Infinity;
  };
}

/** "max" and -1 stand for no limit. */
function share(quota: string | null | undefined, period: string | null | undefined): number {
  const processors = Number(quota) / Number(period);
  return processors > 0 ? processors : Infinity;
}

/** `/a/b` gives `/a/b`, `/a` and the empty path of the root. */
function upwards(path: string): string[] {
  const groups: string[] = [];
  for (let group = path.replace(/\/+$/, ""); group !== ""; group = group.replace(/\/[^/]*$/, ""))
    groups.push(group);
  return [...groups, ""];
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
