// One element of each look of words: of those whose colours, letters and grounds are the same, the first.
() => {
  const looks = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const own = getComputedStyle(element), grounds = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      const ground = [style.backgroundColor, style.opacity, style.backgroundImage].join();
      if (ground !== "rgba(0, 0, 0, 0),1,none") grounds.push(ground);
    }
    const look = [own.color, own.fill, own.fontSize, own.fontWeight, own.visibility, own.textShadow, ...grounds].join();
    if (!looks.has(look)) looks.set(look, element);
  }
  return [...looks.values()];
}
