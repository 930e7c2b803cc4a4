/* The console: a look at the world that the server holds, and hands to move it with. */
import { call } from "./api.js";
import { startClock } from "./clock.js";
import { startFaults } from "./faults.js";
import { startFixtures } from "./fixtures.js";
import { keepFresh, start } from "./live.js";
import { startPack } from "./pack.js";
import { startPacks } from "./packs.js";
import { $, el, startDialogs, setText } from "./page.js";
import { startRequests } from "./requests.js";
import { startRouter } from "./router.js";
import { startWorld } from "./world.js";

/* What does not change while the server runs. */
async function introduce() {
    if ($("version").textContent !== "") {
        return;
    }
    const { operations } = await call("operations");
    $("operations").replaceChildren(...operations.map(({ operation }) => el("option", { value: operation })));
    const { version } = await call("health");
    setText($("version"), version);
}

startDialogs();
startWorld();
startClock();
startPacks();
startPack();
startFaults();
startRequests();
startFixtures();
startRouter();
keepFresh(document.querySelector(".clock"), introduce);
start();
