// Where the browser put everything: a number that is another one where any box of a page is elsewhere, by 0.1 px.
() => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  let sum = 0;
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    for (const side of [box.left, box.top, box.width, box.height]) sum = (Math.imul(sum, 31) + Math.round(side * 10)) | 0;
  }
  return sum;
}
