import 'jetapi-widget/react';

export const card = (
  <>
    <jetapi-chat phone="+49 1512 3456789" dispatch-routing="whatsapp" />
    <jetapi-whatsapp theme="dark" pause-after-codes={20} />
  </>
);
// @ts-expect-error -- there is no such theme
export const wrong = <jetapi-whatsapp theme="blue" />;
