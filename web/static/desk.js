// The frame of the desk: find by `/`, keys by `?`, the rail by `g` and a figure. None fires while somebody types.
(function () {
  const find = document.getElementById('find');
  const keys = document.getElementById('keys');
  const rail = [...document.querySelectorAll('.rail a')];
  const typing = (element) => element.closest('input, textarea, select, [contenteditable], [role=textbox]');
  let afterG = 0;
  let number = '';
  let pause = 0;

  const walk = () => {
    clearTimeout(pause);
    const link = rail[Number(number) - 1];
    afterG = 0;
    number = '';
    if (link) link.click();
  };

  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector('dialog[open]')) return;
    if (afterG && Date.now() - afterG < 1500 && /^[0-9]$/.test(event.key)) {
      event.preventDefault();
      number += event.key;
      // A second figure may follow where the rail has so many entries.
      if (Number(number) * 10 > rail.length) walk();
      else pause = setTimeout(walk, 500);
    } else if (event.key === 'g') {
      afterG = Date.now();
      number = '';
    } else if (event.key === '/' && find) {
      event.preventDefault();
      open();
    } else if (event.key === '?') {
      event.preventDefault();
      keys.showModal();
    }
  });

  const menu = document.querySelector('details.menu');
  document.addEventListener('click', (event) => { if (menu.open && !menu.contains(event.target)) menu.open = false; });
  menu.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.open) { menu.open = false; menu.querySelector('summary').focus(); }
  });
  menu.querySelector('.keys-open').addEventListener('click', () => { menu.open = false; keys.showModal(); });
  for (const dialog of [find, keys]) {
    if (dialog) dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  }
  if (!find) return;

  const field = find.querySelector('input');
  const list = find.querySelector('ul');
  const hint = find.querySelector('p');
  const base = find.querySelector('form').action;
  let waiting = 0, asked = 0, chosen = -1;

  function open() {
    find.showModal();
    field.select();
  }
  document.querySelector('.find-open').addEventListener('click', (event) => { event.preventDefault(); open(); });

  const choose = (number) => {
    const options = [...list.children];
    chosen = options.length ? (number + options.length) % options.length : -1;
    options.forEach((option, place) => option.setAttribute('aria-selected', String(place === chosen)));
    if (chosen < 0) field.removeAttribute('aria-activedescendant');
    else {
      field.setAttribute('aria-activedescendant', options[chosen].id);
      options[chosen].scrollIntoView({ block: 'nearest' });
    }
  };

  const show = (found, words) => {
    list.replaceChildren(...found.map((one, place) => {
      const item = document.createElement('li');
      item.id = `find-${place}`;
      item.setAttribute('role', 'option');
      const name = document.createElement('b');
      name.textContent = one.name;
      const kind = document.createElement('span');
      kind.className = 'chip';
      kind.textContent = hint.dataset[one.kind];
      const more = document.createElement('span');
      more.className = 'mute small grow clip';
      more.textContent = one.hint;
      item.append(kind, name, more);
      if (one.url) {
        item.dataset.url = one.url;
        item.addEventListener('click', () => { location.href = one.url; });
      }
      return item;
    }));
    field.setAttribute('aria-expanded', String(found.length > 0));
    hint.textContent = !words ? hint.dataset.hint
      : (found.length ? hint.dataset.some.replace('{count}', found.length) : hint.dataset.none.replace('{words}', words));
    choose(found.length ? 0 : -1);
  };

  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const words = field.value.trim(), number = ++asked;
      if (!words) return show([], '');
      const answer = await fetch(`${base}?q=${encodeURIComponent(words)}`, { headers: { Accept: 'application/json' } });
      // A session that ended leads to the log-in.
      if (answer.redirected) { location.href = answer.url; return; }
      const told = answer.ok ? await answer.json() : { found: [] };
      if (number === asked) show(told.found, words);
    }, 150);
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    // A search field takes the first Esc for itself.
    if (event.key === 'Escape') { event.preventDefault(); find.close(); }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      choose(chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && chosen >= 0 && list.children[chosen].dataset.url) {
      event.preventDefault();
      location.href = list.children[chosen].dataset.url;
    }
  });
})();
