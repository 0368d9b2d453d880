// What --interactive adds to a page: copying, a reading line and zoom in timelines, filters. Nothing is sent or stored.
(() => {
  "use strict";
  const make = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text, ...properties });
  const button = (text, label, press) => {
    const made = make("button", text, { type: "button", onclick: press });
    made.setAttribute("aria-label", label);
    return made;
  };

  // Copying: a button behind each display filter.
  const copied = async (code, pressed) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    pressed.textContent = "Copied";
    setTimeout(() => (pressed.textContent = "Copy"), 1500);
  };
  for (const code of document.querySelectorAll(".filter code")) {
    const copy = button("Copy", "Copy the display filter", () => copied(code, copy));
    code.after(" ", copy);
  }

  // Timelines: a line at the pointer with the time there; the drawing larger or smaller, within a box that scrolls.
  const seconds = (ms) => `${ms > 0 ? "+" : ms < 0 ? "−" : ""}${(Math.abs(ms) / 1000).toFixed(2)} s`;
  for (const figure of document.querySelectorAll(".timeline-box")) {
    const drawings = [...figure.querySelectorAll("svg.timeline")];
    const box = make("div", "", { className: "scroll" });
    const time = make("output", "Point at the timeline to read a time.");
    drawings[0].before(box);
    box.append(...drawings);
    let larger = 1;
    const zoom = (times) => {
      larger = times ? Math.min(8, Math.max(1, larger * times)) : 1;
      for (const drawing of drawings) {
        drawing.style.width = `${100 * larger}%`;
        drawing.style.maxWidth = larger > 1 ? "none" : "";
      }
    };
    const tools = make("p", "", { className: "tools" });
    tools.append(
      button("+", "Zoom in", () => zoom(2)), " ", button("−", "Zoom out", () => zoom(0.5)), " ",
      button("Fit", "Zoom to fit", () => zoom(0)), " ", time);
    box.before(tools);
    for (const drawing of drawings) {
      const [left, right, start, end, zero, top, bottom] = drawing.dataset.axis.split(" ").map(Number);
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      line.setAttribute("stroke", "var(--ink)");
      line.setAttribute("y1", String(top));
      line.setAttribute("y2", String(bottom));
      line.setAttribute("visibility", "hidden");
      line.setAttribute("pointer-events", "none");
      drawing.querySelector(".halo").before(line);
      drawing.addEventListener("pointermove", (event) => {
        const x = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse()).x;
        const within = x >= left && x <= right;
        line.setAttribute("visibility", within ? "visible" : "hidden");
        if (!within) return;
        line.setAttribute("x1", String(x));
        line.setAttribute("x2", String(x));
        const ms = start + ((x - left) / (right - left)) * (end - start);
        time.textContent = `${seconds(ms)}, ${new Date(zero + ms).toISOString().slice(11, 23)} UTC`;
      });
      drawing.addEventListener("pointerleave", () => line.setAttribute("visibility", "hidden"));
    }
  }

  // Filters: of the rows of evidence, and of the episodes where there are many.
  const filtered = (where, items, label) => {
    const told = make("output", `${items.length}`);
    const field = make("input", "", { type: "search" });
    const words = make("label", `${label}: `);
    words.append(field);
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      let shown = 0;
      for (const item of items) {
        item.hidden = wanted !== "" && !item.textContent.toLowerCase().includes(wanted);
        shown += item.hidden ? 0 : 1;
      }
      told.textContent = `${shown} of ${items.length}`;
    });
    const tools = make("p", "", { className: "tools" });
    tools.append(words, " ", told);
    where.before(tools);
  };
  const rows = [...document.querySelectorAll("table.evidence tbody tr")];
  const first = document.querySelector("#evidence details");
  if (first && rows.length > 1) filtered(first, rows, "Show frames and lines with");
  const episodes = [...document.querySelectorAll(".happened > li")];
  if (episodes.length > 5) filtered(episodes[0].parentElement, episodes, "Show episodes with");
  // A link to a row that a filter hides shows it.
  addEventListener("hashchange", () => {
    const aim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (aim && aim.hidden) {
      aim.hidden = false;
      aim.scrollIntoView();
    }
  });
})();
