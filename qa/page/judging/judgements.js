// Thumbs on passages, and the tab of judgements.
window.qaJudgements = (() => {
  const onceDrawn = (then) => requestAnimationFrame(() => requestAnimationFrame(then));

  // Shows which thumbs are pressed, also when cards are redrawn, according to what the server has stored.
  function show() {
    const kept = JSON.parse(document.querySelector("[data-votes]")?.dataset.votes || "{}");
    for (const thumb of document.querySelectorAll("[data-judge]")) {
      const pressed = String(kept[thumb.dataset.key] === thumb.dataset.judge);
      if (thumb.getAttribute("aria-pressed") !== pressed) thumb.setAttribute("aria-pressed", pressed);
    }
  }

  // A press on a thumb is not a press on its card, so it is handled in the capture phase, and goes no further.
  function judge(element, trigger) {
    element.addEventListener("click", (event) => {
      const thumb = event.target.closest("[data-judge]");
      if (!thumb) return;
      event.stopPropagation();
      const vote = thumb.getAttribute("aria-pressed") === "true" ? "none" : thumb.dataset.judge;
      trigger("judge", {rank: Number(thumb.dataset.of), vote});
    }, true);
    new MutationObserver(show).observe(element, {
      childList: true, subtree: true, attributeFilter: ["aria-pressed", "data-key"],
    });
  }

  function clicks(element, trigger) {
    element.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-remove], [data-export]");
      if (!chosen) return;
      const {remove, of, export: which} = chosen.dataset;
      if (remove) trigger("remove", {id: Number(remove), question: Number(of)});
      if (which) trigger("export", {which});
    });
  }

  // Makes a file of what the server handed over, in the browser, so that none is left on the server.
  function download() {
    onceDrawn(() => {
      const given = document.querySelector("[data-file]");
      if (!given) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([given.dataset.content], {type: "text/tab-separated-values"}));
      link.download = given.dataset.file;
      link.click();
      URL.revokeObjectURL(link.href);
      given.remove();
    });
  }

  return {clicks, download, judge, judged: () => onceDrawn(show)};
})();
