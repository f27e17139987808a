import 'jetapi-widget/react';

export const card = (
  <>
    <jetapi-chat phone="+49 1512 3456789" dispatch-routing="whatsapp" />
    <jetapi-whatsapp theme="dark" pauseAfterCodes={20} onjetapi-connected={({ detail }) => console.log(detail.account)} />
    <jetapi-notes phone="+49 1512 3456789" notes={[{ title: 'Order', body: '4711' }]} readonly />
  </>
);
// @ts-expect-error -- there is no such theme
export const wrong = <jetapi-whatsapp theme="blue" />;
