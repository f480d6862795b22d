import { processes } from "../contracts/backend.js";
import { barrierContract } from "../contracts/barrier.js";

barrierContract(processes);
