import { mount } from 'jetapi-widget';

const widget = mount('whatsapp', document.body, { pauseAfterCodes: 20 });
widget.on('connected', ({ channel }) => {
  const said = document.createElement('p');
  said.textContent = `${channel} is connected`;
  document.body.append(said);
});
