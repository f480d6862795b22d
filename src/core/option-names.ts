/**
 * Options that have another name here than in Python, or than Node has for them. A call reads the
 * names it knows, so `{ timeout: 3 }` would say nothing to it and the wait would last for ever:
 * these names are refused where options are checked. Other unknown names are not, for one object
 * may serve several calls; neither is one of these beside the name that is meant, or without a
 * value.
 */

/** The name here, null where there is none; and what else is to be known about it. */
export type Called = readonly [name: string | null, remark?: string];

export type OptionNames = ReadonlyMap<string, Called>;

const NO_WAIT: Called = ["timeoutMs", ": 0 tries once, without it the call waits"];

/** Names that are an option of no call. */
const NOWHERE: Readonly<Record<string, Called>> = {
  allow_none: ["allowNone"],
  authkey: ["authKey"],
  block: NO_WAIT,
  buffersize: ["bufferSize"],
  cancel_futures: ["cancelFutures"],
  capture_output: ["captureOutput"],
  chunksize: ["chunkSize"],
  create_method: ["createMethod"],
  delayfunc: ["delay"],
  eager_start: ["eagerStart"],
  error_callback: ["errorCallback"],
  initargs: ["initArgs"],
  max_tasks_per_child: ["maxTasksPerChild"],
  max_workers: ["maxWorkers"],
  maxlength: ["maxLength"],
  maxsize: ["maxSize"],
  maxtasksperchild: ["maxTasksPerChild"],
  method_to_typeid: ["methodToTypeId"],
  mp_context: ["startMethod"],
  proxytype: ["proxyType"],
  return_exceptions: ["returnExceptions"],
  return_when: ["returnWhen"],
  start_method: ["startMethod"],
  thread_name_prefix: ["threadNamePrefix"],
  timefunc: ["time"],
  timeout: ["timeoutMs", ", in milliseconds"],
  timeout_ms: ["timeoutMs"],
  timeoutMS: ["timeoutMs"],
  universal_newlines: ["text"],
};

/** The names to refuse in one place: those above, and some that are options in other places. */
export const optionNames = (here: Readonly<Record<string, Called>>): OptionNames =>
  new Map(Object.entries({ ...NOWHERE, ...here }));

export const COMMON_NAMES: OptionNames = optionNames({});

/** For threads and processes. */
export const TARGET_NAMES: OptionNames = optionNames({
  group: [null, "nothing has groups, as in Python"],
  kwds: ["kwargs"],
});

/** For whatever waits. */
export const WAIT_NAMES: OptionNames = optionNames({ blocking: NO_WAIT });

/** @throws TypeError that says what to write instead */
export function checkNames(given: object, names: OptionNames = COMMON_NAMES): void {
  for (const name in given) {
    const called = names.get(name);
    if (called !== undefined) refuse(given as Readonly<Record<string, unknown>>, name, called);
  }
}

function refuse(
  given: Readonly<Record<string, unknown>>,
  name: string,
  [instead, remark = ""]: Called,
): void {
  if (given[name] === undefined || given[name] === null) return;
  if (instead === null) throw new TypeError(`${name} is not an option here: ${remark}`);
  if (given[instead] !== undefined) return;
  throw new TypeError(`${name} is not an option here: write ${instead}${remark}`);
}
