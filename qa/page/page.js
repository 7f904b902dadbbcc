// The page's script. It moves the eye and keeps the address; what is shown is decided in Python.
window.qaPage = ((words) => {
  const language = window.gradio_config.current_page || "vi";
  const texts = words[language];
  const OF_OFFICES = ["number", "kind", "office", "signer", "in_force_from", "in_force_to"];
  const FILTERS = ["from", "to", "source", "tag", ...OF_OFFICES];
  const FIELDS = ["q", ...FILTERS, "rank", "literal", "index"];
  const SAME_REPLY = FIELDS.filter((name) => name !== "rank");
  const FIRST_TAB = "ask";
  const NARROW = matchMedia("(max-width: 900px)"); // where style.css sets the article below the cards
  const LONGEST_WAIT = 20_000; // milliseconds
  const LONGEST_IN_ADDRESS = 1_000; // characters: no question is longer, and servers refuse long addresses
  const all = (selector) => [...document.querySelectorAll(selector)];
  let form = null;
  let send = null;
  let asked = null;
  let waiting = null;
  let since = 0;
  let later = null;
  let returning = false;

  // The address: it holds the question and the view, so that a link to it brings both back.

  const fromAddress = () => {
    const query = new URLSearchParams(location.search);
    return Object.fromEntries(FIELDS.map((name) => [name, query.getAll(name).join("\n")]));
  };

  function intoAddress(values, step) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(values)) {
      query.delete(name);
      if (!value || value.length > LONGEST_IN_ADDRESS) continue;
      for (const one of name === "index" ? value.split("\n") : [value]) query.append(name, one);
    }
    const address = location.pathname + (query.size ? `?${query}` : "");
    if (address === location.pathname + location.search) step = "replaceState";
    history[step](history.state, "", address);
    entitle();
  }

  function entitle() {
    const question = new URLSearchParams(location.search).get("q");
    document.title = question ? `${question} – ${texts.title}` : texts.title;
    for (const link of all("a.language")) link.search = location.search;
  }

  // A history step, so that Back leads to the earlier tab. The click that opens the address's own tab is not one.
  const keepTab = (tab) => intoAddress({tab: tab === FIRST_TAB ? "" : tab}, "pushState");

  function openTab() {
    for (const button of all(".overflow-menu > button")) button.ariaLabel = texts.more_tabs; // Gradio's is in English
    const tab = new URLSearchParams(location.search).get("tab") ?? FIRST_TAB;
    const button = document.querySelector(`[role=tab][data-tab-id="${CSS.escape(tab)}"]`);
    if (button?.getAttribute("aria-selected") === "false") button.click();
  }

  // Asking: one question at a time, so that no earlier reply comes after a later one; of those that wait, the last.

  function ask(values, step) {
    if (busy() && JSON.stringify(values) === JSON.stringify(asked)) return;
    asked = values;
    intoAddress(values, step);
    deliver({...values, typed: true});
  }

  function deliver(values) {
    if (busy()) return (waiting = values);
    form.setAttribute("aria-busy", "true");
    since = Date.now();
    later = null;
    say(texts.searching);
    send("ask", values);
  }

  // A reply that never comes, since the server is gone, does not block anything.
  const busy = () => form.getAttribute("aria-busy") === "true" && Date.now() - since < LONGEST_WAIT;
  const say = (text) => (form.querySelector("[role=status]").textContent = text);
  const indexes = () => [...form.querySelectorAll("[name=index]")];
  // The indexes that are asked, a line each; the first alone needs no name.
  const index = () => {
    const chosen = indexes().filter((one) => one.checked);
    return chosen.length > 1 || chosen[0] !== indexes()[0] ? chosen.map((one) => one.value).join("\n") : "";
  };
  const fromForm = () => ({
    ...Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]?.value ?? ""])),
    index: index(),
  });

  function intoForm(values) {
    for (const name of FIELDS) {
      if (name !== "index" && form.elements[name]) form.elements[name].value = values[name] ?? "";
    }
    const chosen = values.index?.split("\n") ?? [];
    const named = indexes().filter((one) => chosen.includes(one.value));
    for (const one of indexes()) one.checked = (named.length ? named : indexes().slice(0, 1)).includes(one);
    form.querySelector("details.filters").open ||= filtered(FILTERS);
    form.querySelector("details.offices").open ||= filtered(OF_OFFICES);
    markFiltered();
  }

  const filtered = (names) => names.some((name) => form.elements[name].value);
  const markFiltered = () => (form.querySelector(".on").hidden = !filtered(FILTERS));

  function submit() {
    const values = fromForm();
    const unchanged = asked && asked.q === values.q;
    ask({...values, literal: unchanged ? asked.literal : ""}, "pushState");
  }

  function back() {
    openTab();
    const values = fromAddress();
    if (!asked?.q || SAME_REPLY.some((name) => (asked[name] ?? "") !== values[name])) return restore();
    if ((asked.rank ?? "") !== values.rank) backTo(values.rank);
  }

  function restore() {
    const values = fromAddress();
    const before = index();
    intoForm(values);
    if (index() !== before) start();
    if (values.q) return ask({...values, ...fromForm(), literal: values.literal, rank: values.rank}, "replaceState");
    if (asked) deliver({});
    asked = null;
    entitle();
  }

  const start = () => send("start", {index: index()});

  function changed(event) {
    if (event.target.name === "q") return;
    markFiltered();
    if (event.target.name === "index") {
      if (!indexes().some((one) => one.checked)) event.target.checked = true; // there must be one to ask
      start();
    }
    if (asked && form.checkValidity()) submit();
  }

  function asking(element, trigger) {
    form = element.querySelector("form");
    send = trigger;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    form.addEventListener("change", changed);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.name === "q") {
        event.preventDefault();
        submit();
      }
    });
    form.querySelector("[data-clear]").addEventListener("click", () => {
      for (const name of FILTERS) form.elements[name].value = "";
      markFiltered();
      form.elements.q.focus();
      if (asked) submit();
    });
    form.elements.q.focus({preventScroll: true});
    addEventListener("popstate", back);
    start();
    restore();
    openTab();
  }

  function again(changes) {
    asked = null; // an example is a new question, even where its words are the same
    form.elements.q.value = changes.q;
    const values = {...fromForm(), ...changes};
    ask(values, "pushState");
  }

  // Opening passages.

  const currentCard = () => document.querySelector('.card button[aria-current="true"]');
  let choose = null;

  function mark(rank, card) {
    for (const one of all(".card")) {
      one.querySelector("h3 button").setAttribute("aria-current", String(one.dataset.card === card));
    }
    asked = {...asked, rank};
  }

  // Back from the article that a passage opened: to the passage, not off the page.
  function backTo(rank) {
    const from = currentCard();
    const way = document.querySelector(rank ? `[data-rank="${CSS.escape(rank)}"]` : ".reply .source, .card");
    if (!way) return restore();
    mark(rank, way.dataset.card);
    toCard(NARROW.matches ? from : currentCard());
    returning = true;
    choose("choose", {rank: way.dataset.rank});
  }

  function choosing(element, trigger) {
    choose ??= trigger;
    const open = ({rank, card}, byKeyboard) => {
      if (byKeyboard && asked?.rank === rank) return document.querySelector(".opened .body")?.focus();
      mark(rank, card);
      intoAddress({rank}, NARROW.matches ? "pushState" : "replaceState");
      trigger("choose", {rank});
    };
    element.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-rank]");
      if (!chosen || event.target.closest("summary, .thumbs") || !getSelection().isCollapsed) return;
      const byKeyboard = event.detail === 0;
      if (!busy()) open(chosen.dataset, byKeyboard);
      else if (document.querySelector(".reading")) later = () => open(chosen.dataset, byKeyboard);
    });
    element.addEventListener("click", (event) => {
      const other = event.target.closest("[data-literal]");
      if (other) ask({...asked, literal: other.dataset.literal, rank: ""}, "pushState");
    });
  }

  const onceDrawn = (then) => requestAnimationFrame(() => requestAnimationFrame(then));

  // The article scrolls by itself beside the cards, so that the mark is in that part of it that is in view; on a narrow
  // page it is below them, and the page scrolls there.
  function toMark(andPage) {
    if (andPage && returning) return (returning = false);
    onceDrawn(() => {
      const body = document.querySelector(".opened .body");
      if (!body) return;
      const picture = body.querySelector(".page-image img");
      const mark = picture ?? body.querySelector("mark.answer") ?? body.querySelector("mark") ?? body;
      const {top, bottom} = body.getBoundingClientRect();
      const above = Math.max(Math.min(bottom, innerHeight) - top, 0) / 4;
      const within = picture ? picture.closest("figure").dataset.height * picture.height : 0;
      body.scrollTop += mark.getBoundingClientRect().top + within - top - above;
      if (andPage && body.scrollHeight <= body.clientHeight + 1) mark.scrollIntoView({block: "center"});
    });
  }

  const reading = (element) =>
    new MutationObserver(() => toMark(false)).observe(element, {childList: true, subtree: true});

  // A picture has its height only once it is loaded.
  document.addEventListener("load", (event) => event.target.closest?.(".page-image") && toMark(false), true);

  function shown() {
    form.removeAttribute("aria-busy");
    say("");
    const next = waiting;
    waiting = null;
    if (next) deliver(next);
    else if (later) onceDrawn(later); // what was chosen while the cards were still being read
  }

  const backToCard = () => toCard(currentCard());

  function toCard(card) {
    card?.closest(".card").scrollIntoView({block: "nearest"});
    card?.focus({preventScroll: true});
  }

  // Copying, which the browser's own way allows on https and on this machine only.

  async function copy(text) {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), {value: text, readOnly: true});
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  }

  async function copyFrom(button, text) {
    const result = await copy(text).then(() => texts.copied, () => texts.not_copied);
    say(result);
    button.dataset.result = result;
    setTimeout(() => delete button.dataset.result, 2000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if ("question" in button.dataset) again({q: button.dataset.question, rank: "", literal: ""});
    if ("copy" in button.dataset) copyFrom(button, button.dataset.copy);
    if ("link" in button.dataset) copyFrom(button, location.href);
    if ("back" in button.dataset) backToCard();
    if (button.getAttribute("role") === "tab") keepTab(button.dataset.tabId);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const filters = event.target.closest?.("details.filters");
    if (event.target.closest?.(".opened")) backToCard();
    if (filters) {
      filters.open = false;
      filters.querySelector("summary").focus();
    }
  });

  return {asking, choosing, entitle, reading, shown, toMark};
})(WORDS);
