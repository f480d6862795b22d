/**
 * Which copy of this package this is.
 *
 * A program may have several, of one version or of many: each of its dependencies may bring its
 * own. Each copy has locks, pools, threads and children of its own, and a family with a memory of
 * its own; what it starts runs the same copy. So what a copy leaves in the process, for its own
 * code in other threads to find, has a name that no other copy takes.
 *
 * What all copies share says something of the process, in a form that stays: the kinds of errors,
 * which files are loaded, what must be put right in a forked copy of the process, whether it is a
 * child.
 */
const here = import.meta.url;

/** How long a name of a memory file may be, with what is put before it. */
const LONGEST = 200;

/** A name in this process for what is this copy's alone. */
export function ownName(what: string): string {
  return `manyhands.${what} ${here}`;
}

/** The same for a memory file: as much as the kernel takes, the part that differs. */
export function ownFileName(what: string): string {
  return `manyhands.${what}:${here.slice(-LONGEST)}`;
}
