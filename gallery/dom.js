/** Makes an element; `on…` entries become listeners, everything else an attribute. */
export const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

export const byId = (id) => document.getElementById(id);

/** Calls back with the value of a group of radio buttons whenever it changes. */
export const onChoice = (group, then) =>
  group.addEventListener('change', ({ target }) => then(target.value));

/** The tab pattern of the ARIA practices: arrows, Home and End move and select, one tab is in the tab order. */
export const tabs = (list, selected) => {
  const all = () => [...list.querySelectorAll('[role=tab]:not([hidden])')];
  const select = (tab, focus) => {
    for (const other of list.querySelectorAll('[role=tab]')) {
      const chosen = other === tab;
      other.setAttribute('aria-selected', String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      const panel = byId(other.getAttribute('aria-controls'));
      if (panel?.getAttribute('role') === 'tabpanel') panel.hidden = !chosen;
    }
    if (focus) tab.focus();
    selected?.(tab);
  };
  list.addEventListener('click', ({ target }) => {
    const tab = target.closest('[role=tab]');
    if (tab) select(tab, false);
  });
  list.addEventListener('keydown', (event) => {
    const among = all();
    const at = among.indexOf(document.activeElement);
    const next = {
      ArrowRight: (at + 1) % among.length,
      ArrowLeft: (at - 1 + among.length) % among.length,
      Home: 0,
      End: among.length - 1,
    }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    select(among[next], true);
  });
  return { first: () => select(all()[0], false), select: (tab) => select(tab, false) };
};
