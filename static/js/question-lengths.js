// A question while it is typed -> the tweet that it becomes, counted as chats/analysis/lengths.py counts it.
(() => {
  "use strict";
  const LONGEST = 280;
  const ADDRESS = 23;
  const SINGLE = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];
  const address = /https?:\/\/\S+/giu;
  const sign = "[\u{a9}\u{ae}\u{203c}-\u{3299}\u{1f000}-\u{1faff}]";
  const following = "[\u{fe0f}\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]*";
  const emoji = new RegExp(
    `[\u{1f1e6}-\u{1f1ff}]{2}|[0-9#*]\u{fe0f}?\u{20e3}|${sign}${following}(?:\u{200d}${sign}${following})*`,
    "gu",
  );

  const weight = (letter) => (SINGLE.some(([first, last]) => first <= letter.codePointAt(0) && letter.codePointAt(0) <= last) ? 1 : 2);
  const oneSign = (found) => ([...found].every((each) => weight(each) === 1) ? found : "\u{1f642}");
  const counted = (text) => {
    const whole = text.normalize("NFC");
    const addresses = whole.match(address) || [];
    const words = whole.replace(address, "").replace(emoji, oneSign);
    return ADDRESS * addresses.length + [...words].reduce((sum, letter) => sum + weight(letter), 0);
  };

  const hashtag = document.querySelector("#id_hashtag");
  const previews = document.querySelectorAll(".preview");
  const show = (preview) => {
    const { number, of } = preview.dataset;
    const text = document.getElementById(of).value.split(/\s+/u).filter(Boolean).join(" ");
    const tag = `#${hashtag.value.trim().replace(/^[#\uff03]+/u, "")}`;
    const length = counted(`Q${number} ${text} ${tag}`);
    const over = Math.max(0, length - LONGEST);
    const parts = (name) => preview.querySelectorAll(`[data-part=${name}]`);
    const put = (name, words) => parts(name).forEach((part) => (part.textContent = words));
    put("said", text);
    put("tag", tag);
    put("number", length);
    put("by", over);
    put("room", LONGEST - counted(`A${number}  ${tag}`));
    preview.hidden = text === "";
    parts("over")[0].hidden = over === 0;
    parts("count")[0].classList.toggle("preview__count--over", over > 0);
  };
  const showAll = () => previews.forEach(show);

  for (const preview of previews) {
    document.getElementById(preview.dataset.of).addEventListener("input", () => show(preview));
  }
  hashtag.addEventListener("input", showAll);
  document.querySelector("#look").remove(); // it is done while one types
  showAll();
})();
