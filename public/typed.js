// Comfort for whoever types, where scripts run: what was typed in a form and not sent yet is found again after « Précédent », a
// link or a reload of the same tab, and long answers say how much room is left. Forms work the same without it.

const PREFIX = 'saisie:';
const TYPED = 'textarea, input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], input[type=number]';

// Whose page it is: the last part of the token, which another account of the same browser does not have.
const owner = (form) => form.elements.namedItem('csrf')?.value?.split('.')[2];

// By its attributes: a field called « action » hides the property of that name.
const addressOf = (form) => form.getAttribute('action') ?? '';

const fieldsOf = (form) =>
  [...form.querySelectorAll(TYPED)].filter((field) => field.name && !field.readOnly && !['code', 'csrf'].includes(field.name));

function keyOf(form) {
  const twins = [...document.forms].filter((other) => addressOf(other) === addressOf(form));
  return `${PREFIX}${owner(form)}:${addressOf(form)}#${twins.indexOf(form)}`;
}

// A field keeps what the server had put in it: text is given back only where that has not changed since.
function remember(form) {
  const typed = fieldsOf(form)
    .filter((field) => field.value !== field.defaultValue)
    .map((field) => [field.name, field.defaultValue, field.value]);
  const key = keyOf(form);
  try {
    if (typed.length) sessionStorage.setItem(key, JSON.stringify(typed));
    else sessionStorage.removeItem(key);
  } catch {
    // No room left: nothing is promised.
  }
}

function recall(form) {
  let typed;
  try {
    typed = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? '[]');
  } catch {
    return;
  }
  let found = false;
  for (const [name, before, value] of typed) {
    const field = fieldsOf(form).find((one) => one.name === name && one.value === before && before === one.defaultValue);
    if (!field) continue;
    field.value = value;
    found = true;
    field.closest('details')?.setAttribute('open', '');
  }
  if (!found) return;
  const said = document.createElement('p');
  said.className = 'fr-hint-text';
  said.setAttribute('role', 'status');
  said.textContent = 'Votre saisie, pas encore envoyée, a été retrouvée.';
  form.querySelector(TYPED)?.closest('.fr-input-group, .fr-fieldset')?.before(said);
  form.dispatchEvent(new Event('input', { bubbles: true }));
}

function count(field) {
  const limit = Number(field.dataset.limit);
  const said = document.createElement('p');
  said.className = 'fr-hint-text';
  said.setAttribute('aria-live', 'polite');
  field.after(said);
  const show = () => {
    const left = limit - [...field.value].length;
    const number = Math.abs(left).toLocaleString('fr-FR');
    const plural = Math.abs(left) > 1 ? 's' : '';
    said.classList.toggle('fr-error-text', left < 0);
    said.textContent = left < 0 ? `${number} caractère${plural} de trop` : left < limit / 5 ? `Il reste ${number} caractère${plural}` : '';
  };
  field.addEventListener('input', show);
  show();
}

for (const form of document.forms) {
  if (form.getAttribute('method') !== 'post' || !owner(form)) continue;
  recall(form);
  form.addEventListener('input', () => remember(form));
  form.addEventListener('submit', () => {
    if (addressOf(form) === '/deconnexion') {
      Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key));
    } else {
      sessionStorage.removeItem(keyOf(form));
    }
  });
}
document.querySelectorAll('[data-limit]').forEach(count);
