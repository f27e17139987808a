import 'jetapi-widget/elements';

document.addEventListener('jetapi-connected', ({ detail }) => {
  const said = document.createElement('p');
  said.textContent = `${detail.channel} is connected`;
  document.body.append(said);
});
