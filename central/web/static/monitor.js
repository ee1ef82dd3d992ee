// Puts every new picture in place, and says so when the line to the server is down.
"use strict";
const page = document.getElementById("page");
const line = document.getElementById("line");
const source = new EventSource(document.body.dataset.events);
function tell(live) {
  line.classList.toggle("stopped", !live);
  line.querySelector("b").textContent = live ? "●" : "○";
  line.querySelector("span").textContent = live ? line.dataset.live : line.dataset.stopped;
}
source.addEventListener("page", (event) => { page.innerHTML = event.data; });
source.addEventListener("open", () => tell(true));
source.addEventListener("error", () => tell(false));
