// Lists of every tab: their pages, the choice of an index, and what happens when they come into view.
window.qaLists = (() => {
  // A click on anything that carries a page turns to it; then the list is looked at from its top, and the same way on
  // has the focus, or the other one at an end.
  function turn(element, trigger) {
    let turning = null;
    element.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-page]");
      if (!chosen) return;
      turning = chosen.textContent;
      trigger("turn", {page: Number(chosen.dataset.page)});
    });
    new MutationObserver(() => {
      const ways = [...element.querySelectorAll("[data-page]:enabled")];
      if (turning === null || !ways.length) return;
      (ways.find((way) => way.textContent === turning) ?? ways[0]).focus({preventScroll: true});
      requestAnimationFrame(() => element.scrollIntoView({block: "start"}));
      turning = null;
    }).observe(element, {childList: true, attributes: true, characterData: true, subtree: true});
  }

  // Asks for what there is now whenever its tab comes into view, not when it is scrolled to.
  function seen(element, trigger) {
    let hidden = true;
    new IntersectionObserver((entries) => {
      const shown = entries.at(-1).isIntersecting;
      if (shown && hidden) trigger("seen", {});
      hidden = !shown && element.offsetParent === null;
    }).observe(element);
  }

  function pick(element, trigger) {
    element.addEventListener("change", (event) => trigger("pick", {index: event.target.value}));
  }

  return {pick, seen, turn};
})();
