// The desk's page: draws what /api/picture tells and sends orders to /api/do. All text is set as text, never as HTML.

const PICTURE_MS = 400; // a hand's pace; the terminal itself is far faster
const TOLD_MS = 6000;

const WORDS = {
  zh: {
    title: "书房 · 操作台", monitor: "监控页", other: "English",
    guide: "这里是您的手：刷证、放书、扫码；自助机怎么说，看终端窗口。先试第一个故事，照着 1、2、3 点。",
    places: "两台自助机，您站在一台前面", here: "您在这里", go: "走到这台前面", noBooks: "台面上没有书",
    takeAll: "全部拿开", unplug: "拔掉感应台的线", replug: "插回感应台的线", unplugged: "▲ 感应台的线拔掉了",
    card: "读证处有一张证",
    network: "网络通着，点一下剪断", cut: "▲ 网络断了，点一下接好", stories: "试试这些故事", hands: (site) => `您的手，在${site}`,
    books: "书：点一下放上去，再点拿开", cards: "证：点一下刷", codes: "条码：点一下扫", codeHint: "自己写一个", scan: "扫",
    lies: (site) => `在${site}台面上`, secured: "● 有防盗", released: "○ 已解除防盗", odd: "防盗读不出", gone: "演示已经结束。",
  },
  en: {
    title: "Shufang · the desk", monitor: "monitor page", other: "中文",
    guide: "These are your hands: cards, books, codes. Watch the terminal window to see what the machine says. Begin with the first story, 1, 2, 3.",
    places: "Two terminals; you stand in front of one", here: "you are here", go: "walk to this one", noBooks: "no books on the pad",
    takeAll: "take all off", unplug: "unplug the pad", replug: "plug the pad in again", unplugged: "▲ the pad is unplugged",
    card: "a card lies on the reader",
    network: "the network is up; click to cut it", cut: "▲ the network is cut; click to mend it", stories: "Stories to try",
    hands: (site) => `Your hands, at the ${site}`,
    books: "Books: click to lay down, again to take off", cards: "Cards: click to tap", codes: "Codes: click to scan", codeHint: "or write one", scan: "Scan",
    lies: (site) => `on the ${site} pad`, secured: "● secured", released: "○ released", odd: "security unknown", gone: "The demo has ended.",
  },
};

let language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
let setting = null;
let picture = null;
let drawn = "";
let tellingUntil = 0;

const find = (selector) => document.querySelector(selector);
const word = (key, ...values) => {
  const text = WORDS[language][key];
  return typeof text === "function" ? text(...values) : text;
};
const said = (words) => words[language];
const place = (terminal) => picture.places.find((one) => one.terminal === terminal);
const site = (terminal) => said(place(terminal).name);

function make(tag, text = "", ...children) {
  const element = document.createElement(tag);
  element.append(text, ...children);
  return element;
}

function button(order, ...parts) {
  const element = make("button", ...parts);
  element.type = "button";
  element.addEventListener("click", () => act(order, element));
  return element;
}

async function act(order, element) {
  element.disabled = true;
  try {
    const answer = await fetch("api/do", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(typeof order === "function" ? order() : order),
    });
    if (answer.ok) element.classList.add("done");
    else tell((await answer.json()).detail);
    await look();
  } catch {
    tell(word("gone"));
  } finally {
    element.disabled = false;
  }
}

function tell(text) {
  const told = find("#told");
  told.textContent = text;
  told.hidden = false;
  tellingUntil = Date.now() + TOLD_MS;
}

// What does not change

function drawSetting() {
  document.documentElement.lang = language;
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  find("#monitor").href = setting.monitor;
  find("#language").textContent = word("other");
  find("#code input").placeholder = word("codeHint");
  find("#code button").textContent = word("scan");
  find("#stories").replaceChildren(...setting.stories.map(drawStory));
  find("#cards").replaceChildren(...setting.cards.map((card) =>
    make("li", button(() => ({ do: "tap", terminal: picture.here, card: card.uid }), make("span", said(card.name)), make("small", said(card.note))))));
  find("#codes").replaceChildren(...setting.codes.map((code) =>
    make("li", button(() => ({ do: "scan", terminal: picture.here, code: code.text }), make("span", said(code.words))))));
}

function drawStory(story, at) {
  const steps = story.steps.map((step) => make("li", step.order ? button(step.order, said(step.words)) : make("span", said(step.words))));
  const element = make("details", make("summary", said(story.title)), make("p", said(story.look)), make("ol", "", ...steps));
  element.name = "story";
  element.open = at === 0;
  return element;
}

// How everything is

function drawPicture() {
  find(".places").replaceChildren(...picture.places.map(drawPlace));
  find("#hands-head").textContent = word("hands", site(picture.here));
  const network = find("#network");
  network.textContent = word(picture.network ? "network" : "cut");
  network.classList.toggle("cut", !picture.network);
  find("#books").replaceChildren(...picture.books.map(drawBook));
}

function drawPlace(one) {
  const lying = picture.books.filter((book) => book.at === one.terminal);
  const here = one.terminal === picture.here;
  const head = make("header", make("h3", said(one.name)), here ? make("p", word("here")) : button({ do: "stand", terminal: one.terminal }, word("go")));
  const list = make("ul", "", ...lying.map((book) => make("li", make("span", titled(book)), security(book))));
  const foot = make("footer", button({ do: one.plugged ? "unplug" : "replug", terminal: one.terminal }, word(one.plugged ? "unplug" : "replug")));
  if (lying.length) foot.prepend(button({ do: "take", terminal: one.terminal, books: lying.map((book) => book.uid) }, word("takeAll")));
  const element = make("article", head);
  element.className = `place${here ? " here" : ""}${one.plugged ? "" : " unplugged"}`;
  if (!one.plugged) element.append(Object.assign(make("p", word("unplugged")), { className: "trouble" }));
  if (one.card) element.append(make("p", word("card")));
  element.append(lying.length ? list : make("small", word("noBooks")), foot);
  return element;
}

function drawBook(book) {
  const order = () => ({ do: book.at ? "take" : "lay", terminal: book.at ?? picture.here, books: [book.uid] });
  const where = book.at ? word("lies", said(place(book.at).short)) : book.note ? said(book.note) : "";
  const element = button(order, make("span", titled(book)), make("small", where), security(book));
  element.classList.toggle("lies", Boolean(book.at));
  return make("li", element);
}

const titled = (book) => `《${book.title}》`;

function security(book) {
  const state = book.secured === true ? "secured" : book.secured === false ? "released" : "odd";
  return Object.assign(make("small", word(state)), { className: `tag ${state}` });
}

// Only what changed is drawn, so that a finger or the keyboard's focus never loses its button.
async function look() {
  const answer = await fetch("api/picture");
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  if (text !== drawn) {
    drawn = text;
    picture = JSON.parse(text);
    drawPicture();
  }
  if (Date.now() > tellingUntil) find("#told").hidden = true;
}

async function keepLooking() {
  for (;;) {
    try {
      await look();
    } catch {
      tell(word("gone"));
    }
    await new Promise((later) => setTimeout(later, PICTURE_MS));
  }
}

find("#language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  drawSetting();
  drawPicture();
});
find("#network").addEventListener("click", (event) => act({ do: picture.network ? "cut" : "mend" }, event.currentTarget));
find("#code").addEventListener("submit", (event) => {
  event.preventDefault();
  act({ do: "scan", terminal: picture.here, code: event.target.elements.code.value }, event.target.querySelector("button"));
});

setting = await (await fetch("api/setting")).json();
await look();
drawSetting();
keepLooking();
