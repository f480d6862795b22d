// The processes of poolifier. CommonJS, and not compiled: what a cluster sends before an ES module
// is loaded is lost, and poolifier sends at once.
const { ClusterWorker } = require("poolifier");
const { tasks } = require("../../build/bench/rivals/pool-tasks.js");

new ClusterWorker({ ...tasks });
