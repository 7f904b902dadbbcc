// The documents tab: sends files one by one, and passes on what is clicked.
window.qaDocuments = (() => {
  // Sends the files that are dropped or chosen, then hands their ids over in one event. A file over the limit is not
  // sent; the event names it, and the answer says why it was left out.
  function send(element, trigger) {
    const zone = element.querySelector(".drop");
    const line = zone.querySelector(".sending");
    const say = (words) => { line.hidden = false; line.textContent = words; };
    const entry = (file, more = {}) => ({name: file.name, size: file.size, id: null, ...more});
    const sent = async (file) => {
      if (file.size > Number(zone.dataset.bytes)) return entry(file);
      try {
        const headers = {"Content-Type": "application/octet-stream"};
        const answer = await fetch("upload", {method: "POST", body: file, headers});
        return entry(file, answer.ok ? await answer.json() : {full: answer.status === 507});
      } catch (error) { return entry(file); }
    };
    const send = async (files) => {
      if (!files.length || "busy" in zone.dataset) return;
      zone.dataset.busy = "";
      const entries = [];
      const fit = files.length <= Number(zone.dataset.files);
      for (const [n, file] of files.entries()) {
        const numbered = zone.dataset.sending.replace("{n}", n + 1).replace("{total}", files.length);
        if (fit) say(numbered.replace("{name}", () => file.name));
        entries.push(fit ? await sent(file) : entry(file));
      }
      say(zone.dataset.waiting);
      trigger("arrive", {files: entries, replacing: zone.querySelector("[value=replace]").checked});
    };
    zone.addEventListener("change", (event) => {
      if (event.target.type !== "file") return;
      send([...event.target.files]);
      event.target.value = "";
    });
    const over = (event) => { event.preventDefault(); zone.classList.toggle("over", zone.contains(event.target)); };
    zone.addEventListener("drop", (event) => send([...event.dataTransfer.files]));
    // Otherwise a file dropped beside the zone would replace the page.
    document.addEventListener("dragover", over);
    document.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); });
  }

  // The zone is free again when the last file is dealt with.
  function ready() {
    for (const zone of document.querySelectorAll(".drop")) {
      delete zone.dataset.busy;
      zone.querySelector(".sending").hidden = true;
    }
  }

  // The first sign of progress replaces the note about waiting.
  function started(element) {
    new MutationObserver(() => {
      if (!element.querySelector("progress")) return;
      document.querySelectorAll(".sending").forEach((line) => { line.hidden = true; });
    }).observe(element, {childList: true, attributes: true, subtree: true});
  }

  // Searches once the typing pauses.
  function find(element, trigger) {
    let pause;
    element.addEventListener("input", (event) => {
      clearTimeout(pause);
      pause = setTimeout(() => trigger("find", {wanted: event.target.value}), 150);
    });
  }

  function remove(element, trigger) {
    element.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-delete]");
      if (chosen) trigger("delete", {id: chosen.dataset.delete});
    });
  }

  function open(element, trigger) {
    element.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-open]");
      if (chosen) trigger("open", {id: chosen.dataset.open});
    });
  }

  // Return to the place in the list where the document was opened.
  function close(element, trigger) {
    element.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-close]");
      if (!chosen) return;
      const ways = [...document.querySelectorAll("[data-open]")];
      (ways.find((way) => way.dataset.open === chosen.dataset.close) ?? ways[0])?.focus();
      trigger("close", {});
    });
  }

  // An opened document is shown from its top.
  function opened() {
    const heading = document.querySelector("#document-heading");
    if (!heading) return;
    heading.closest(".opened").scrollIntoView({block: "start"});
    heading.focus({preventScroll: true});
  }

  return {close, find, open, opened, ready, remove, send, started};
})();
