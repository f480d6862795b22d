// Compiled only, never run: what the compiler knows about the errors.
import { expectTypeOf } from "expect-type";
import type { errors } from "manyhands";
import type * as subPath from "manyhands/errors";

expectTypeOf<errors.QueueFull>().toExtend<errors.TimeoutError>();
expectTypeOf<errors.BrokenProcessPool>().toExtend<errors.WorkerDiedError>();
expectTypeOf<errors.MaybeEncodingError["path"]>().toEqualTypeOf<string>();
expectTypeOf<errors.WorkerDiedError["exitCode"]>().toEqualTypeOf<number | null>();
expectTypeOf<errors.DeadlockError["cycle"]>().toEqualTypeOf<readonly errors.DeadlockEdge[]>();
expectTypeOf<errors.TaskGroupError>().toExtend<AggregateError>();
expectTypeOf<subPath.QueueFull>().toEqualTypeOf<errors.QueueFull>();
