// What is wrong with how a page was drawn, measured on the boxes that the browser made. Answers a list of sentences.
() => {
  const wrong = [];
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) wrong.push(`the page is ${root.scrollWidth} px wide, and ${root.clientWidth} are there`);
  const said = (element) => JSON.stringify(element.textContent.trim().slice(0, 40));

  // Words of HTML: within the page, or within what can be scrolled, and within their own cell.
  for (const cell of document.querySelectorAll("td, th, dd, dt, p, li, h1, h2, h3, figcaption, caption, summary")) {
    const box = cell.getBoundingClientRect();
    if (box.width < 2 || cell.closest(".skip") || getComputedStyle(cell).position === "absolute") continue;
    const scrolled = cell.closest(".scroll");
    const hidden = cell.closest("thead, caption");
    if (hidden && getComputedStyle(hidden).position === "absolute") continue;
    if (!scrolled && box.right > root.clientWidth + 1) wrong.push(`${said(cell)} ends at ${box.right} px`);
    if (cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth && !cell.querySelector(".scroll, svg, table, .sep"))
      wrong.push(`${said(cell)} is cut or leaves its place`);
  }

  // Words of drawings: within the drawing, not on one another, not crossed by a line.
  const inset = (box, by) => ({ left: box.left + by, right: box.right - by, top: box.top + box.height * 0.2, bottom: box.bottom - box.height * 0.2 });
  for (const drawing of document.querySelectorAll("svg")) {
    const frame = drawing.getBoundingClientRect();
    if (!frame.width || getComputedStyle(drawing).display === "none") continue;
    const texts = [...drawing.querySelectorAll("text")].map((text) => ({ text, box: text.getBoundingClientRect() })).filter(({ box }) => box.width);
    const drawn = drawing.getAttribute("class");
    for (const { text, box } of texts)
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        wrong.push(`${said(text)} is cut by the edge of its ${drawn}`);
    texts.forEach((one, place) => {
      for (const other of texts.slice(place + 1)) {
        const a = inset(one.box, 0.5), b = inset(other.box, 0.5);
        if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
          wrong.push(`${said(one.text)} stands on ${said(other.text)} in a ${drawn}`);
      }
    });
    for (const line of drawing.querySelectorAll("line, path, rect, circle")) {
      if (getComputedStyle(line).stroke === "none" || line.closest("pattern")) continue;
      if (line.getAttribute("stroke-linecap") === "round") continue; // the discs that numbers stand on
      const around = line.getBoundingClientRect();
      const near = texts.map(({ text, box }) => ({ text, box: inset(box, 1) })).filter(({ box }) =>
        box.left < around.right && around.left < box.right && box.top < around.bottom && around.top < box.bottom);
      if (!near.length) continue;
      const matrix = line.getScreenCTM(), length = line.getTotalLength();
      for (let at = 0; at <= length; at += 1.5) {
        const point = line.getPointAtLength(at).matrixTransform(matrix);
        const hit = near.find(({ box }) => point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom);
        if (hit) {
          wrong.push(`${said(hit.text)} is crossed by a line of a ${drawn}`);
          break;
        }
      }
    }
  }
  return [...new Set(wrong)];
}
