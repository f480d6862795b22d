import { threads } from "../contracts/backend.js";
import {
  dieEverywhere,
  lockDeathsContract,
  otherDeathsContract,
  semaphoreDeathsContract,
} from "../contracts/deaths.js";

dieEverywhere();
lockDeathsContract(threads, "Lock");
lockDeathsContract(threads, "RLock");
semaphoreDeathsContract(threads);
otherDeathsContract(threads);
