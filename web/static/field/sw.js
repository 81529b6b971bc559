// Keeps the app's shell on the phone, so that it opens without network. Routes, sites and results never pass through here.
const CACHE = 'gridplan-shell-VERSION';
const SHELL = ['/field/shell', '/field/app.css', '/field/app.js', '/field/map.js', '/field/manifest.webmanifest', '/static/field/icon-192.png', '/favicon.ico'];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: 'reload' })))).then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith('gridplan-shell-') && name !== CACHE).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  const path = event.request.mode === 'navigate' && url.pathname.startsWith('/field/') ? '/field/shell' : url.pathname;
  if (!SHELL.includes(path)) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(path, { ignoreVary: true })).then((kept) => kept || fetch(event.request)));
});
