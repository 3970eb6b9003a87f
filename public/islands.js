// Loads the WebAssembly package, then gives each island of the page its behaviour.
// Pages are complete without it: this file is requested only by pages that have an island.

const base = new URL('/pkg/', import.meta.url);
// Callbacks of the <leptos-children> around the element being visited, innermost last: they put
// back the reactive owner under which nested islands live.
const owners = [];

async function wake(wasm, island) {
  const start = wasm[island.dataset.component];
  if (!start) {
    console.warn('Unknown island', island.dataset.component);
    return;
  }
  owners.at(-1)?.();
  await start(island);
}

async function visit(wasm, element) {
  const slot = element.localName === 'leptos-children';
  if (element.localName === 'leptos-island') await wake(wasm, element);
  if (slot) owners.push(element.$$on_hydrate);
  for (const child of element.children) await visit(wasm, child);
  if (slot) owners.pop();
}

const wasm = await import(new URL('habilis.js', base));
await wasm.default({ module_or_path: new URL('habilis.wasm', base) });
wasm.hydrate();
window.__hydrateIsland = (element) => wake(wasm, element);
await visit(wasm, document.body);
