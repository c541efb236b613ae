// Shows what has come true since this page was made: a start, an end or a promised update that passed without a word.
// The page says all it knows without this; nothing is loaded, sent or kept.
"use strict";
function look() {
  const now = Date.now();
  for (const one of document.querySelectorAll("[data-since]")) {
    const { since, until } = one.dataset;
    one.hidden = now < Date.parse(since) || (until !== undefined && now >= Date.parse(until));
  }
}
look();
setInterval(look, 30000);
document.addEventListener("visibilitychange", look);
