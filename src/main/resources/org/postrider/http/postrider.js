// Keeps the list fresh. The server has escaped all of it.
const list = document.getElementById("list");
if (list) {
  let shown = "";
  const refresh = async () => {
    try {
      const answer = await fetch("/list");
      const html = await answer.text();
      if (answer.ok && html !== shown) {
        list.innerHTML = shown = html;
      }
    } catch {
      // The server is gone for now; it may come back.
    }
    setTimeout(refresh, document.hidden ? 10000 : 2000);
  };
  refresh();
}
