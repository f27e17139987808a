import { expect, Form, test } from './support/stand.js';

// The application of examples/crm: the components as Leptos has them, with no custom element around them.
test.use({ site: { folder: 'JETAPI_EXAMPLE', isInline: true } });

test('an application in Leptos has the components, and what they tell', async ({ page, stand, ear }) => {
  await page.goto(stand.origin);
  const main = page.locator('main');
  await main.getByRole('listitem').filter({ hasText: 'WhatsApp' }).getByRole('button').click();
  await expect(main.locator('svg[part~=code]')).toBeVisible();
  await stand.sim('scan');
  await expect(main.getByText(/^whatsapp: \S+/)).toBeVisible();

  await page.getByLabel('Language').selectOption('ru');
  await expect(main.getByRole('heading', { name: 'WhatsApp подключён' })).toBeVisible();

  ear.framed.push(stand.simulator.origin);
  await page.getByRole('button', { name: 'Anna Weber' }).click();
  await expect(main.locator('iframe')).toHaveAttribute('src', /phone=4915123456789/);
  const notes = new Form(page, main);
  await notes.button('Добавить заметку').click();
  await main.getByLabel('Текст').fill('Звонить после шести');
  await notes.button('Сохранить').click();
  await expect(main.getByText(/^Сохранено/).first()).toBeVisible();

  // Another customer is another draft; the first one's notes are what the CRM kept.
  await page.getByRole('button', { name: 'Пётр Ильин' }).click();
  await expect(main.locator('iframe')).toHaveAttribute('src', /phone=79123456789/);
  await expect(main.getByLabel('Текст')).toHaveCount(0);
  await page.getByRole('button', { name: 'Anna Weber' }).click();
  await expect(main.getByLabel('Текст')).toHaveValue('Звонить после шести');
  await expect(page.locator('jetapi-notes, jetapi-chat, jetapi-connect')).toHaveCount(0);
});
